"""Goods sent back, received, inspected: only what is accepted is paid, and of the rest the customer chooses."""

from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.cases.found import LineFound
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.models.case import CaseLine
from portal.models.event import Event
from portal.services.cases.appeal import appeal_case
from portal.services.deadlines.run import run_deadlines
from portal.services.evidence.receive_files import receive_evidence
from portal.services.returning.choose_rejected import choose_rejected
from portal.services.returning.receive_parcel import receive_goods
from portal.services.returning.send_back import delivered_to_customer, send_goods_back
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.test_apply_for import apply, case_of, no_differences
from tests.services.evidence.test_evidence import picture
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.said import decide_case, inspect_goods, ship_back


def returning(world, lines=None, *, reason="no_reason", units=(("1", 3),), **values):
    """A return that is approved: the goods are to be sent."""
    number = world.take(bought(*(lines or (make_line("1", 3, 30000), make_line("2", 1, 1000)))))
    case_no = apply(world, number, kind="return_refund", reason=reason, units=units, **values)
    if case_of(world, case_no)["state"] == "submitted":
        decide_case(case_no=case_no, decision="accept", **by(world, "agent", "yes"))
    return number, case_no


def by(world, who, request_id="r1"):
    actor = world.shopper if who == "shopper" else world.made.staff(who)
    return {"actor": actor, "request_id": f"{request_id}-{who}", "deps": world.deps}


def ship(world, case_no, request_id="ship", **values):
    asked = {"carrier": "SF", "tracking_no": "SF 1000 2000"} | values
    return ship_back(case_no=case_no, **asked, **by(world, "shopper", request_id))


def receive(world, case_no):
    return receive_goods(case_no=case_no, **by(world, "warehouse", "receive"))


def inspect(world, case_no, *found, request_id="inspect", role="warehouse", **values):
    lines = tuple(
        LineFound(line_id=line_id, received=accepted + rejected, accepted=accepted, rejected=rejected, **more)
        for line_id, accepted, rejected, more in ((*one, {}) if len(one) == 3 else one for one in found)
    )
    return inspect_goods(case_no=case_no, found=lines, **values, **by(world, role, request_id))


def held(world, case_no):
    """A return of which one unit of three was not accepted."""
    ship(world, case_no)
    receive(world, case_no)
    inspect(world, case_no, ("1", 2, 1), reason="有划痕")


def choose(world, case_no, choice, request_id="choose"):
    return choose_rejected(case_no=case_no, choice=choice, **by(world, "shopper", request_id))


def receipt(world, number):
    received = receive_evidence(uploads=(picture(),), order_no=number, actor=world.shopper, deps=world.deps)
    return [evidence.id for evidence in received.evidence]


@pytest.mark.req("S27", "S28", "S29")
def test_goods_are_sent_received_accepted_and_paid(world):
    number, case_no = returning(world)
    ship(world, case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["parcel"]["there"]["tracking_no"], row["deadline_at"]) == (
        "in_transit",
        "SF10002000",
        None,
    )
    receive(world, case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_kind"], world.notices[-1]) == ("received", "shop_inspects", "return_received")
    inspect(world, case_no, ("1", 3, 0, {"resellable": 2}))
    row, line = case_of(world, case_no), world.order(number).lines[0]
    assert (row["state"], row["summary"]["refund"]["minor"]) == ("refunding", 30000)
    assert (line.gone, line.claimed, line.refunded) == (3, 0, 30000)
    world.settle()
    assert case_of(world, case_no)["state"] == "completed"
    no_differences(world)


@pytest.mark.req("S28", "P5")
def test_stock_comes_back_once_and_only_what_can_be_sold_again(world):
    _, case_no = returning(world)
    inspect(world, case_no, ("1", 3, 0, {"resellable": 2}))
    inspect(world, case_no, ("1", 3, 0, {"resellable": 2}))
    stock = [row for row in world.rows(Event) if row["kind"] == "system:stock:returned"]
    assert [('"quantity":2' in row["text"], row["key"]) for row in stock] == [(True, f"stock-back:{case_no}:1")]


@pytest.mark.req("S27")
def test_the_parcel_can_be_changed_until_it_is_received(world):
    _, case_no = returning(world)
    ship(world, case_no)
    ship(world, case_no, "again", tracking_no="YT999888")
    assert case_of(world, case_no)["parcel"]["there"]["tracking_no"] == "YT999888"
    assert [kind for kind in world.events() if "parcel" in kind] == ["shopper:parcel:sent", "shopper:parcel:changed"]
    receive(world, case_no)
    with pytest.raises(Conflict):
        ship(world, case_no, "late", tracking_no="YT000000")


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"carrier": " "}, ("carrier", "required")),
        ({"tracking_no": ""}, ("tracking_no", "required")),
        ({"tracking_no": "!!"}, ("tracking_no", "tracking_no")),
        ({"freight_paid": "12.00"}, ("proof", "receipt")),
        ({"freight_paid": "-1"}, ("freight_paid", "not_an_amount")),
        ({"freight_paid": "many"}, ("freight_paid", "not_an_amount")),
    ],
)
def test_what_is_wrong_with_a_parcel_is_said_field_by_field(world, values, problem):
    _, case_no = returning(world, reason="quality")
    with pytest.raises(Invalid) as refused:
        ship(world, case_no, **values)
    assert refused.value.problems == (problem,)
    assert case_of(world, case_no)["state"] == "awaiting_return"


@pytest.mark.req("S27")
def test_carriage_the_shop_bears_comes_back_with_the_refund_up_to_the_cap(world):
    number, case_no = returning(world, reason="quality", units=(("1", 1),))
    ship(world, case_no, freight_paid="120.00", proof_ids=receipt(world, number))
    inspect(world, case_no, ("1", 1, 0))
    plan = case_of(world, case_no)["summary"]
    assert (plan["carriage"]["minor"], plan["refund"]["minor"], plan["carriage_left"]["minor"]) == (10000, 20000, 0)
    world.settle()
    assert world.payments[0]["refunded_minor"] == 20000


@pytest.mark.req("S27")
def test_carriage_beyond_the_money_of_the_order_is_a_task_for_staff_and_no_unit_is_paid_twice(world):
    lines = (make_line("1", 2, 20000),)
    number, first = returning(world, lines, reason="quality", units=(("1", 1),))
    ship(world, first, freight_paid="12.00", proof_ids=receipt(world, number))
    inspect(world, first, ("1", 1, 0))
    assert not world.tasks
    second = apply(world, number, kind="return_refund", reason="quality", units=(("1", 1),), request_id="r2")
    if case_of(world, second)["state"] == "submitted":
        decide_case(case_no=second, decision="accept", **by(world, "agent", "yes2"))
    ship(world, second, "ship2", freight_paid="8.00", proof_ids=receipt(world, number))
    inspect(world, second, ("1", 1, 0), request_id="inspect2")
    world.settle(20)
    payment = world.payments[0]
    assert payment["refunded_minor"] == payment["captured_minor"] == 20000
    [task] = [row for row in world.tasks if row["kind"] == "carriage_left"]
    assert task["detail"] == {"reason": "20.00 CNY"}


@pytest.mark.req("S27")
def test_carriage_the_customer_bears_is_not_kept(world):
    number, case_no = returning(world)
    ship(world, case_no, freight_paid="12.00", proof_ids=receipt(world, number))
    inspect(world, case_no, ("1", 3, 0))
    assert case_of(world, case_no)["summary"]["refund"]["minor"] == 30000


@pytest.mark.parametrize(
    ("found", "values", "problem"),
    [
        ((("1", 4, 0),), {}, ("received-1", "too_many")),
        ((("9", 1, 0),), {}, ("received-9", "too_many")),
        ((("1", -1, 0),), {}, ("received-1", "negative")),
        ((("1", 0, 0),), {}, ("received", "nothing_received")),
        ((("1", 2, 1),), {}, ("reason", "required")),
        ((("1", 2, 1, {"resellable": 3}),), {"reason": "有划痕"}, ("resellable-1", "too_many")),
    ],
)
def test_what_cannot_have_come_back_is_refused_and_nothing_is_paid(world, found, values, problem):
    _, case_no = returning(world)
    receive(world, case_no)
    with pytest.raises(Invalid) as refused:
        inspect(world, case_no, *found, **values)
    assert problem in refused.value.problems
    assert (case_of(world, case_no)["state"], world.refunds) == ("received", [])


@pytest.mark.req("S28", "P5", "N11")
def test_what_is_accepted_is_paid_at_once_and_the_customer_chooses_about_the_rest(world):
    number, case_no = returning(world)
    held(world, case_no)
    row, line = case_of(world, case_no), world.order(number).lines[0]
    assert (row["state"], row["deadline_kind"], line.gone, line.claimed) == (
        "received",
        "customer_chooses_rejected",
        2,
        1,
    )
    assert [row["amount_minor"] for row in world.refunds] == [20000]
    assert world.notices[-1] == "goods_not_accepted"
    world.settle()
    assert case_of(world, case_no)["state"] == "received"


@pytest.mark.req("N11")
def test_given_up_goods_are_gone_without_money_and_the_case_is_done(world):
    number, case_no = returning(world)
    held(world, case_no)
    world.settle()
    choose(world, case_no, "give_up")
    row, line = case_of(world, case_no), world.order(number).lines[0]
    assert (row["state"], line.gone, line.claimed, line.refunded) == ("completed", 3, 0, 20000)
    no_differences(world)


def test_given_up_while_the_refund_is_on_its_way_the_case_waits_for_it(world):
    _, case_no = returning(world)
    held(world, case_no)
    choose(world, case_no, "give_up")
    assert case_of(world, case_no)["state"] == "refunding"
    world.settle()
    assert case_of(world, case_no)["state"] == "completed"


@pytest.mark.req("N11", "N10")
def test_goods_sent_back_are_free_again_only_in_the_customers_hands(world):
    number, case_no = returning(world)
    held(world, case_no)
    choose(world, case_no, "send_back")
    assert (case_of(world, case_no)["state"], world.tasks[-1]["kind"]) == ("sending_back", "goods_to_send_back")
    with pytest.raises(Conflict):
        delivered_to_customer(case_no=case_no, accepted=True, **by(world, "warehouse", "early"))
    send_goods_back(case_no=case_no, carrier="SF", tracking_no="SF55667788", **by(world, "warehouse", "sent"))
    assert (world.order(number).lines[0].claimed, world.notices[-1]) == (1, "goods_sent_back")
    world.settle()
    delivered_to_customer(case_no=case_no, accepted=True, **by(world, "warehouse", "there"))
    row, line = case_of(world, case_no), world.order(number).lines[0]
    assert (row["state"], line.gone, line.claimed) == ("completed", 2, 0)
    assert world.tasks[-1]["done_at"] is not None


def test_goods_that_the_customer_did_not_take_are_to_be_sent_again(world):
    _, case_no = returning(world)
    held(world, case_no)
    choose(world, case_no, "send_back")
    for turn in ("1", "2"):
        send_goods_back(case_no=case_no, carrier="SF", tracking_no="SF55667788", **by(world, "warehouse", f"s{turn}"))
        delivered_to_customer(case_no=case_no, accepted=turn == "2", **by(world, "warehouse", f"h{turn}"))
    assert case_of(world, case_no)["state"] in ("refunding", "completed")


def test_nothing_accepted_nothing_paid_and_what_goes_back_ends_it_as_not_approved(world):
    number, case_no = returning(world)
    inspect(world, case_no, ("1", 0, 3), reason="不是我们的商品")
    assert (world.refunds, case_of(world, case_no)["summary"]["refund"]["minor"]) == ([], 0)
    choose(world, case_no, "send_back")
    send_goods_back(case_no=case_no, carrier="SF", tracking_no="SF55667788", **by(world, "warehouse", "sent"))
    delivered_to_customer(case_no=case_no, accepted=True, **by(world, "warehouse", "there"))
    assert (case_of(world, case_no)["state"], world.order(number).lines[0].left) == ("rejected", 3)


@pytest.mark.req("S28", "P5")
def test_units_that_did_not_come_are_neither_paid_nor_kept(world):
    number, case_no = returning(world)
    inspect(world, case_no, ("1", 2, 0))
    line = world.order(number).lines[0]
    assert (line.gone, line.claimed, case_of(world, case_no)["inspection"]["missing"]) == (2, 0, 1)
    rows = [row for row in world.rows(CaseLine) if row["received"]]
    assert [(row["received"], row["accepted"], row["claimed"]) for row in rows] == [(2, 2, 0)]


def test_who_may_not_inspect_does_not(world):
    _, case_no = returning(world)
    for role in ("auditor", "admin"):
        with pytest.raises(Forbidden):
            inspect(world, case_no, ("1", 3, 0), role=role, request_id=role)


def test_what_was_inspected_cannot_be_inspected_again(world):
    _, case_no = returning(world)
    held(world, case_no)
    with pytest.raises(Conflict):
        inspect(world, case_no, ("1", 1, 0), request_id="again")
    assert len(world.refunds) == 1


def test_goods_received_cannot_be_withdrawn(world):
    _, case_no = returning(world)
    receive(world, case_no)
    with pytest.raises(Conflict):
        withdraw_case(case_no=case_no, reason="changed_mind", **by(world, "shopper", "withdraw"))


def run(world, at):
    world.clock.set(at)
    return run_deadlines(as_of=at, deps=world.deps)


@pytest.mark.req("S36", "P15")
def test_the_customer_is_reminded_three_days_and_one_day_before_and_then_it_closes(world):
    _, case_no = returning(world)
    deadline = case_of(world, case_no)["deadline_at"]
    mails = []
    for before in (
        timedelta(days=3, seconds=1),
        timedelta(days=3),
        timedelta(days=2),
        timedelta(days=1),
        timedelta(hours=1),
    ):
        run(world, deadline - before)
        run(world, deadline - before)
        mails.append(world.notices.count("return_reminder"))
    assert mails == [0, 1, 1, 2, 2]
    run(world, deadline)
    assert case_of(world, case_no)["state"] == "awaiting_return"
    run(world, deadline + timedelta(microseconds=1))
    assert (case_of(world, case_no)["state"], case_of(world, case_no)["reminder_at"]) == ("expired", None)
    assert world.notices[-1] == "application_expired"


@pytest.mark.req("S36")
def test_a_sweep_that_comes_late_reminds_once_and_not_after_the_goods_were_sent(world):
    _, case_no = returning(world)
    deadline = case_of(world, case_no)["deadline_at"]
    assert run(world, deadline - timedelta(hours=5))["case_reminded"] == 1
    ship(world, case_no)
    assert run(world, deadline + timedelta(days=9))["case_reminded"] == 0
    assert case_of(world, case_no)["state"] == "in_transit"


@pytest.mark.req("S36")
def test_goods_nobody_inspects_are_escalated_on_day_three_and_paid_on_day_five(world):
    number, case_no = returning(world)
    receive(world, case_no)
    deadline = case_of(world, case_no)["deadline_at"]
    assert run(world, deadline)["case_escalated"] == 0
    assert run(world, deadline + timedelta(microseconds=1))["case_escalated"] == 1
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_kind"], world.tasks[-1]["kind"]) == (
        "received",
        "refunded_uninspected",
        "goods_uninspected",
    )
    assert run(world, row["deadline_at"])["case_approved"] == 0
    assert run(world, row["deadline_at"] + timedelta(microseconds=1))["case_approved"] == 1
    row = case_of(world, case_no)
    assert (row["state"], row["inspection"]["by"], world.order(number).lines[0].gone) == ("refunding", "system", 3)
    assert "system:stock:returned" not in world.events()
    assert world.tasks[-1]["done_at"] is not None


@pytest.mark.req("S36", "N11")
def test_who_does_not_choose_gets_the_goods_back(world):
    _, case_no = returning(world)
    held(world, case_no)
    deadline = case_of(world, case_no)["deadline_at"]
    assert run(world, deadline)["case_sent_back"] == 0
    assert run(world, deadline + timedelta(microseconds=1))["case_sent_back"] == 1
    assert (case_of(world, case_no)["state"], world.notices[-1]) == ("sending_back", "goods_go_back")
    with pytest.raises(Conflict):
        choose(world, case_no, "give_up")


@pytest.mark.req("N11", "S39")
def test_an_appeal_that_is_granted_pays_what_was_not_accepted(world):
    number, case_no = returning(world)
    held(world, case_no)
    appeal_case(case_no=case_no, body="是运输中划的", **by(world, "shopper", "appeal"))
    with pytest.raises(Conflict):
        choose(world, case_no, "give_up")
    other = replace(world.made.staff("supervisor"), id=2)
    decide_case(case_no=case_no, decision="accept", actor=other, request_id="granted", deps=world.deps)
    row, line = case_of(world, case_no), world.order(number).lines[0]
    assert (row["state"], row["summary"]["refund"]["minor"]) == ("refunding", 30000)
    assert (line.gone, line.claimed, line.refunded) == (3, 0, 30000)
    world.settle()
    assert case_of(world, case_no)["state"] == "completed"
    no_differences(world)
