"""What must hold after every fault: nothing acknowledged is lost, nothing happens twice, the books agree."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import func, select, true

from portal.domain.errors import ProviderUnavailable
from portal.domain.orders.order import Order as OrderFacts
from portal.models.event import Event
from portal.models.job import Job, Notice
from portal.models.order import Order, OrderLine, Payment
from portal.models.refund import Refund
from portal.services.records.verify_audit import verify_audit
from portal.services.refunds.reconcile import reconcile_refunds
from tests.faults.installation import Installation, NoAnswer
from tests.support.make import store_order
from tests.support.order_facts import make_line, make_order

ORDERS, LINES, PAYMENTS, REFUNDS = Order.__table__, OrderLine.__table__, Payment.__table__, Refund.__table__
JOBS, EVENTS, NOTICES = Job.__table__, Event.__table__, Notice.__table__


@dataclass
class Act:
    """One press of 确认取消: its form is sent again, as it was, until there is an answer."""

    number: str
    path: str
    values: dict[str, str]
    location: str = ""
    tries: int = 0


@dataclass
class Shopper:
    """Cancels, and remembers what was acknowledged."""

    place: Installation
    acknowledged: dict[str, str] = field(default_factory=dict)
    actions: int = 0

    def order(self, **values: Any) -> str:
        """A new order of three units for 30.10, paid in the ways of the place."""
        self.place.numbers += 1
        number = f"F-{self.place.numbers}"
        till = self.place.till
        order: OrderFacts = make_order(make_line("1", 3, 3_000), freight=10, tenders=till.tenders, no=number, **values)
        payments = tuple(replace(payment, reference=till.reference(number, payment)) for payment in order.payments)
        store_order(self.place.made, replace(order, payments=payments))
        return number

    def fill(self, number: str) -> Act:
        path, values = self.place.browser.form(f"/orders/{number}/cancel", f"/orders/{number}/cancel")
        return Act(number, path, values | {"reason": "changed_mind"})

    def press(self, act: Act) -> bool:
        """True once it is acknowledged."""
        act.tries += 1
        self.actions += 1
        answer = self.place.browser.post(act.path, act.values)
        if answer.status in (500, 503):
            assert answer.status == 503, f"a shopper saw 500: {(self.place.folder / 'log').read_text()[-6000:]}"
            return False
        assert answer.status == 303, (answer.status, answer.body[-3000:])
        assert act.location in ("", answer.location)
        act.location = self.acknowledged[act.number] = answer.location
        return True

    def insist(self, act: Act, patience: float = 100) -> None:
        """Sends the same form until it is acknowledged."""
        until = time.monotonic() + patience
        while True:
            try:
                if self.press(act):
                    return
            except NoAnswer:
                pass
            assert time.monotonic() < until, (self.place.folder / "log").read_text()[-6000:]
            time.sleep(0.05)


def settle(place: Installation, patience: float = 100) -> float:
    """Waits until no job is left, and nothing for the shop and its people to do; the seconds it took."""
    began = time.monotonic()
    while True:
        if not place.till.attend(place.made, place.port) and not unfinished(place):
            return time.monotonic() - began
        assert time.monotonic() < began + patience, (unfinished(place), (place.folder / "log").read_text()[-4000:])
        time.sleep(0.1)


def unfinished(place: Installation) -> list[tuple[Any, ...]]:
    try:
        with place.deps.database.reading() as connection:
            query = select(JOBS.c.kind, JOBS.c.attempts, JOBS.c.error, JOBS.c.lease, JOBS.c.dead_at)
            return [tuple(row) for row in connection.execute(query.where(JOBS.c.done_at.is_(None)))]
    except ProviderUnavailable as away:
        return [("database", str(away))]


def check(shopper: Shopper) -> None:
    """Everything, on an installation that has settled."""
    place = shopper.place
    rows = _rows(place)
    lost = [number for number in shopper.acknowledged if rows["states"][number] not in ("cancelled", "waiting")]
    assert lost == []
    for number, state in rows["states"].items():
        mine = [refund for refund in rows["refunds"] if refund.number_of_order == number]
        assert sorted(refund.amount_minor for refund in mine) == (_whole(place) if state == "cancelled" else [])
    check_books(place)


def check_books(place: Installation) -> None:
    """Whatever was done on an installation that has settled: all money has moved, once; everybody was told, once; the
    rails and the trail agree."""
    rows = _rows(place)
    assert {refund.state for refund in rows["refunds"]} <= {"succeeded"}
    assert all(payment.in_flight_minor == 0 for payment in rows["payments"])
    place.till.check(place.folder, place.deps, rows)
    _check_told_once(place)
    differences = reconcile_refunds(deps=place.deps)
    assert differences == []
    audited = verify_audit(deps=place.deps)
    assert audited.broken is None, audited.broken


def check_orders(shopper: Shopper, numbers: list[str]) -> None:
    """What can be said of these orders alone, on an installation that has settled: `check` looks through everything."""
    rows = _rows(shopper.place, numbers)
    assert set(rows["states"]) == set(numbers)
    for number, state in rows["states"].items():
        mine = [refund for refund in rows["refunds"] if refund.number_of_order == number]
        assert state in ("cancelled", "waiting"), (number, state)
        assert sorted(refund.amount_minor for refund in mine) == (_whole(shopper.place) if state == "cancelled" else [])
    assert {refund.state for refund in rows["refunds"]} <= {"succeeded"}
    assert all(payment.in_flight_minor == 0 for payment in rows["payments"])


def _whole(place: Installation) -> list[int]:
    """What goes back of an order that is cancelled, one refund a tender."""
    return sorted(minor for _, minor in place.till.tenders)


def _rows(place: Installation, numbers: list[str] | None = None) -> dict[str, Any]:
    with place.deps.database.reading() as connection:
        mine = true() if numbers is None else ORDERS.c.number.in_(numbers)
        orders = connection.execute(select(ORDERS.c.number, ORDERS.c.state, ORDERS.c.waiting_case).where(mine)).all()
        refunds = select(REFUNDS, ORDERS.c.number.label("number_of_order")).join(
            ORDERS, (ORDERS.c.id == REFUNDS.c.order_id) & mine
        )
        payments = select(PAYMENTS).join(ORDERS, (ORDERS.c.id == PAYMENTS.c.order_id) & mine)
        events = EVENTS.c.key.is_not(None) & EVENTS.c.order_id.in_(select(ORDERS.c.id).where(mine))
        keys = select(EVENTS.c.key, func.count()).where(events).group_by(EVENTS.c.key)
        assert all(count == 1 for _, count in connection.execute(keys))
        return {
            "states": {row.number: "waiting" if row.waiting_case else row.state for row in orders},
            "refunds": connection.execute(refunds).all(),
            "payments": connection.execute(payments).all(),
        }


def _check_told_once(place: Installation) -> None:
    """One mail and one text a notice: the folders know a message by its name."""
    with place.deps.database.reading() as connection:
        count = connection.execute(select(func.count()).select_from(NOTICES)).scalar_one()
    for folder, ending in (("mail", "*.eml"), ("sms", "*.json")):
        assert len(list((place.folder / folder).glob(ending))) == count
