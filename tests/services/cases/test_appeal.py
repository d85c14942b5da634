from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from portal.domain.cases.found import LineFound
from portal.domain.errors import Conflict, Invalid, NotFound, RefusedError
from portal.domain.results import CaseAppealed
from portal.services.cases.appeal import appeal_case
from portal.services.deadlines.run import run_deadlines
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.test_apply_for import apply, case_of
from tests.services.cases.test_decide_case import decide, waiting
from tests.support.applications import bought
from tests.support.order_facts import NOON, make_line
from tests.support.said import decide_case, inspect_goods


def refused(world, **values):
    """An application for three units, refused by the agent."""
    number, case_no = waiting(world, **values)
    decide(world, case_no, "refuse", reason_code="evidence", reason="照片看不清", request_id=f"no-{case_no}")
    return number, case_no


def appeal(world, case_no, request_id="a1", **values):
    values = {"body": "照片很清楚", "actor": world.shopper} | values
    return appeal_case(case_no=case_no, request_id=request_id, deps=world.deps, **values)


def answer(world, case_no, decision="accept", who=2, request_id="s1", **values):
    """By the second of the staff; the first is who refused."""
    actor = replace(world.made.staff("agent"), id=who)
    asked = {"case_no": case_no, "decision": decision, "actor": actor, "request_id": request_id} | values
    return decide_case(deps=world.deps, **asked)


def why(world, case_no, **values):
    with pytest.raises(RefusedError) as no:
        appeal(world, case_no, request_id="another", **values)
    return no.value.decision.why


@pytest.mark.req("S39", "S36", "N6")
def test_an_appeal_opens_a_refused_case_again_goes_ahead_and_holds_its_units(world):
    number, case_no = refused(world)
    assert appeal(world, case_no) == CaseAppealed(case_no=case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["closed_at"], row["appeal"]["state"], row["priority"]) == ("rejected", None, "open", 0)
    assert (row["deadline_kind"], row["deadline_at"]) == ("appeal_decided", NOON + timedelta(hours=48))
    assert world.order(number).lines[0].claimed == 3
    assert world.notices[-1] == "appeal_received"
    assert world.events(number)[-1] == "shopper:case:appealed"
    assert appeal(world, case_no) == CaseAppealed(case_no=case_no)
    assert world.notices.count("appeal_received") == 1


@pytest.mark.req("S39")
def test_an_appeal_needs_words_and_is_made_once_by_whom_it_concerns(world):
    _, case_no = refused(world)
    with pytest.raises(Invalid):
        appeal(world, case_no, body="  ")
    with pytest.raises(NotFound):
        appeal(world, case_no, actor=replace(world.shopper, id=99))
    appeal(world, case_no)
    assert why(world, case_no) == "appeal_open"


@pytest.mark.req("S39")
def test_the_first_decider_does_not_decide_the_appeal_and_nothing_is_written(world):
    _, case_no = refused(world)
    appeal(world, case_no)
    for decision in ("accept", "refuse"):
        with pytest.raises(Conflict) as no:
            answer(world, case_no, decision, who=1, reason="没错", request_id=decision)
        assert no.value.what == "same_decider"
    assert (case_of(world, case_no)["appeal"]["state"], world.refunds) == ("open", [])


@pytest.mark.req("S39", "S29")
def test_an_appeal_that_is_granted_pays_like_any_other_yes(world):
    number, case_no = refused(world)
    appeal(world, case_no)
    answer(world, case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["appeal"]["state"], row["deadline_at"]) == ("refunding", "granted", None)
    assert (world.order(number).lines[0].gone, world.order(number).lines[0].claimed) == (3, 0)
    world.settle()
    assert case_of(world, case_no)["state"] == "completed"
    assert world.payments[0]["refunded_minor"] == 30000
    assert {"staff:appeal:granted", "staff:case:approved"} <= set(world.events(number))


@pytest.mark.req("S39", "S42")
def test_an_appeal_may_be_granted_in_part_and_a_return_then_waits_for_the_goods(world):
    number, case_no = refused(world, kind="return_refund", reason="other")
    appeal(world, case_no)
    answer(world, case_no, "partly", units=(("1", 2),), reason="两件可以退")
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_kind"]) == ("awaiting_return", "customer_sends_back")
    assert world.order(number).lines[0].claimed == 2


@pytest.mark.req("S39")
def test_an_appeal_that_is_not_granted_is_final_with_the_complaint_line_and_frees_the_units(world):
    number, case_no = refused(world)
    appeal(world, case_no)
    with pytest.raises(Invalid):
        answer(world, case_no, "refuse")
    answer(world, case_no, "refuse", reason="照片里没有质量问题", request_id="s2")
    row = case_of(world, case_no)
    assert (row["state"], row["appeal"]["state"], row["closed_at"]) == ("rejected", "upheld", NOON)
    assert (row["deadline_at"], world.order(number).lines[0].claimed) == (None, 0)
    assert why(world, case_no) == "appealed"
    world.settle(2)
    assert "照片里没有质量问题" in world.mailer.sent[-1].body
    assert "最后的答复" in world.mailer.sent[-1].body
    assert "12315" in world.mailer.sent[-1].body
    with pytest.raises(Conflict):
        answer(world, case_no, request_id="s3")


@pytest.mark.req("S39", "S36")
def test_an_appeal_is_taken_until_the_last_second_and_not_from_the_first_after(world):
    _, case_no = refused(world)
    end = datetime.fromisoformat(case_of(world, case_no)["outcome"]["appeal_by"])
    world.clock.set(end)
    assert why(world, case_no) == "appeal_over"
    world.clock.set(end - timedelta(seconds=1))
    appeal(world, case_no)


@pytest.mark.req("S39", "S36", "N6")
def test_an_appeal_nobody_answers_is_escalated_once_and_stays_open(world):
    _, case_no = refused(world)
    appeal(world, case_no)
    by = case_of(world, case_no)["deadline_at"]
    assert not any(run_deadlines(as_of=by, deps=world.deps).values())
    assert run_deadlines(as_of=by + timedelta(seconds=1), deps=world.deps)["case_escalated"] == 1
    assert not any(run_deadlines(as_of=by + timedelta(days=9), deps=world.deps).values())
    row = case_of(world, case_no)
    assert (row["appeal"]["state"], row["closed_at"], row["escalated_at"]) == ("open", None, NOON)
    assert world.notices[-1] == "appeal_escalated"
    assert [task["kind"] for task in world.tasks if not task["done_at"]] == ["appeal_unanswered"]
    answer(world, case_no)
    assert not [task for task in world.tasks if not task["done_at"]]


@pytest.mark.req("S39", "S37")
def test_an_appeal_about_units_that_another_case_holds_is_led_to_it(world):
    number, case_no = refused(world)
    other = apply(world, number, kind="refund_only", reason="damaged", units=(("1", 1),))
    with pytest.raises(RefusedError) as no:
        appeal(world, case_no)
    assert (no.value.decision.why, no.value.decision.facts["case_no"]) == ("already_asked", other)
    withdraw_case(case_no=other, reason="mistake", actor=world.shopper, request_id="w", deps=world.deps)
    appeal(world, case_no, request_id="a2")


@pytest.mark.req("S39")
def test_what_was_not_refused_has_no_appeal(world):
    _, case_no = waiting(world)
    assert why(world, case_no) == "not_refused"


def not_accepted(world):
    """A return of two units, of which the inspection did not accept one."""
    number = world.take(bought(make_line("1", 2, 20000)))
    case_no = apply(world, number, units=(("1", 2),))
    staff = {"case_no": case_no, "actor": world.made.staff("agent"), "deps": world.deps}
    found = (LineFound(line_id="1", received=2, accepted=1, rejected=1, resellable=1),)
    inspect_goods(found=found, reason="吊牌剪掉了", request_id=f"i-{case_no}", **staff)
    return number, case_no


@pytest.mark.req("N11", "S28", "S39")
def test_goods_that_were_not_accepted_are_paid_when_the_appeal_is_granted_by_a_colleague(world):
    number, case_no = not_accepted(world)
    appeal(world, case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_kind"], row["appeal"]["first"]) == ("received", "appeal_decided", "staff:1")
    with pytest.raises(Conflict):
        answer(world, case_no, who=1, request_id="own")
    answer(world, case_no)
    world.settle()
    assert case_of(world, case_no)["state"] == "completed"
    line = world.order(number).lines[0]
    assert (line.gone, line.claimed, world.payments[0]["refunded_minor"]) == (2, 0, 20000)


@pytest.mark.req("N11", "S36")
def test_where_the_inspection_stands_the_customer_chooses_again_and_appeals_no_more(world):
    number, case_no = not_accepted(world)
    appeal(world, case_no)
    answer(world, case_no, "refuse", reason="吊牌确实剪掉了")
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_kind"]) == ("received", "customer_chooses_rejected")
    assert (row["closed_at"], world.order(number).lines[0].claimed) == (None, 1)
    assert why(world, case_no) == "appealed"
