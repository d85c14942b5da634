"""The row of steps of a case, over every kind and state that it can be in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from portal.domain.cases.case import Appeal, Case, Deadline, Inspection, Outcome, Parcel, ParcelThere
from portal.domain.cases.life_cycle import TRANSITIONS
from portal.domain.cases.progress import StepCode, case_progress
from portal.domain.money import Money, zero
from portal.domain.orders.decisions import Handling, Plan
from portal.words.states import CASE_STEPS, REFUND_STEPS

OPENED = datetime(2026, 11, 28, 2, tzinfo=UTC)
DUE = OPENED + timedelta(days=8)
YUAN = Money(9000, "CNY")


def made(kind: Any, state: Any, **values: Any) -> Case:
    nothing = zero("CNY")
    plan = Plan(
        units=(("1", 2),),
        whole=False,
        lines=(),
        freight=nothing,
        fees=nothing,
        already=nothing,
        refund=YUAN,
        tenders=(),
    )
    known: dict[str, Any] = {"deadline": Deadline("customer_sends_back", DUE), "plan": plan} | values
    numbers = {"id": 1, "case_no": "T1", "shop_id": 1, "order_id": 1, "customer_id": 1}
    return Case(kind=kind, state=state, opened_at=OPENED, opened_by="shopper:1", **numbers, **known)


def shown(case: Case, refunded_at: datetime | None = None) -> list[tuple[str, str]]:
    return [(step.code, step.standing) for step in case_progress(case, refunded_at=refunded_at)]


EVERY = [(kind, state) for kind, table in TRANSITIONS.items() for state in table]
ENDED = ("completed", "withdrawn", "expired")


@pytest.mark.parametrize(("kind", "state"), EVERY)
def test_whatever_state_it_is_in_one_step_at_most_is_under_way_and_what_lies_before_it_is_done(
    kind: str, state: str
) -> None:
    handling = Handling(remedy="send_back") if kind in ("return_refund", "contract_withdrawal") else None
    outcome = Outcome(handling=handling, at=OPENED, appeal_by=DUE)
    steps = case_progress(made(kind, state, outcome=outcome, return_no="R1"))
    standings = [step.standing for step in steps]
    assert 2 <= len(steps) <= 5 and standings[0] == "past"
    assert standings.count("now") == (0 if state in ENDED or (kind, state) == ("cancel", "rejected") else 1)
    if "now" in standings:
        assert set(standings[: standings.index("now")]) <= {"past", "fault"}
        assert set(standings[standings.index("now") + 1 :]) <= {"next"}
    assert len({step.code for step in steps}) == len(steps)


def test_every_step_has_its_word() -> None:
    assert set(get_args(StepCode)) == set(CASE_STEPS)
    assert {"agreed", "submitted", "processing", "credited", "sent", "at_bank"} == set(REFUND_STEPS)


def test_goods_to_be_sent_back_stand_at_the_third_step_until_their_last_day() -> None:
    outcome = Outcome(handling=Handling(remedy="send_back"), answer="accept", at=OPENED + timedelta(hours=1))
    steps = case_progress(made("return_refund", "awaiting_return", outcome=outcome, return_no="R1"))
    assert [step.code for step in steps] == ["filed", "agreed", "sent", "checked", "refunded"]
    assert [step.standing for step in steps] == ["past", "past", "now", "next", "next"]
    assert [step.at for step in steps[:2]] == [OPENED, OPENED + timedelta(hours=1)] and steps[2].until == DUE


def test_a_completed_return_has_a_date_for_each_step() -> None:
    day = timedelta(days=1)
    parcel = Parcel(there=ParcelThere(carrier="SF", tracking_no="SF1", sent_at=OPENED + day))
    found = Inspection(by="staff:1", at=OPENED + 2 * day)
    outcome = Outcome(handling=Handling(remedy="send_back"), at=OPENED)
    case = made("return_refund", "completed", outcome=outcome, parcel=parcel, inspection=found, deadline=None)
    steps = case_progress(case, refunded_at=OPENED + 3 * day)
    assert [step.at for step in steps] == [OPENED, OPENED, OPENED + day, OPENED + 2 * day, OPENED + 3 * day]


def test_after_a_refusal_it_can_be_mended_then_it_is_appealed_then_it_is_over() -> None:
    outcome = Outcome(answer="refuse", at=OPENED, appeal_by=DUE)
    case = made("refund_only", "rejected", outcome=outcome, deadline=None)
    refused, mended = [("filed", "past"), ("answered", "fault")], [("mended", "now"), ("handled", "next")]
    assert shown(case) == [*refused, *mended]
    appeal = Appeal(by="shopper:1", at=OPENED, message=1)
    assert shown(replace(case, appeal=appeal)) == [*refused, ("appealed", "past"), ("handled", "now")]
    upheld = replace(appeal, state="upheld", decided_at=DUE)
    assert shown(replace(case, appeal=upheld)) == [*refused, ("appealed", "past"), ("handled", "fault")]


def test_where_no_money_is_in_it_no_refund_is_promised() -> None:
    case = made("refund_only", "submitted")
    free = replace(case, plan=replace(case.plan, refund=zero("CNY")))
    assert [code for code, _ in shown(free)] == ["filed", "agreed", "done"]
    assert "refunded" in [code for code, _ in shown(case)]
