"""One machine's clock is five minutes off, beside others that are right, over both queues (issue 17, faults; N7)."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.models.event import Event
from portal.models.job import Job
from portal.repos.unit_of_work import unit_of_work
from tests.faults.conftest import OwnCluster
from tests.faults.installation import Browser, Installation, installed
from tests.faults.machines import another_web, running, until, with_clock_off
from tests.faults.promises import Act, Shopper, check, settle
from tests.support import databases

OFF = 300
HELD = 17.0
"""Seconds that a job is in hand while the other worker looks for work: it acts on deadlines every 15."""
A_MOMENT = timedelta(seconds=30)
"""Far less than a clock is off, and more than a busy machine lets a process wait."""
JOBS, EVENTS = Job.__table__, Event.__table__


@pytest.mark.req("N6", "N7", "P3", "P12")
@pytest.mark.timeout(240)
@pytest.mark.parametrize(("queue", "off"), [("procrastinate", OFF), ("local", -OFF)], ids=["ahead", "behind"])
def test_a_machine_whose_clock_is_off_does_nothing_twice_too_early_or_too_late(
    own_cluster: OwnCluster, tmp_path: Path, queue: str, off: int
) -> None:
    began = datetime.now(UTC)
    url = databases.Cluster(own_cluster.folder).create(f"faults_clock_{queue}", "template_faults")
    with installed(tmp_path, url, queue=queue, options=["--no-worker"]) as place:
        shopper = Shopper(place)
        place.hold_at("worker", "_call", "before")
        with running(place), another_web(place, **with_clock_off(place, "web", off)) as browser:
            shopper.insist(shopper.fill(shopper.order()))
            until(lambda: place.is_held, place)
            in_hand = [job["id"] for job in jobs(place) if job["lease"]]
            later = enqueue_for_later(place)
            cancel_over(browser, shopper)
            with running(place, **with_clock_off(place, "worker", off)):
                time.sleep(HELD)
                by_id = {job["id"]: job for job in jobs(place)}
                assert in_hand and {by_id[one]["attempts"] for one in in_hand} == {1}, "a lease was taken"
                assert by_id[later]["attempts"] == 0 and not by_id[later]["done_at"], "done before its time"
                place.let_go()
                assert browser.get("/orders").status == place.browser.get("/orders").status == 200
                take_back(place)
                settle(place)
        check(shopper)
        everything_has_its_time(place, began)


def jobs(place: Installation) -> list[Any]:
    with place.deps.database.reading() as connection:
        return list(connection.execute(select(JOBS)).mappings())


def enqueue_for_later(place: Installation) -> int:
    """A job that is due in half of what the clock is off."""
    with unit_of_work(place.deps) as work:
        due = work.now + timedelta(seconds=OFF / 2)
        work.jobs.enqueue("forget_files", {"keys": []}, run_at=due, dedup_key="later")
    return next(job["id"] for job in jobs(place) if job["dedup_key"] == "later")


def take_back(place: Installation) -> None:
    with unit_of_work(place.deps) as work:
        assert work.jobs.put_off("later", None)


def cancel_over(browser: Browser, shopper: Shopper) -> None:
    """On the web whose clock is off, in the session that the other one opened."""
    number = shopper.order()
    path, values = browser.form(f"/orders/{number}/cancel", f"/orders/{number}/cancel")
    act = Act(number, path, values | {"reason": "changed_mind"})
    assert browser.post(act.path, act.values).status == 303
    shopper.insist(act)


def everything_has_its_time(place: Installation, began: datetime) -> None:
    """What was written down came after what was written down before it, whoever wrote it; nothing is of the future."""
    with place.deps.database.reading() as connection:
        events = connection.execute(select(EVENTS.c.chain, EVENTS.c.at).order_by(EVENTS.c.chain, EVENTS.c.seq)).all()
    now = datetime.now(UTC)
    assert all(
        began - A_MOMENT < event.at < now + A_MOMENT for event in events if event.at > began - timedelta(hours=1)
    )
    for one, next_one in pairwise(events):
        assert one.chain != next_one.chain or one.at <= next_one.at + A_MOMENT
    assert all(job["created_at"] < now + A_MOMENT for job in jobs(place))
