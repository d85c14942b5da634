"""Policy decisions: applications simulated a second in one process, loading included, and by the decision alone.

`python -m bench.simulate [ORDERS]`: a shop of its own on SQLite, imported orders as a feed brings them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

import portal.models  # noqa: F401 - the tables
from portal.adapters.pack_files import shipped_packs
from portal.config import Settings
from portal.domain.applying.simulation import PastApplication, SimulatedOrder, alone
from portal.domain.applying.terms import Surroundings
from portal.domain.intake.imported_order import Read
from portal.domain.policy.jurisdictions import place_of
from portal.extensions import Model
from portal.ports import Deps
from portal.repos.database import prepare_engine
from portal.repos.past_orders import past_orders
from portal.repos.unit_of_work import reading
from portal.services.intake.import_orders import import_stream
from portal.services.policy.simulate import simulate
from portal.services.shops.manage_shops import NewShop, add_shop
from portal.wiring import build_deps

BUDGET, GOAL = 2_000, 10_000
LINES, STARTED = 6, datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def main(orders: int = 5_000) -> None:
    for what, rate in measure(orders).items():
        print(f"{what}: {rate:,.0f} applications/s (budget {BUDGET:,}, goal {GOAL:,})")


def measure(orders: int) -> dict[str, float]:
    """Applications a second under `cn`: the best of three, as the machine is never quite still."""
    with tempfile.TemporaryDirectory() as folder:
        deps = filled(Path(folder), orders)
        applications = list(asked(orders))
        packs = shipped_packs()

        def whole() -> None:
            simulate(shop_key="bench", pack=packs["cn"], packs=packs, applications=applications, deps=deps)

        return {
            "simulated, loading included": len(applications) / best(whole),
            "decided, orders in memory": len(applications) / best(lambda: decide(deps, applications)),
        }


def best(act: Any, rounds: int = 3) -> float:
    """Seconds of processor time of the quickest round, or what `act` timed itself, without its preparation."""
    found = []
    for _ in range(rounds):
        started = time.process_time()
        spent = act()
        found.append(spent if spent is not None else time.process_time() - started)
    return min(found)


def decide(deps: Deps, applications: list[PastApplication]) -> float:
    policy = alone(shipped_packs()["cn"], shipped_packs())
    asked_lines = {past.order_no: {past.line_id} for past in applications}
    with reading(deps) as work:
        stored = {past.order.no: past.order for past in past_orders(work.connection, 1, asked_lines)}
    place = place_of(policy.clock, jurisdiction="", country="", customer_zone="", shop_zone="Asia/Shanghai")
    around = Surroundings(place=place, calendar=deps.calendar, zone=place.zones[0])
    started = time.process_time()
    for past in applications:
        SimulatedOrder(stored[past.order_no], asked_lines[past.order_no], policy, around).decide(past)
    return time.process_time() - started


def asked(orders: int) -> Iterator[PastApplication]:
    """One application an order, half of them late."""
    for number in range(orders):
        yield PastApplication(
            order_no=f"B-{number}",
            line_id=str(1 + number % LINES),
            quantity=1 + number % 2,
            kind="return_refund",
            reason="no_reason" if number % 3 else "quality",
            requested_at=STARTED + timedelta(days=2 + number % 12),
        )


def filled(folder: Path, orders: int) -> Deps:
    engine = prepare_engine(create_engine(f"sqlite:///{folder}/bench.db"))
    Model.metadata.create_all(engine)
    deps = build_deps(Settings(secret_key="for the benchmark only, " + "0" * 24), engine)
    new = NewShop(key="bench", name="Bench", origins=("https://shop.example",))
    add_shop(new=new, packs=shipped_packs(), deps=deps)
    feed = (Read(number + 1, f"B-{number}", order(number)) for number in range(orders))
    counts = import_stream(shop_id=1, orders=feed, deps=deps, on_reject=print, on_batch=lambda *_: None)
    assert counts.created == orders, counts
    return deps


def order(number: int) -> dict[str, Any]:
    """As the order format has it: six lines of two units, a coupon over all, delivered in one parcel."""
    at, came = STARTED - timedelta(days=4), STARTED - timedelta(days=1)
    lines = [
        {"id": str(n), "sku": f"S-{n}", "title": f"商品{n}", "quantity": 2, "unit_price": "59.90"} for n in range(1, 7)
    ]
    return {
        "number": f"B-{number}",
        "placed_at": at.isoformat(),
        "updated_at": came.isoformat(),
        "currency": "CNY",
        "status": "delivered",
        "lines": lines,
        "freight": "10.00",
        "discounts": [{"kind": "coupon", "code": "C-9", "amount": "20.00"}],
        "payments": [
            {"id": "p-1", "method": "alipay", "amount": "708.80", "paid_at": at.isoformat(), "reference": f"r-{number}"}
        ],
        "shipments": [
            {
                "id": "s-1",
                "carrier": "SF",
                "tracking_no": f"SF{number}",
                "shipped_at": (came - timedelta(days=2)).isoformat(),
                "delivered_at": came.isoformat(),
                "lines": [{"line": line["id"], "quantity": 2} for line in lines],
            }
        ],
    }


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
