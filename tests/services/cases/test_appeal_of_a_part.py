"""A part that the shop granted is contested: what was granted is paid meanwhile, the rest exactly once (S39)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.domain.cases.found import LineFound
from portal.domain.errors import Conflict, Invalid
from portal.domain.results import CaseAppealed
from portal.services.applying import grant as granting
from portal.services.deadlines.run import run_deadlines
from tests.services.applying.test_apply_for import apply, case_of, no_differences
from tests.services.cases.test_appeal import answer, appeal, why
from tests.services.cases.test_decide_case import decide, waiting
from tests.services.returning.test_inspect import receive
from tests.support.said import inspect_goods, ship_back

S39 = pytest.mark.req("S39", "S42")


def granted(world, amount="20.00", units=(), **values):
    """300.00 asked for three, 20.00 granted."""
    number, case_no = waiting(world, **values)
    decide(world, case_no, "partly", amount=amount, units=units, reason="只补偿差价", request_id=f"part-{case_no}")
    return number, case_no


def paid(world):
    return sorted(row["amount_minor"] for row in world.refunds)


@S39
@pytest.mark.parametrize("settled", [False, True], ids=["being paid", "paid"])
def test_a_part_is_open_to_appeal_while_it_is_paid_and_after(world, settled):
    number, case_no = granted(world)
    if settled:
        world.settle()
    before = case_of(world, case_no)["state"]
    assert appeal(world, case_no) == CaseAppealed(case_no=case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["closed_at"], row["appeal"]["state"]) == (before, None, "open")
    assert (row["deadline_kind"], row["deadline_at"]) == ("appeal_decided", world.clock.now() + timedelta(hours=48))
    assert (row["appeal"]["first"], world.order(number).lines[0].claimed) == ("staff:1", 3)
    assert appeal(world, case_no) == CaseAppealed(case_no=case_no)
    assert why(world, case_no) == "appeal_open"
    world.settle()
    row = case_of(world, case_no)
    assert (row["state"], row["closed_at"], row["deadline_kind"]) == ("completed", None, "appeal_decided")
    assert paid(world) == [2000]


@S39
@pytest.mark.parametrize("settled", [False, True], ids=["being paid", "paid"])
def test_an_appeal_that_is_granted_pays_exactly_the_rest_once(world, settled):
    number, case_no = granted(world)
    appeal(world, case_no)
    if settled:
        world.settle()
    with pytest.raises(Conflict):
        answer(world, case_no, who=1, request_id="own")
    answer(world, case_no)
    answer(world, case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["appeal"]["state"], row["outcome"]["answer"]) == ("refunding", "granted", "accept")
    assert paid(world) == [2000, 28000]
    assert row["summary"]["refund"]["minor"] == 30000
    world.settle()
    row = case_of(world, case_no)
    assert row["state"] == "completed" and row["closed_at"]
    line = world.order(number).lines[0]
    assert (line.gone, line.claimed, line.refunded) == (3, 0, 30000)
    assert world.payments[0]["refunded_minor"] == 30000
    with pytest.raises(Conflict):
        answer(world, case_no, request_id="again")
    assert why(world, case_no) == "appealed"
    no_differences(world)


@S39
def test_an_appeal_that_is_not_granted_leaves_what_was_granted(world):
    number, case_no = granted(world)
    appeal(world, case_no)
    answer(world, case_no, "refuse", reason="补偿已经足够")
    row = case_of(world, case_no)
    assert (row["state"], row["appeal"]["state"], row["deadline_at"]) == ("refunding", "upheld", None)
    assert (world.order(number).lines[0].claimed, paid(world)) == (0, [2000])
    world.settle()
    assert case_of(world, case_no)["state"] == "completed" and case_of(world, case_no)["closed_at"]
    assert why(world, case_no) == "appealed"
    assert world.notices[-2:] == ["appeal_upheld", "refund_succeeded"] or "appeal_upheld" in world.notices
    no_differences(world)


@S39
def test_an_appeal_may_bring_some_of_the_rest_and_that_is_final(world):
    _, case_no = granted(world)
    appeal(world, case_no)
    with pytest.raises(Invalid):
        answer(world, case_no, "partly", amount="280.01", reason="多一些", request_id="more")
    with pytest.raises(Invalid):
        answer(world, case_no, "partly", units=(("1", 1),), amount="1.00", reason="一件", request_id="units")
    answer(world, case_no, "partly", amount="50.00", reason="再补一些")
    assert paid(world) == [2000, 5000]
    row = case_of(world, case_no)
    assert (row["outcome"]["answer"], row["summary"]["refund"]["minor"]) == ("partly", 7000)
    assert row["outcome"]["requested"]["minor"] == 30000
    assert why(world, case_no) == "appealed"


@S39
def test_units_that_were_not_granted_are_held_by_the_appeal_and_paid_by_it(world):
    number, case_no = granted(world, amount="", units=(("1", 1),))
    assert (world.order(number).lines[0].gone, paid(world)) == (1, [10000])
    appeal(world, case_no)
    assert world.order(number).lines[0].claimed == 2
    answer(world, case_no)
    assert (world.order(number).lines[0].gone, paid(world)) == (3, [10000, 20000])


@S39
def test_units_that_are_in_another_application_by_now_are_not_contested_as_well(world):
    number, case_no = granted(world, amount="", units=(("1", 1),))
    apply(world, number, kind="refund_only", reason="quality", units=(("1", 2),), request_id="other")
    assert why(world, case_no) in ("already_asked", "too_many")


@S39
def test_the_time_to_appeal_is_that_of_a_refusal(world):
    _, case_no = granted(world)
    world.clock.move(days=7, hours=13)
    assert why(world, case_no) == "appeal_over"


@S39
def test_all_that_was_asked_for_is_not_a_part_and_nothing_is_left_to_contest(world):
    _, case_no = waiting(world)
    decide(world, case_no)
    assert why(world, case_no) == "not_refused"


@S39
def test_less_for_goods_that_came_back_is_contested_once_they_are_paid_for(world):
    number, case_no = granted(world, kind="return_refund", reason="other")
    assert why(world, case_no) == "not_refused"
    ship_back(
        case_no=case_no, carrier="SF", tracking_no="SF1000", actor=world.shopper, request_id="ship", deps=world.deps
    )
    world.clock.move(days=5)
    receive(world, case_no)
    inspect_goods(
        case_no=case_no,
        found=(LineFound(line_id="1", received=3, accepted=3),),
        actor=world.made.staff("warehouse"),
        request_id="look",
        deps=world.deps,
    )
    assert paid(world) == [2000]
    world.clock.move(days=6)
    appeal(world, case_no)
    assert world.order(number).lines[0].claimed == 0
    answer(world, case_no)
    line = world.order(number).lines[0]
    assert (paid(world), line.gone, line.refunded) == ([2000, 28000], 3, 30000)
    world.settle()
    assert case_of(world, case_no)["state"] == "completed"
    no_differences(world)


@S39
def test_an_appeal_nobody_answers_is_escalated_and_decides_nothing(world):
    _, case_no = granted(world)
    world.settle()
    appeal(world, case_no)
    world.clock.move(hours=49)
    run_deadlines(deps=world.deps)
    row = case_of(world, case_no)
    assert (row["state"], row["appeal"]["state"], row["deadline_at"]) == ("completed", "open", None)
    assert row["escalated_at"] and paid(world) == [2000]


@S39
def test_the_customer_is_told_of_the_part_why_and_until_when_it_can_be_contested(world):
    _, _case_no = granted(world)
    assert world.notices[-1] == "part_approved"
    world.settle(2)
    body = next(mail.body for mail in world.mailer.sent if "同意了一部分" in mail.subject)
    assert "商家同意退¥20.00，您申请的是¥300.00。原因：只补偿差价。" in body and "可以申诉" in body


@S39
def test_an_answer_that_breaks_off_has_written_nothing_and_is_given_again(world, monkeypatch):
    """The process dies while the rest is being granted: the same request pays it, once."""
    number, case_no = granted(world)
    appeal(world, case_no)
    with monkeypatch.context() as broken:
        broken.setattr(granting, "start_refunds", dies)
        with pytest.raises(RuntimeError):
            answer(world, case_no)
    row = case_of(world, case_no)
    assert (row["appeal"]["state"], world.order(number).lines[0].claimed, paid(world)) == ("open", 3, [2000])
    for _ in range(2):
        answer(world, case_no)
    assert paid(world) == [2000, 28000]


def dies(*_args, **_values):
    raise RuntimeError("killed")
