"""kill -9 of `portal archive` in the middle of a batch: an order is whole where it was or whole in the archive (N7)."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.domain.intake.imported_order import Read
from portal.services.intake.import_orders import import_stream
from portal.services.records.archive_orders import MOVED_AT_ONCE
from portal.services.records.verify_audit import verify_audit
from tests.faults.installation import Installation
from tests.support.feed import fed_order, fed_parcel, fed_payment

pytestmark = [pytest.mark.req("N7", "P12"), pytest.mark.timeout(180)]
ORDERS = MOVED_AT_ONCE + 20
ARCHIVE = ("archive", "--before", "2022-01-01")


@pytest.fixture
def place(postgresql_url: str, tmp_path: Path) -> Iterator[Installation]:
    """Nothing runs in it but what a test starts; its orders were over years ago."""
    found = Installation(tmp_path, postgresql_url)
    counts = import_stream(shop_id=found.made.shop_id, orders=old(), deps=found.deps, on_reject=pytest.fail)
    assert counts.created == ORDERS
    yield found
    found.stop()


def old() -> Iterator[Read]:
    for number in range(ORDERS):
        parcel = fed_parcel(
            status="delivered", shipped_at="2020-03-02T10:00:00+08:00", delivered_at="2020-03-05T10:00:00+08:00"
        )
        times = dict.fromkeys(("placed_at", "updated_at"), "2020-03-01T10:00:00+08:00")
        paid = fed_payment(reference=f"ref-{number}", paid_at="2020-03-01T10:05:00+08:00")
        whole = times | {"status": "completed", "shipments": [parcel], "payments": [paid]}
        yield Read(line=number + 1, order=f"F-{number}", data=fed_order(number=f"F-{number}", **whole))


def numbers(place: Installation, table: str) -> list[str]:
    with place.deps.database.reading() as connection:
        return list(connection.exec_driver_sql(f"SELECT number FROM {table} ORDER BY number").scalars())


def rows(place: Installation, table: str) -> Any:
    with place.deps.database.reading() as connection:
        return connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


def test_a_batch_that_is_killed_has_not_happened_and_the_next_run_goes_on(place: Installation) -> None:
    before = numbers(place, "orders")
    place.hold_at("archive", "Archived._touch", "after")
    running = place.run(*ARCHIVE)
    until = time.monotonic() + 60
    while not place.is_held:
        assert running.poll() is None and time.monotonic() < until, (place.folder / "log").read_text()[-2000:]
        time.sleep(0.02)
    # The first batch goes on to its end, the second one is killed once its rows are gone and nothing is committed.
    place.kill_at("archive", "Archived._leave", "after")
    place.let_go()
    assert running.wait(60) == -signal.SIGKILL
    there, gone = numbers(place, "orders"), numbers(place, "archived_order")
    assert (len(gone), sorted([*there, *gone])) == (MOVED_AT_ONCE, before)
    assert rows(place, "order_line") == len(there)
    assert rows(place, "payment") == ORDERS
    assert place.run(*ARCHIVE).wait(60) == 0
    assert (numbers(place, "orders"), numbers(place, "archived_order")) == ([], before)
    assert rows(place, "order_line") == 0
    broken = verify_audit(deps=place.deps).broken
    assert broken is None, broken
