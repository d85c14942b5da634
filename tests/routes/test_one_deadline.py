"""One deadline for the step that is on, wherever a case stands: its page, the lists, the order, the desk, the queue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.found import LineFound
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.applying.apply_for import apply_for
from portal.services.cases.appeal import appeal_case
from portal.services.deadlines.run import run_deadlines
from portal.services.messages.ask_customer import ask_customer
from portal.services.messages.ask_question import ask_question
from portal.services.returning.choose_rejected import choose_rejected
from portal.services.returning.receive_parcel import receive_goods
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.support.applications import bought, sent
from tests.support.order_facts import make_line, make_order
from tests.support.packs import PACKS
from tests.support.page import Browserless, Part
from tests.support.said import decide_case, inspect_goods, ship_back
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def by(office: Office, what: str, staff: str = "") -> dict[str, Any]:
    actor = office.made.staff(staff) if staff else office.made.shopper
    return {"actor": actor, "request_id": what, "deps": office.deps}


def applied(office: Office, kind: Any = "return_refund", reason: str = "other", **values: Any) -> str:
    number = office.take(values.pop("order", None) or bought(make_line("1", 3, 30000), make_line("2", 1, 1000)))
    asked = {"units": (("1", 3),), "received": True, "conditions": CONDITIONS} | values
    ask = ApplicationAsk(kind=kind, reason=reason, **asked)
    return apply_for(order_no=number, ask=ask, **by(office, f"apply-{number}")).case_no


def decided(office: Office, decision: str, **values: Any) -> str:
    case_no = applied(office, **values)
    said = {"decision": decision, "reason": "说明"} | ({"amount": "20.00"} if decision == "partly" else {})
    decide_case(case_no=case_no, **said, **by(office, f"say-{case_no}", "agent"))
    return case_no


def asked_for_more(office: Office) -> str:
    case_no = applied(office)
    ask_customer(case_no=case_no, body="请补充照片", **by(office, "ask", "agent"))
    return case_no


def sent_back(office: Office) -> str:
    case_no = decided(office, "accept")
    ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", **by(office, "ship"))
    return case_no


def received(office: Office) -> str:
    case_no = sent_back(office)
    receive_goods(case_no=case_no, **by(office, "here", "warehouse"))
    return case_no


def received_late(office: Office) -> str:
    case_no = received(office)
    office.clock.move(days=3, minutes=1)
    run_deadlines(deps=office.deps)
    return case_no


def not_accepted(office: Office, accepted: int = 1) -> str:
    case_no = received(office)
    found = (LineFound(line_id="1", received=3, accepted=accepted, rejected=3 - accepted),)
    inspect_goods(case_no=case_no, found=found, reason="有划痕", **by(office, "look", "warehouse"))
    return case_no


def chosen(office: Office) -> str:
    case_no = not_accepted(office)
    choose_rejected(case_no=case_no, choice="send_back", **by(office, "choose"))
    return case_no


def appealed(office: Office, case_no: str) -> str:
    appeal_case(case_no=case_no, body="照片很清楚", **by(office, f"appeal-{case_no}"))
    return case_no


def withdrawn(office: Office) -> str:
    case_no = applied(office)
    withdraw_case(case_no=case_no, reason="changed_mind", **by(office, "withdraw"))
    return case_no


def expired(office: Office) -> str:
    case_no = decided(office, "accept")
    office.clock.move(days=8)
    run_deadlines(deps=office.deps)
    return case_no


def fee_due(office: Office) -> str:
    with unit_of_work(office.deps) as work:
        work.shops.set(office.made.shop_id, settings={"fees": {"withdrawal_fixed": "12.00"}, "returns": True})
    case_no = sent_back(office)
    withdraw_case(case_no=case_no, reason="changed_mind", **by(office, "withdraw"))
    return case_no


def parcel_refused(office: Office) -> str:
    order = sent(make_order(make_line("1", 3, 30000)), delivered_at=None, status="refused")
    return applied(office, reason="parcel_refused", order=order, received=False, conditions=())


def question(office: Office) -> str:
    return ask_question(order_no=office.take(), body="什么时候发货", **by(office, "ask")).case_no


def european(office: Office, *, here: bool = False) -> str:
    with unit_of_work(office.deps) as work:
        work.policies.ensure(office.made.shop_id, PACKS["eu"], by="test")
    lines = (make_line("1", 2, 5000, currency="EUR"),)
    number = office.take(bought(*lines, currency="EUR", country="DE"), policy="eu")
    shopper = Browserless(office.app.test_client())
    sign_in(shopper)
    case_no = shopper.open(f"/orders/{number}/contract-withdrawal").submit().path.rpartition("/")[2]
    if here:
        receive_goods(case_no=case_no, **by(office, "here", "warehouse"))
    return case_no


SITUATIONS: dict[str, Callable[[Office], str]] = {
    "cancel waits": lambda office: office.waiting(),
    "submitted": applied,
    "needs_info": asked_for_more,
    "awaiting_return": lambda office: decided(office, "accept"),
    "parcel refused": parcel_refused,
    "in_transit": sent_back,
    "fee due": fee_due,
    "received": received,
    "received, escalated": received_late,
    "received, to choose": not_accepted,
    "received, appealed": lambda office: appealed(office, not_accepted(office)),
    "sending_back": chosen,
    "refunding": lambda office: decided(office, "accept", kind="refund_only", reason="quality"),
    "part granted": lambda office: decided(office, "partly", kind="refund_only", reason="quality"),
    "part, appealed": lambda office: appealed(office, decided(office, "partly", kind="refund_only", reason="quality")),
    "rejected": lambda office: decided(office, "refuse"),
    "rejected, appealed": lambda office: appealed(office, decided(office, "refuse")),
    "withdrawn": withdrawn,
    "expired": expired,
    "question": question,
    "contract, to send": european,
    "contract, here": lambda office: european(office, here=True),
}
NOT_A_STEP = {"sending_back", "refunding", "withdrawn", "expired", "parcel refused", "in_transit"}
"""Where nobody has to act by a time."""


def deadline_of(office: Office, case_no: str) -> datetime | None:
    """Of the step that is on: whoever has to act, or until when an answer may be contested, or a fee is to be paid."""
    with reading(office.deps) as work:
        case = work.cases.get(case_no, office.made.staff("agent"))
        fee = work.fees.of_case(case.id)
    if fee and fee[0].state == "due":
        return fee[0].due_at
    if case.due_at or case.appeal:
        return case.due_at
    return case.outcome.appeal_by


def named(part: Part) -> set[datetime]:
    """Every deadline that stands there, however often."""
    return {datetime.fromisoformat(e.get("datetime")) for e in part.tree.cssselect("time[data-time='deadline']")}


def shown(office: Office, case_no: str) -> dict[str, set[datetime]]:
    """By where it stands. Of the order's page and list only what is said of the case."""
    shopper = Browserless(office.app.test_client())
    sign_in(shopper)
    with reading(office.deps) as work:
        number = work.cases.get(case_no, office.made.staff("agent")).order_no
    mine, desk = f"article[data-case='{case_no}']", office.desk("agent")
    listed = shopper.open("/orders").one(f"article[data-order='{number}']")
    return {
        "page": named(shopper.open(f"/cases/{case_no}").one("#case > .stack:not(.aside)")),
        "list of cases": named(shopper.open("/cases").one(mine)),
        "order": named(shopper.open(f"/orders/{number}").one(mine)),
        "list of orders": set().union(*map(named, listed.all(".open-case"))),
        "desk": named(desk.open(f"/staff/cases/{case_no}").one(".decision-column")),
        "queue": named(desk.open("/staff/cases?state=all").one(f"tr[data-case='{case_no}']")),
    }


@pytest.mark.req("N2", "N3")
@pytest.mark.parametrize("situation", SITUATIONS)
def test_one_deadline_is_named_for_the_step_that_is_on(situation: str, office: Office) -> None:
    case_no = SITUATIONS[situation](office)
    wanted, found = deadline_of(office, case_no), shown(office, case_no)
    assert (wanted is None) == (situation in NOT_A_STEP), wanted
    expected = {wanted.replace(microsecond=0)} if wanted else set()
    for place, deadlines in found.items():
        assert deadlines <= expected, (place, deadlines, wanted)
    assert not expected or found["page"] == expected, found
