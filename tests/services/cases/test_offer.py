"""A counter-offer: proposed by the shop, answered by the customer, exact to the minor unit (P13)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.cases.results import OfferDone
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.services.cases.answer_offer import answer_offer
from portal.services.cases.offer import Proposal, offer_instead, take_offer_back
from portal.services.deadlines.run import run_deadlines
from portal.services.messages.ask_customer import ask_customer
from portal.services.messages.write_message import answer_shop
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.test_apply_for import apply, asking, case_of, no_differences
from tests.services.applying.test_apply_for import edit_application as edit
from tests.services.cancelling.test_races import at_once
from tests.services.cases.test_appeal import answer as decide_appeal
from tests.services.cases.test_appeal import appeal, refused
from tests.services.cases.test_decide_case import decide, waiting
from tests.services.replacing.test_send_replacement import asked as asked_for_goods
from tests.support.beyond_policy import late
from tests.support.order_facts import NOON

pytestmark = pytest.mark.req("P13")


def offer(world, case_no, kind="amount", amount="120.00", request_id="o1", who=None, **values):
    return offer_instead(
        case_no=case_no,
        proposal=Proposal(kind=kind, amount=amount, body=values.pop("body", "只有一件有问题")),
        actor=who or world.made.staff("agent"),
        request_id=request_id,
        deps=world.deps,
        **values,
    )


def say(world, case_no, answer="accept", request_id="s1", **values):
    values = {"actor": world.shopper} | values
    return answer_offer(case_no=case_no, answer=answer, request_id=request_id, deps=world.deps, **values)


def take_back(world, case_no, request_id="b1"):
    by = {"actor": world.made.staff("agent"), "deps": world.deps}
    return take_offer_back(case_no=case_no, request_id=request_id, **by)


def a_return(world, **values):
    return waiting(world, **({"kind": "return_refund", "reason": "other"} | values))


def run(world, at):
    return run_deadlines(as_of=at, deps=world.deps)["offer_lapsed"]


def test_an_offer_waits_for_its_customer_who_is_told_what_and_until_when(world):
    number, case_no = waiting(world)
    assert offer(world, case_no) == OfferDone(case_no=case_no, what="made")
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_kind"]) == ("offered", "customer_answers_offer")
    assert row["deadline_at"] == NOON + timedelta(days=5, hours=12), "the end of the fifth day in the shop's zone"
    assert world.notices[-1] == "offer_made" and "staff:offer:made" in world.events(number)
    assert world.order(number).lines[0].claimed == 3
    assert offer(world, case_no) == OfferDone(case_no=case_no, what="made")
    assert world.notices.count("offer_made") == 1


def test_accepted_it_is_paid_exactly_with_the_goods_kept_and_nothing_is_left_to_contest(world):
    number, case_no = waiting(world)
    offer(world, case_no, amount="120.01")
    assert say(world, case_no) == OfferDone(case_no=case_no, what="accepted")
    row, line = case_of(world, case_no), world.order(number).lines[0]
    assert (row["state"], row["outcome"]["answer"], row["decided_by"]) == ("refunding", "offer", "staff:1")
    assert (line.gone, line.claimed, line.refunded) == (0, 0, 12001)
    assert row["outcome"].get("appeal_by") is None and row["offer"]["state"] == "accepted"
    world.settle()
    assert case_of(world, case_no)["state"] == "completed" and world.payments[0]["refunded_minor"] == 12001
    with pytest.raises(Conflict):
        say(world, case_no, request_id="s2")
    no_differences(world)


def test_another_amount_of_a_return_is_paid_once_the_goods_are_back(world):
    _, case_no = a_return(world)
    offer(world, case_no, amount="200.00")
    say(world, case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["summary"]["refund"]["minor"]) == ("awaiting_return", 20000)
    assert row["return_no"] and world.refunds == [] and world.notices[-1] == "return_approved"


def test_goods_that_are_kept_are_paid_at_once_and_nothing_comes_back(world):
    number, case_no = a_return(world)
    offer(world, case_no, "keep", "99.99")
    say(world, case_no)
    row, line = case_of(world, case_no), world.order(number).lines[0]
    assert (row["state"], row["return_no"], line.gone, line.refunded) == ("refunding", None, 0, 9999)
    assert row["outcome"]["handling"]["remedy"] == "refund"
    later = apply(world, number, kind="return_refund", reason="no_reason", units=(("1", 3),))
    assert case_of(world, later)["summary"]["refund"]["minor"] == 30000 - 9999


@pytest.mark.parametrize(
    ("kind", "reason"), [("exchange", "quality"), ("repair", "quality"), ("reship", "missing_item")]
)
def test_money_may_be_offered_for_what_would_be_answered_with_goods(world, kind, reason):
    number, case_no = asked_for_goods(world, kind, reason)
    with pytest.raises(Invalid, match="kind"):
        offer(world, case_no, "amount", "1.00")
    offer(world, case_no, "keep", "1.00")
    say(world, case_no)
    assert case_of(world, case_no)["state"] == "refunding" and world.order(number).lines[0].claimed == 0
    world.settle()
    assert case_of(world, case_no)["state"] == "completed" and world.payments[0]["refunded_minor"] == 100


@pytest.mark.parametrize(
    ("kind", "amount", "code"),
    [
        ("amount", "300.01", "above_computed"),
        ("keep", "300.01", "above_computed"),
        ("amount", "300.00", "not_less"),
        ("amount", "0", "too_small"),
        ("amount", "x", "not_an_amount"),
        ("amount", "", "required"),
        ("", "1.00", "required"),
        ("gift", "1.00", "not_offered"),
    ],
)
def test_never_more_than_the_rules_give_nor_what_an_approval_gives(world, kind, amount, code):
    _, case_no = a_return(world)
    with pytest.raises(Invalid) as wrong:
        offer(world, case_no, kind, amount)
    assert wrong.value.problems[0][1] == code and case_of(world, case_no)["state"] == "submitted"


def test_goods_may_be_kept_for_all_that_was_paid_and_then_count_as_refunded(world):
    number, case_no = a_return(world)
    offer(world, case_no, "keep", "300.00")
    say(world, case_no)
    assert (world.order(number).lines[0].gone, case_of(world, case_no)["state"]) == (3, "refunding")


def test_what_never_came_cannot_be_kept(world):
    _, case_no = waiting(world, reason="signed_not_received", received=False)
    with pytest.raises(Invalid):
        offer(world, case_no, "keep", "1.00")


def test_declined_the_case_is_the_shops_again_with_its_full_time(world):
    _, case_no = a_return(world)
    offer(world, case_no)
    world.clock.set(NOON + timedelta(days=1))
    assert say(world, case_no, "refuse") == OfferDone(case_no=case_no, what="declined")
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_kind"], row["turns"]) == ("submitted", "shop_answers_return", 1)
    assert row["deadline_at"] == NOON + timedelta(hours=72)
    decide(world, case_no)
    assert case_of(world, case_no)["state"] == "awaiting_return"


def test_unanswered_it_lapses_and_not_a_moment_before(world):
    number, case_no = waiting(world)
    offer(world, case_no)
    deadline = NOON + timedelta(days=5, hours=12)
    assert run(world, deadline) == 0
    world.clock.set(deadline + timedelta(seconds=1))
    assert run(world, deadline + timedelta(microseconds=1)) == 1
    row = case_of(world, case_no)
    assert (row["state"], row["offer"]["state"]) == ("submitted", "lapsed")
    assert row["deadline_at"] == deadline + timedelta(seconds=1, hours=48)
    assert world.notices[-1] == "offer_lapsed" and world.events(number)[-1] == "system:offer:lapsed"
    with pytest.raises(Conflict, match="offer_over"):
        say(world, case_no)
    assert world.refunds == []


def test_taken_back_the_shop_has_only_the_time_that_was_left(world):
    _, case_no = a_return(world)
    world.clock.set(NOON + timedelta(hours=40))
    offer(world, case_no)
    world.clock.set(NOON + timedelta(hours=90))
    take_back(world, case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_at"]) == ("submitted", NOON + timedelta(hours=98))
    assert world.notices[-1] == "offer_taken_back"
    with pytest.raises(Conflict):
        take_back(world, case_no, "b2")


def test_made_again_it_is_another_offer_and_the_old_one_cannot_be_accepted_unread(world):
    _, case_no = waiting(world)
    offer(world, case_no, amount="10.00")
    world.clock.set(NOON + timedelta(days=1))
    offer(world, case_no, amount="20.00", request_id="o2")
    assert case_of(world, case_no)["deadline_at"] == NOON + timedelta(days=6, hours=12)
    with pytest.raises(Conflict, match="offer_changed"):
        say(world, case_no, shown="0" * 32)
    say(world, case_no, request_id="s2")
    world.settle()
    assert world.payments[0]["refunded_minor"] == 2000


def test_while_it_waits_nobody_decides_asks_or_edits_and_a_message_answers_nothing(world):
    _, case_no = waiting(world)
    offer(world, case_no)
    for verdict in ("accept", "refuse"):
        with pytest.raises(Conflict, match="offered"):
            decide(world, case_no, verdict, reason="x", request_id=verdict)
    by = {"actor": world.made.staff("agent"), "deps": world.deps}
    with pytest.raises(Conflict, match="offered"):
        ask_customer(case_no=case_no, body="请补充", request_id="q", **by)
    ask = asking(kind="refund_only", reason="other", units=(("1", 1),))
    with pytest.raises(Conflict):
        edit(case_no=case_no, ask=ask, actor=world.shopper, request_id="e", deps=world.deps)
    answer_shop(case_no=case_no, body="再想想", actor=world.shopper, request_id="m", deps=world.deps)
    assert case_of(world, case_no)["state"] == "offered"


def test_the_application_can_be_taken_back_and_the_offer_with_it(world):
    number, case_no = waiting(world)
    offer(world, case_no)
    withdraw_case(case_no=case_no, reason="solved", actor=world.shopper, request_id="w", deps=world.deps)
    assert (case_of(world, case_no)["state"], world.order(number).lines[0].claimed) == ("withdrawn", 0)
    with pytest.raises(Conflict):
        say(world, case_no)


def test_only_its_customer_answers_and_only_who_works_on_cases_offers(world):
    _, case_no = waiting(world)
    with pytest.raises(Forbidden):
        offer(world, case_no, who=world.made.staff("warehouse"))
    with pytest.raises(Conflict):
        say(world, case_no)
    offer(world, case_no)
    with pytest.raises(NotFound):
        say(world, case_no, actor=replace(world.shopper, id=99))


def test_an_offer_on_an_appeal_is_made_by_somebody_else_and_declined_the_appeal_goes_on(world):
    number, case_no = refused(world)
    appeal(world, case_no)
    with pytest.raises(Conflict, match="same_decider"):
        offer(world, case_no)
    second = replace(world.made.staff("agent"), id=2)
    offer(world, case_no, who=second)
    assert case_of(world, case_no)["state"] == "offered"
    with pytest.raises(Conflict, match="offered"):
        decide_appeal(world, case_no)
    say(world, case_no, "refuse")
    row = case_of(world, case_no)
    assert (row["state"], row["closed_at"], row["deadline_kind"]) == ("rejected", None, "appeal_decided")
    assert world.order(number).lines[0].claimed == 3
    offer(world, case_no, amount="50.00", who=second, request_id="o2")
    say(world, case_no, request_id="s2")
    row = case_of(world, case_no)
    assert (row["state"], row["appeal"]["state"], row["decided_by"]) == ("refunding", "granted", "staff:2")
    world.settle()
    assert world.payments[0]["refunded_minor"] == 5000


def test_taken_back_during_an_offer_an_appeal_ends_with_its_application(world):
    number, case_no = refused(world)
    appeal(world, case_no)
    offer(world, case_no, who=replace(world.made.staff("agent"), id=2))
    withdraw_case(case_no=case_no, reason="solved", actor=world.shopper, request_id="w", deps=world.deps)
    row = case_of(world, case_no)
    assert (row["state"], row["appeal"]["state"], row["closed_at"]) == ("withdrawn", "dropped", NOON)
    assert world.order(number).lines[0].claimed == 0


def test_nothing_is_offered_where_no_rule_gives_what_is_asked_for(world):
    """That is goodwill, with limits of its own (S44)."""
    case_no = late(world)
    with pytest.raises(Invalid, match="kind"):
        offer(world, case_no, "keep", "1.00")


def test_of_two_answers_at_once_one_wins(world):
    _, case_no = waiting(world)
    offer(world, case_no)

    def one(answer):
        return lambda: say(world, case_no, answer, request_id=answer)

    outcomes = at_once([one("accept"), one("refuse"), lambda: take_back(world, case_no)])
    assert sum(isinstance(outcome, OfferDone) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 2
    no_differences(world)
