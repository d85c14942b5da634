"""A backup that was taken under load, restored into an empty installation: all of one moment, and nothing missing."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from portal.domain.evidence.files import Upload
from portal.models.event import Event
from portal.models.evidence import EvidenceFile
from portal.models.order import Order, Payment
from portal.models.refund import Refund
from portal.ports import Deps
from portal.processes.backup_folder import BackupFolder
from portal.processes.take_backup import take_backup
from portal.repos.backups import stored_keys
from portal.services.evidence.receive_files import receive_evidence
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.records.sign_heads import sign_heads
from portal.services.records.verify_audit import verify_audit
from portal.services.refunds.reconcile import reconcile_refunds
from tests.faults.installation import Installation
from tests.faults.promises import Shopper, settle
from tests.support import databases, needs
from tests.support.databases import close, portal_app

pytestmark = [pytest.mark.req("N6"), pytest.mark.timeout(300)]
EVENTS, FILES, ORDERS = Event.__table__, EvidenceFile.__table__, Order.__table__
PAYMENTS, REFUNDS = Payment.__table__, Refund.__table__
BEFORE, WHILE = 4, 8


@dataclass
class Load:
    """Cancels over HTTP and files sent in, until told to stop; what goes wrong is kept."""

    place: Installation
    orders: list[str]
    stopping: threading.Event = field(default_factory=threading.Event)
    problems: list[BaseException] = field(default_factory=list)

    def cancel(self) -> None:
        shopper = Shopper(self.place)
        for number in self.orders:
            shopper.insist(shopper.fill(number))

    def send(self) -> None:
        shade = 0
        while not self.stopping.is_set() and shade < 25:
            shade += 1
            send_file(self.place.deps, self.place.made.shopper, self.orders[0], shade)

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=self._guarded, args=(act,)) for act in (self.cancel, self.send)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stopping.set()
            for thread in threads:
                thread.join()
        assert self.problems == []

    def _guarded(self, act: Any) -> None:
        try:
            act()
        except BaseException as problem:
            self.problems.append(problem)


def send_file(deps: Deps, actor: Any, order_no: str, shade: int) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), (shade, shade, 0)).save(picture, "PNG")
    upload = Upload(f"{shade}.png", picture.tell(), io.BytesIO(picture.getvalue()))
    assert not receive_evidence(uploads=[upload], order_no=order_no, actor=actor, deps=deps).faults


def portal(place: Installation, *words: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "portal.cli", *words],
        env=place.environment | environment,
        cwd=place.folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


@pytest.fixture
def empty(place: Installation, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database of the same kind without anything in it."""
    if place.url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/restored.db"
        return
    needs.need("pg_dump", "a backup of PostgreSQL is taken by it")
    cluster = databases.Cluster(request.getfixturevalue("own_cluster").folder)
    name = f"restored_{os.getpid()}"
    yield cluster.create(name)
    cluster.drop(name)


def test_what_was_taken_under_load_is_of_one_moment_once_it_is_restored(
    place: Installation, empty: str, tmp_path: Path
) -> None:
    backups, shopper = tmp_path / "backups", Shopper(place)
    first = [shopper.order() for _ in range(BEFORE)]
    Load(place, first).cancel()
    send_file(place.deps, place.made.shopper, first[0], 200)
    settle(place)
    sign_heads(deps=place.deps)
    portal(place, "backup", "take", str(backups))
    with Load(place, [shopper.order() for _ in range(WHILE)]).running():
        said = portal(place, "backup", "take", str(backups), "--keep", "7")
    settle(place)
    moment = BackupFolder(backups).moments()[-1]
    assert said.startswith(f"Taken: {moment}: ")
    there = {
        "PORTAL_DATABASE_URL": empty,
        "PORTAL_STORE_URL": f"file://{tmp_path}/evidence",
        "PORTAL_AUDIT_URL": f"file://{tmp_path}/audit",
    }
    assert "Restored: " in portal(place, "backup", "restore", str(moment), **there)
    portal(place, "db", "upgrade", **there)
    assert "Whole: " in portal(place, "audit", "verify", **there)
    app = portal_app(
        empty,
        tmp_path,
        secret_key=place.environment["PORTAL_SECRET_KEY"],
        sandbox_log=place.environment["PORTAL_SANDBOX_LOG"],
    )
    try:
        check_restored(app.extensions["portal"], place.deps, set(first))
    finally:
        close(app)


def check_restored(restored: Deps, source: Deps, surely: set[str]) -> None:
    """Every row has its file; what is there is there as it was; the rail has moved what the books say, and no more."""
    with restored.database.reading(streams=True) as connection:
        keys = list(stored_keys(connection))
    assert len(keys) >= 2 and all(restored.store.get(key) == source.store.get(key) for key in keys)
    ours, theirs = _books(restored), _books(source)
    assert surely <= set(ours["orders"]) <= set(theirs["orders"])
    assert verify_audit(deps=restored).broken is None and _trails(restored).items() <= _trails(source).items()
    # What was in hand at that moment goes on under the numbers it had: the rail has them already.
    until = time.monotonic() + 60
    while set((ours := _books(restored))["refunds"].values()) != {"succeeded"}:
        assert time.monotonic() < until, ours["refunds"]
        work_all_jobs(deps=restored)
        time.sleep(0.2)
    unknown = set(theirs["refunds"]) - set(ours["refunds"])
    differences = [str(difference) for difference in reconcile_refunds(deps=restored)]
    assert all(any(number in said for number in unknown) for said in differences), differences
    assert all(refunded + in_flight <= captured for captured, refunded, in_flight in ours["payments"])


def _books(deps: Deps) -> dict[str, Any]:
    with deps.database.reading() as connection:
        amounts = select(PAYMENTS.c.captured_minor, PAYMENTS.c.refunded_minor, PAYMENTS.c.in_flight_minor)
        return {
            "orders": {row.number: row.state for row in connection.execute(select(ORDERS.c.number, ORDERS.c.state))},
            "refunds": {row.number: row.state for row in connection.execute(select(REFUNDS.c.number, REFUNDS.c.state))},
            "payments": connection.execute(amounts).all(),
        }


def _trails(deps: Deps) -> dict[tuple[str, int], str]:
    with deps.database.reading() as connection:
        return {(row.chain, row.seq): row.hash for row in connection.execute(select(EVENTS))}


def test_a_file_that_is_gone_from_the_store_is_named(place: Installation, tmp_path: Path) -> None:
    send_file(place.deps, place.made.shopper, Shopper(place).order(), 220)
    with place.deps.database.reading() as connection:
        key = connection.execute(select(FILES.c.key).order_by(FILES.c.id.desc()).limit(1)).scalar_one()
    content = place.deps.store.get(key)
    place.deps.store.delete([key])
    taken = take_backup(root=tmp_path, database=place.url, deps=place.deps)
    assert key in taken.missing
    place.deps.store.put(key, content)
    assert take_backup(root=tmp_path, database=place.url, deps=place.deps).missing == ()
