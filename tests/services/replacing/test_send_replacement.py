"""补寄 and 维修: what the shop sends, what it pays for instead, and what happens to the units meanwhile (P20)."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.domain.errors import Conflict, Forbidden, Invalid, RefusedError
from portal.models.event import Event
from portal.repos.unit_of_work import unit_of_work
from portal.services.cases.appeal import appeal_case
from portal.services.deadlines.run import run_deadlines
from portal.services.replacing.refund_instead import refund_instead
from portal.services.replacing.send_replacement import replacement_arrived, send_replacement
from portal.services.withdrawing.withdraw_case import withdraw_case
from tests.services.applying.test_apply_for import apply, case_of, no_differences
from tests.services.cancelling.test_races import at_once
from tests.services.returning.test_inspect import by, inspect, receipt, receive, ship
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.said import decide_case

pytestmark = pytest.mark.req("P20")


def asked(world, kind="reship", reason="missing_item", units=(("1", 2),), **stored):
    """An application about units of three of 100.00; its order and case."""
    number = world.take(bought(make_line("1", 3, 30000), make_line("2", 1, 1000)), **stored)
    return number, apply(world, number, kind=kind, reason=reason, units=units)


def agreed(world, kind="reship", **values):
    number, case_no = asked(world, kind, **values)
    decide_case(case_no=case_no, decision="accept", **by(world, "agent", "yes"))
    return number, case_no


def send(world, case_no, request_id="send", tracking_no="SF 2000 1000", role="warehouse"):
    return send_replacement(case_no=case_no, carrier="SF", tracking_no=tracking_no, **by(world, role, request_id))


def arrive(world, case_no, request_id="arrive"):
    return replacement_arrived(case_no=case_no, **by(world, "warehouse", request_id))


def pay_instead(world, case_no, reason="没有库存了", request_id="instead"):
    return refund_instead(case_no=case_no, reason=reason, **by(world, "agent", request_id))


def by_colleague(world):
    """Somebody else than whoever answered first."""
    return {"actor": replace(world.made.staff("supervisor"), id=2), "request_id": "after all", "deps": world.deps}


def units_of(world, number):
    line = world.order(number).lines[0]
    return (line.delivered, line.claimed, line.gone)


def to_repair(world, **stored):
    """Goods for repair that are with the shop."""
    number, case_no = agreed(world, "repair", reason="quality", **stored)
    ship(world, case_no)
    receive(world, case_no)
    return number, case_no


def test_what_is_missing_is_sent_and_arrives_without_any_money(world):
    number, case_no = agreed(world)
    row = case_of(world, case_no)
    assert (row["state"], row["deadline_at"], row["replacement"]) == ("replacing", None, {"units": [["1", 2]]})
    assert (world.notices[-1], world.tasks[-1]["kind"]) == ("replacement_approved", "replacement_to_send")
    send(world, case_no)
    sent = case_of(world, case_no)["replacement"]
    assert (sent["carrier"], sent["tracking_no"], sent["by"][:6]) == ("SF", "SF20001000", "staff:")
    assert (world.notices[-1], world.tasks[-1]["done_at"] is None) == ("replacement_sent", False)
    assert units_of(world, number) == (3, 2, 0)
    arrive(world, case_no)
    assert (case_of(world, case_no)["state"], world.notices[-1]) == ("completed", "replacement_arrived")
    assert (units_of(world, number), world.refunds) == ((3, 0, 0), [])
    assert world.events(number)[-2:] == ["staff:replacement:sent", "staff:replacement:arrived"]
    no_differences(world)


def test_the_same_parcel_said_twice_is_one_and_another_number_takes_its_place(world):
    _, case_no = agreed(world)
    send(world, case_no)
    send(world, case_no)
    assert world.notices.count("replacement_sent") == 1
    send(world, case_no, "another", tracking_no="YT999888")
    assert case_of(world, case_no)["replacement"]["tracking_no"] == "YT999888"


def test_what_has_not_left_cannot_arrive_and_what_has_arrived_is_over(world):
    _, case_no = agreed(world)
    with pytest.raises(Conflict):
        arrive(world, case_no)
    send(world, case_no)
    arrive(world, case_no)
    for again in (lambda: send(world, case_no, "late"), lambda: arrive(world, case_no, "twice")):
        with pytest.raises(Conflict):
            again()
    with pytest.raises(Conflict):
        pay_instead(world, case_no)


def test_only_whoever_handles_parcels_sends_and_only_whoever_answers_pays_instead(world):
    _, case_no = agreed(world)
    with pytest.raises(Forbidden):
        send(world, case_no, role="auditor")
    with pytest.raises(Forbidden):
        refund_instead(case_no=case_no, reason="x", **by(world, "warehouse", "instead"))
    with pytest.raises(Invalid):
        pay_instead(world, case_no, reason=" ")


def test_units_that_are_being_sent_cannot_be_refunded_as_well_and_others_can(world):
    number, case_no = agreed(world)
    with pytest.raises(RefusedError):
        apply(world, number, kind="refund_only", reason="quality", units=(("1", 2),))
    apply(world, number, kind="refund_only", reason="quality", units=(("1", 1),))
    send(world, case_no)
    arrive(world, case_no)
    apply(world, number, kind="return_refund", units=(("1", 2),))
    assert units_of(world, number) == (3, 3, 0)


def test_what_cannot_be_sent_is_paid_for_once(world):
    number, case_no = agreed(world)
    pay_instead(world, case_no)
    pay_instead(world, case_no)
    row = case_of(world, case_no)
    assert (row["state"], row["outcome"]["reason"], row["summary"]["refund"]["minor"]) == (
        "refunding",
        "没有库存了",
        20000,
    )
    assert [refund["amount_minor"] for refund in world.refunds] == [20000]
    assert (units_of(world, number), world.tasks[-1]["done_at"] is None) == ((3, 0, 2), False)
    world.settle()
    assert case_of(world, case_no)["state"] == "completed"
    no_differences(world)


def test_a_parcel_that_was_lost_can_still_be_paid_for(world):
    number, case_no = agreed(world)
    send(world, case_no)
    pay_instead(world, case_no, reason="包裹丢失")
    assert (case_of(world, case_no)["state"], units_of(world, number)) == ("refunding", (3, 0, 2))


def test_a_shop_that_says_nothing_sends_what_is_worth_little_and_is_reminded_of_what_is_not(world):
    small = world.take(bought(make_line("1", 1, 4000)))
    cheap = apply(world, small, kind="reship", reason="missing_item")
    _, dear = asked(world)
    row = case_of(world, cheap)
    assert (row["deadline_kind"], row["outcome"]["at_zero"]) == ("shop_answers_return", "approve")
    assert case_of(world, dear)["outcome"]["at_zero"] == "escalate"
    run_deadlines(as_of=world.clock.now() + timedelta(hours=49), deps=world.deps)
    assert (case_of(world, cheap)["state"], case_of(world, dear)["state"]) == ("replacing", "submitted")


def take_back(world, case_no, request_id="back"):
    return withdraw_case(case_no=case_no, reason="solved", **by(world, "shopper", request_id))


@pytest.mark.req("S30")
@pytest.mark.parametrize("ask", [asked, agreed])
def test_it_is_taken_back_before_the_shop_has_agreed_and_until_its_parcel_has_left(world, ask):
    number, case_no = ask(world)
    take_back(world, case_no)
    assert (case_of(world, case_no)["state"], units_of(world, number)) == ("withdrawn", (3, 0, 0))
    assert [task for task in world.tasks if task["done_at"] is None] == []
    assert world.notices[-1] == "application_withdrawn"
    with pytest.raises(Conflict):
        send(world, case_no)


def sent_already(world):
    number, case_no = agreed(world)
    send(world, case_no)
    return number, case_no


def being_repaired(world):
    number, case_no = to_repair(world)
    inspect(world, case_no, ("1", 2, 0))
    return number, case_no


@pytest.mark.req("S30")
@pytest.mark.parametrize("there", [sent_already, being_repaired])
def test_what_has_left_or_is_being_repaired_is_not_taken_back(world, there):
    _, case_no = there(world)
    assert case_of(world, case_no)["state"] == "replacing"
    with pytest.raises(Conflict) as no:
        take_back(world, case_no)
    assert no.value.what == "goods_due"


@pytest.mark.req("S30")
def test_a_reship_is_sent_or_taken_back_never_both(world):
    _, case_no = agreed(world)
    tries = at_once([lambda: send(world, case_no), lambda: take_back(world, case_no)])
    assert sum(isinstance(one, Conflict) for one in tries) == 1
    assert (case_of(world, case_no)["state"] == "withdrawn") is isinstance(tries[0], Conflict)


def test_a_refusal_that_was_wrong_ends_in_the_parcel(world):
    _, case_no = asked(world)
    refusal = {"decision": "refuse", "reason_code": "evidence", "reason": "照片看不清"}
    decide_case(case_no=case_no, **refusal, **by(world, "agent", "no"))
    appeal_case(case_no=case_no, body="称重记录在附件", **by(world, "shopper", "appeal"))
    decide_case(case_no=case_no, decision="accept", **by_colleague(world))
    assert case_of(world, case_no)["state"] == "replacing"
    send(world, case_no)
    arrive(world, case_no)
    assert case_of(world, case_no)["closed_at"]


def test_goods_are_repaired_and_sent_back_and_nobody_pays(world):
    number, case_no = to_repair(world)
    assert (world.notices[-1], world.notices.count("repair_approved")) == ("repair_received", 1)
    inspect(world, case_no, ("1", 2, 0))
    row = case_of(world, case_no)
    assert (row["state"], row["replacement"]) == ("replacing", {"units": [["1", 2]]})
    assert (units_of(world, number), world.refunds) == ((3, 2, 0), [])
    send(world, case_no)
    arrive(world, case_no)
    assert (case_of(world, case_no)["state"], units_of(world, number)) == ("completed", (3, 0, 0))
    no_differences(world)


def test_return_freight_of_a_repair_is_paid_when_the_goods_have_been_looked_at(world):
    number, case_no = agreed(world, "repair", reason="quality")
    ship(world, case_no, proof_ids=receipt(world, number), freight_paid="12.00")
    receive(world, case_no)
    inspect(world, case_no, ("1", 2, 0))
    assert [refund["amount_minor"] for refund in world.refunds] == [1200]
    world.settle()
    assert (case_of(world, case_no)["state"], units_of(world, number)) == ("replacing", (3, 2, 0))
    pay_instead(world, case_no, reason="修不好")
    assert [refund["amount_minor"] for refund in world.refunds] == [1200, 20000]
    assert case_of(world, case_no)["summary"]["refund"]["minor"] == 21200
    world.settle()
    assert (case_of(world, case_no)["state"], units_of(world, number)) == ("completed", (3, 0, 2))
    no_differences(world)


def test_goods_for_repair_are_taken_as_a_whole_or_go_back_as_they_are(world):
    number, case_no = to_repair(world)
    with pytest.raises(Invalid) as caught:
        inspect(world, case_no, ("1", 1, 1), reason="摔坏的")
    assert caught.value.problems == (("found", "all_or_none"),)
    inspect(world, case_no, ("1", 0, 2), reason="摔坏的", request_id="all")
    assert (case_of(world, case_no)["deadline_kind"], units_of(world, number)) == (
        "customer_chooses_rejected",
        (3, 2, 0),
    )
    appeal_case(case_no=case_no, body="没有摔过", **by(world, "shopper", "appeal"))
    decide_case(case_no=case_no, decision="accept", **by_colleague(world))
    row = case_of(world, case_no)
    assert (row["state"], row["replacement"], units_of(world, number)) == (
        "replacing",
        {"units": [["1", 2]]},
        (3, 2, 0),
    )


def test_goods_that_nobody_looks_at_count_as_accepted_for_repair(world):
    _, case_no = to_repair(world)
    world.clock.move(days=6)
    for _ in range(2):
        run_deadlines(as_of=world.clock.now(), deps=world.deps)
    assert case_of(world, case_no)["state"] == "replacing"


def euros(world):
    line = make_line("1", 3, 30000, currency="EUR")
    return bought(line, currency="EUR", country="DE"), {"policy": "eu"}


def test_a_repair_in_the_union_lengthens_the_guarantee_once(world):
    order, stored = euros(world)
    number = world.take(order, **stored)
    ends = []
    for turn in ("first", "second"):
        case_no = apply(world, number, kind="repair", reason="quality", units=(("1", 1),), request_id=turn)
        decide_case(case_no=case_no, decision="accept", **by(world, "agent", turn))
        assert "EU-15" in case_of(world, case_no)["outcome"]["rules"]
        inspect(world, case_no, ("1", 1, 0), request_id=turn)
        send(world, case_no, f"send {turn}")
        arrive(world, case_no, f"arrive {turn}")
        ends.append(world.order(number).lines[0].guarantee_until)
        world.clock.move(days=1)
    assert ends[0] == ends[1] and ends[0].isoformat() == "2029-11-13T23:00:00+00:00"
    told = [
        json.loads(row["text"])["data"] for row in world.rows(Event) if row["kind"].endswith("guarantee:lengthened")
    ]
    assert [(data["line"], data["until"]) for data in told] == [("1", ends[0].isoformat())]


def test_a_repair_elsewhere_and_a_reship_lengthen_nothing(world):
    number, case_no = to_repair(world)
    inspect(world, case_no, ("1", 2, 0))
    send(world, case_no)
    arrive(world, case_no)
    assert world.order(number).lines[0].guarantee_until is None


def test_a_shop_that_takes_no_parcels_repairs_nothing_and_sends_what_is_missing(world):
    with unit_of_work(world.deps) as work:
        work.shops.set(world.made.shop_id, settings={"returns": False})
    with pytest.raises(RefusedError):
        asked(world, "repair", reason="quality")
    _, case_no = agreed(world)
    assert case_of(world, case_no)["state"] == "replacing"
