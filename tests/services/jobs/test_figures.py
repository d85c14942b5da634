"""What doctor, /metrics, /readyz and the page of staff tell of the queue is the same, whichever brings the jobs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.signs import say_alive
from portal.services.jobs.work_jobs import work_brought_job, work_jobs
from tests.support.doctored import Installation, installation
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("N6", "P12")
FIGURE = re.compile(r'^portal_jobs(\w*)\{\w+="(\w+)"\} (\S+)$', re.MULTILINE)


class Watched:
    """An installation over PostgreSQL, as each of the four tells of it."""

    def __init__(self, office: Office, site: Installation, queue: str) -> None:
        self.office, self.site, self.queue = office, site, queue
        self.desk = office.desk("admin")

    def enqueue(self, name: str, ago: timedelta) -> None:
        with unit_of_work(self.office.deps) as work:
            work.jobs.enqueue("forget_files", {"keys": [name]}, run_at=work.now - ago)

    def sql(self, statement: str) -> list[Any]:
        with self.office.deps.database.writing() as connection:
            done = connection.execute(text(statement))
            return list(done) if done.returns_rows else []

    def work(self) -> None:
        """As a worker of this queue does."""
        due = "SELECT id, ticket FROM job WHERE done_at IS NULL AND dead_at IS NULL AND run_at <= now()"
        for job_id, ticket in self.sql(due):
            by: dict[str, Any] = {"deps": self.office.deps, "worker": "w"}
            if ticket is None:
                work_jobs(most=20, **by)
            else:
                work_brought_job(job_id=job_id, ticket=ticket, is_stopping=lambda: False, **by)

    def figures(self) -> dict[str, float]:
        written = self.office.app.test_client().get("/metrics").text
        return {f"{what}{name}": float(value) for what, name, value in FIGURE.findall(written)}

    def ready(self) -> Any:
        return self.office.app.test_client().get("/readyz").json["checks"]

    def status(self) -> dict[str, tuple[str, str]]:
        rows = self.desk.open("/staff/status").all("tr[data-part]")
        return {str(row.get("data-part")): (str(row.get("data-state")), str(row.text)) for row in rows}

    def doctor(self) -> str:
        return self.site.failing().get("queue", {}).get("said", "ok")


@pytest.fixture(params=["local", "procrastinate"])
def watched(
    request: pytest.FixtureRequest, postgresql_url: str, portal_on: Callable[..., Flask], tmp_path: Path
) -> Iterator[Watched]:
    app = portal_on(postgresql_url, queue=request.param)
    office = open_office(app)
    office.clock.set(datetime.now(UTC))
    with installation(postgresql_url, tmp_path) as site:
        site.environ["PORTAL_QUEUE"] = request.param
        yield Watched(office, site, request.param)


def test_age_dead_and_late_jobs_are_told_alike_of_both_queues(watched: Watched) -> None:
    watched.work()
    assert watched.doctor() == "ok" and watched.figures() == {"waiting": 0, "late": 0, "dead": 0}
    watched.enqueue("late", timedelta(minutes=20))
    watched.enqueue("given up", timedelta(minutes=1))
    watched.enqueue("soon", timedelta(hours=-1))
    has_tickets = watched.sql("SELECT count(ticket) FROM job WHERE done_at IS NULL")[0][0]
    assert has_tickets == (3 if watched.queue == "procrastinate" else 0)

    found = watched.figures()
    assert (found["waiting"], found["late"], found["dead"], found["_dueforget_files"]) == (3, 1, 0, 2)
    assert 1_200 <= found["_oldest_secondsforget_files"] < 1_320
    assert "has been due for 20 minutes" in watched.doctor()
    state, said = watched.status()["queue"]
    assert state == "trouble" and "最早的已等20分钟" in said

    watched.sql("UPDATE job SET dead_at = run_at WHERE payload::text LIKE '%given up%'")
    assert watched.figures()["dead"] == 1 and "1 jobs were given up" in watched.doctor()
    watched.sql("DELETE FROM job WHERE dead_at IS NOT NULL")
    watched.work()
    assert watched.doctor() == "ok" and watched.status()["queue"][0] == "fine"
    assert (watched.figures()["waiting"], watched.figures()["late"]) == (1, 0)


def test_what_nobody_brings_any_more_is_told_all_the_same(watched: Watched) -> None:
    watched.enqueue("lost", timedelta(minutes=20))
    watched.sql("TRUNCATE procrastinate_jobs CASCADE")
    assert watched.figures()["late"] == 1 and "has been due" in watched.doctor()
    assert watched.status()["queue"][0] == "trouble"
    other = {"local": "procrastinate", "procrastinate": "local"}[watched.queue]
    watched.site.environ["PORTAL_QUEUE"] = other
    finding = watched.site.failing()["queue"]
    assert "wait in the other queue" in finding["said"] and f"portal jobs move --to {other}" in finding["mend"]


def test_a_worker_is_there_or_missing_in_both_queues(watched: Watched) -> None:
    watched.sql("DELETE FROM worker_sign")
    assert watched.ready()["worker"] == "missing" and watched.site.failing()["worker"]
    assert watched.status()["workers"][0] == "trouble"
    say_alive(worker="w", deps=watched.office.deps)
    assert watched.ready()["worker"] == "ok" and "worker" not in watched.site.failing()
    assert watched.status()["workers"][0] == "fine"
