"""Orders in: one by one and in bulk, and what happens to them when a newer version comes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete

from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.intake.imported_order import Read, Reject
from portal.domain.records.events import CHAIN, linked
from portal.models.account import Customer
from portal.models.event import Event
from portal.models.order import Order, OrderLine
from portal.models.shop import PolicyVersion
from portal.repos.unit_of_work import unit_of_work
from portal.services.cancelling.answer_cancel import answer_cancel
from portal.services.intake.import_orders import Counts, import_order, import_stream
from tests.support.feed import NEVER, fed_line, fed_order, fed_parcel, fed_payment, later
from tests.support.said import ship_order
from tests.support.world import World


def owner_of(world: World, external_id: str = "c-1") -> Actor:
    """The customer that the feed names, which is the one the shop was made with."""
    (row,) = [row for row in world.rows(Customer) if row["external_id"] == external_id]
    return Actor(kind="shopper", shop_id=world.made.shop_id, id=row["id"])


def put(world: World, data: dict[str, Any]) -> str:
    return import_order(shop_id=world.made.shop_id, data=data, deps=world.deps).result


def stream(world: World, *orders: dict[str, Any], **values: Any) -> tuple[Counts, list[Reject]]:
    rejects: list[Reject] = []
    reads = [Read(line, order.get("number", ""), order) for line, order in enumerate(orders, 1)]
    counts = import_stream(
        shop_id=world.made.shop_id, orders=reads, deps=world.deps, on_reject=rejects.append, **values
    )
    return counts, rejects


def test_an_order_is_created_once_and_a_repeat_changes_nothing(world: World) -> None:
    assert put(world, fed_order()) == "created"
    before = world.rows(Order)
    assert put(world, fed_order()) == "unchanged"
    assert put(world, fed_order(updated_at="2026-10-01T11:00:00+08:00", status="shipped")) == "older"
    assert world.rows(Order) == before
    assert world.events("F-1") == ["feed:order:taken_in"]


def test_other_content_of_the_same_time_is_newer_and_brings_its_refund(world: World) -> None:
    put(world, fed_order())
    back = {"id": "r-1", "payment": "p-1", "amount": "19.80", "at": "2026-11-01T10:30:00+08:00"}
    assert put(world, fed_order(refunds=[back])) == "updated"
    assert put(world, fed_order(refunds=[back])) == "unchanged"
    assert world.order("F-1").money_left.decimal() == "100.00"


def test_a_version_of_the_same_time_without_the_lines_there_were_is_no_version(world: World) -> None:
    put(world, fed_order())
    with pytest.raises(Invalid) as caught:
        put(world, fed_order(lines=[fed_line("2")]))
    assert caught.value.problems[0][0] == "lines"


def test_a_refund_on_its_way_at_the_shop_counts_until_it_failed_and_is_told_once(world: World) -> None:
    whole = {"id": "r-1", "payment": "p-1", "amount": "119.80", "at": "2026-11-02T10:00:00Z"}
    units = {"lines": [{"line": "1", "quantity": 2}]}
    put(world, fed_order(refunds=[whole | units | {"status": "pending"}]))
    order = world.order("F-1")
    assert (order.money_left.minor, order.payments[0].in_flight, order.units_unshipped()) == (0, 11980, ())
    put(world, later(fed_order(), refunds=[whole | units | {"status": "failed"}]))
    order = world.order("F-1")
    assert (order.money_left.minor, order.payments[0].in_flight, order.units_unshipped()) == (11980, 0, (("1", 2),))
    put(world, later(fed_order(), updated_at="2026-11-03T00:00:00Z", refunds=[whole | units]))
    order = world.order("F-1")
    assert (order.payments[0].refunded, order.payments[0].in_flight, order.units_unshipped()) == (11980, 0, ())


def test_a_pending_refund_that_failed_is_dropped_from_a_frozen_order_too(world: World) -> None:
    lines = [fed_line("1", 1, "50.00"), fed_line("2", 1, "69.80")]
    pending = {"id": "r-1", "payment": "p-1", "amount": "50.00", "at": "2026-11-02T10:00:00Z", "status": "pending"}
    pending["lines"] = [{"line": "1", "quantity": 1}]
    put(world, fed_order(lines=lines, refunds=[pending]))
    world.cancel("F-1", (("2", 1),), actor=owner_of(world))
    assert world.order("F-1").money_left.minor == 0
    put(world, later(fed_order(), lines=lines, refunds=[pending | {"status": "failed"}]))
    order = world.order("F-1")
    assert (order.money_left.minor, order.units_unshipped()) == (5000, (("1", 1),))


def test_a_payment_raised_after_our_cancel_is_told_to_staff(world: World) -> None:
    put(world, fed_order())
    world.cancel("F-1", actor=owner_of(world))
    world.settle()
    put(world, later(fed_order(), payments=[fed_payment("139.80")]))
    assert [(task["kind"], task["detail"]["amount"]) for task in world.tasks] == [("payment_left", 2000)]


@pytest.mark.req("S3", "S5")
def test_what_is_stored_reads_back_as_the_same_facts(world: World) -> None:
    put(
        world,
        fed_order(
            lines=[
                fed_line(
                    "1",
                    2,
                    "59.90",
                    discount="10.00",
                    tags=["custom"],
                    return_days=30,
                    image_url="https://a.example/1.jpg",
                ),
                fed_line(
                    "2",
                    1,
                    "5.00",
                    gift_of="1",
                    gift_value="5.00",
                    restriction={"ground": "CN-3", "confirmed_at": "2026-11-01T10:00:00Z"},
                ),
            ],
            freight="10.00",
            fees=[{"title": "礼盒", "amount": "1.00"}],
            discounts=[
                {
                    "kind": "coupon",
                    "code": "C-9",
                    "amount": "5.00",
                    "lines": ["1"],
                    "expires_at": "2026-12-31T00:00:00Z",
                },
                {"kind": "points", "points": 100, "amount": "1.00"},
            ],
            payments=[fed_payment("100.00"), fed_payment("19.80", "p-2", method="gift_card")],
            invoice={"kind": "e", "number": "I-1"},
            freight_waived={"amount": "10.00", "threshold": "99.00"},
        ),
    )
    order = world.order("F-1")
    assert (order.total.decimal(), order.captured.decimal()) == ("119.80", "119.80")
    assert [(line.coupon, line.points, line.points_count, line.net) for line in order.lines] == [
        (500, 96, 96, 10384),
        (0, 4, 4, 496),
    ]
    assert order.lines[1].gift_value is not None
    assert order.lines[1].restriction is not None
    assert order.freight_waived is not None
    row = world.rows(Order)[0]
    assert (row["tab"], row["recipient"], row["item_count"], row["total_minor"]) == ("to_ship", "张三", 3, 11980)
    assert row["shop_version_id"] and row["law_version_id"]
    assert row["ship_due_at"] is not None
    assert world.rows(OrderLine)[0]["return_days"] == 30


@pytest.mark.req("P29")
@pytest.mark.parametrize(("country", "law"), [("GB", "uk"), ("DE", "eu"), ("CN", "cn"), ("US", None)])
def test_a_law_that_came_after_the_shop_is_published_with_its_first_order(
    world: World, country: str, law: str | None
) -> None:
    with world.deps.database.writing() as connection:
        connection.execute(delete(PolicyVersion.__table__).where(PolicyVersion.__table__.c.name.in_(("uk", "eu"))))
    order = fed_order()
    put(world, order | {"ship_to": order["ship_to"] | {"country": country, "phone": "+8613800000001"}})
    versions = {row["id"]: row["name"] for row in world.rows(PolicyVersion)}
    assert versions.get(world.rows(Order)[0]["law_version_id"]) == law
    with unit_of_work(world.deps) as work:
        policy = work.policies.of(work.orders.get("F-1", world.shopper))
    assert (policy.law, policy.has_contract_withdrawal) == (law or "cn", law in ("uk", "eu"))


def test_every_order_begins_a_chain_that_can_be_checked(world: World) -> None:
    put(world, fed_order())
    put(world, later(fed_order(), status="picking"))
    events = world.rows(Event)
    chain = [event for event in events if event["chain"].endswith(":F-1")]
    for event in chain:
        assert event["hash"] == world.deps.vault.digest(CHAIN, linked(event["previous"], event["text"]))
    assert chain[1]["previous"] == chain[0]["hash"]
    assert world.rows(Order)[0]["head"] == chain[1]["hash"]


def test_a_wrong_order_says_everything_that_is_wrong(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        put(world, fed_order(currency="XXX", lines=[fed_line(quantity=0, unit_price=9.9)]))
    fields = {field for field, _ in caught.value.problems}
    assert {"currency", "lines.0.quantity", "lines.0.unit_price"} <= fields


def test_an_order_that_does_not_add_up_is_kept_out_and_the_difference_named(world: World) -> None:
    with pytest.raises(Invalid) as caught:
        put(world, fed_order(payments=[fed_payment("118.50")]))
    assert caught.value.problems == (("payments", "payments 118.50, order total 119.80, difference -1.30"),)
    assert world.rows(Order) == []


def test_a_customer_is_known_by_phone_and_mail_and_keeps_what_the_feed_does_not_say(world: World) -> None:
    put(world, fed_order())
    put(world, fed_order(number="F-2", customer={"id": "c-1"}))
    (customer,) = world.rows(Customer)
    assert (customer["name"], customer["phone"], customer["mail"]) == ("张三", "+8613800000001", "C1@Example.com")


def test_status_moves_forward_only(world: World) -> None:
    put(world, fed_order(status="picking"))
    assert put(world, later(fed_order(status="paid"))) == "updated"
    assert world.order("F-1").state == "picking"


def test_an_untouched_order_takes_new_lines_and_prices(world: World) -> None:
    put(world, fed_order())
    newer = later(fed_order(lines=[fed_line(), fed_line("2", 1, "10.00")], payments=[fed_payment("129.80")]))
    assert put(world, newer) == "updated"
    order = world.order("F-1")
    assert ([line.id for line in order.lines], order.captured.decimal()) == (["1", "2"], "129.80")


def test_parcels_recorded_here_stay_when_the_feed_does_not_know_them(world: World) -> None:
    put(world, fed_order())
    ship_order(
        order_no="F-1",
        carrier="SF",
        tracking_no="X1",
        at=None,
        is_delivered=False,
        actor=world.shopper,
        deps=world.deps,
    )
    put(world, later(fed_order(ship_to=NEVER)))
    order = world.order("F-1")
    assert ([parcel.tracking_no for parcel in order.shipments], order.state) == (["X1"], "shipped")


@pytest.mark.req("P14")
def test_a_shipment_while_a_cancel_is_open_is_refused(world: World) -> None:
    put(world, fed_order(status="picking"))
    case_no = world.cancel("F-1").case_no
    with pytest.raises(Conflict) as caught:
        put(world, later(fed_order(status="shipped", shipments=[fed_parcel()])))
    assert (caught.value.what, caught.value.detail["case_no"]) == ("cancel_open", case_no)
    assert put(world, later(fed_order(status="picking"))) == "updated"
    counts, rejects = stream(world, fed_order(updated_at="2026-11-09T00:00:00Z", status="shipped"))
    assert (counts.rejected, rejects[0].reason) == (1, "cancel_open")
    answer_cancel(
        case_no=case_no,
        answer="too_late",
        left_at=world.clock.now(),
        actor=world.made.staff(),
        request_id="a",
        deps=world.deps,
    )
    assert (
        put(world, fed_order(updated_at="2026-11-09T00:00:00Z", status="shipped", shipments=[fed_parcel()]))
        == "updated"
    )


def test_once_a_refund_exists_lines_and_prices_are_frozen_but_parcels_are_taken(world: World) -> None:
    lines = [fed_line(), fed_line("2", 1, "10.00")]
    paid = [fed_payment("129.80")]
    put(world, fed_order(lines=lines, payments=paid))
    world.cancel("F-1", (("2", 1),))
    cheaper = [fed_line(unit_price="50.00"), fed_line("2", 1, "29.80")]
    with pytest.raises(Conflict) as caught:
        put(world, later(fed_order(lines=cheaper, payments=paid)))
    assert (caught.value.what, caught.value.detail["field"]) == ("frozen", "lines.0")
    newer = later(fed_order(lines=lines, payments=paid, status="shipped", shipments=[fed_parcel()]))
    assert put(world, newer) == "updated"
    order = world.order("F-1")
    assert (order.state, order.lines[0].shipped, order.lines[1].cancelled) == ("shipped", 2, 1)


@pytest.mark.req("S13")
def test_paid_after_our_cancel_is_ignored_and_shipped_becomes_a_task(world: World) -> None:
    put(world, fed_order())
    world.cancel("F-1")
    assert put(world, later(fed_order(status="picking"))) == "updated"
    assert (world.order("F-1").state, world.tasks) == ("cancelled", [])
    put(world, fed_order(updated_at="2026-11-05T00:00:00Z", status="shipped", shipments=[fed_parcel()]))
    assert world.order("F-1").state == "cancelled"
    assert [task["kind"] for task in world.tasks] == ["shipped_after_cancel"]
    world.settle()
    assert [refund["state"] for refund in world.refunds] == ["succeeded"]


@pytest.mark.req("S7", "S12")
def test_a_payment_that_arrives_after_the_cancel_goes_back_by_itself(world: World) -> None:
    put(world, fed_order(status="awaiting_payment", payments=NEVER))
    world.cancel("F-1")
    assert put(world, later(fed_order(status="paid"))) == "updated"
    world.settle()
    (refund,) = world.refunds
    assert (refund["amount_minor"], refund["why"], refund["state"]) == (11980, "late_payment", "succeeded")
    assert "refund_late_payment" in world.notices
    assert "system:payment:after_cancel" in world.events("F-1")
    assert world.rail.moved("ref-p-1") == 11980


def test_a_feed_refund_under_our_number_is_not_counted_again(world: World) -> None:
    lines, paid = [fed_line(), fed_line("2", 1, "10.00")], [fed_payment("129.80")]
    put(world, fed_order(lines=lines, payments=paid))
    world.cancel("F-1", (("2", 1),))
    world.settle()
    number = world.refunds[0]["number"]
    told = {"id": "x", "payment": "p-1", "amount": "10.00", "at": "2026-11-02T00:00:00Z", "reference": number}
    put(world, later(fed_order(lines=lines, payments=paid, refunds=[told])))
    assert world.order("F-1").money_left.decimal() == "119.80"


@pytest.mark.req("P3")
def test_a_refund_of_the_shop_lowers_what_is_left_once(world: World) -> None:
    told = {
        "id": "r-1",
        "payment": "p-1",
        "amount": "59.90",
        "lines": [{"line": "1", "quantity": 1}],
        "at": "2026-11-02T00:00:00Z",
    }
    put(world, fed_order(refunds=[told]))
    put(world, later(fed_order(refunds=[told])))
    order = world.order("F-1")
    assert (order.money_left.decimal(), order.lines[0].left) == ("59.90", 1)
    world.cancel("F-1")
    assert [refund["amount_minor"] for refund in world.refunds] == [5990]


def test_a_refund_of_the_shop_beside_ours_in_flight_is_for_a_person(world: World) -> None:
    lines, paid = [fed_line(), fed_line("2", 1, "10.00")], [fed_payment("129.80")]
    put(world, fed_order(lines=lines, payments=paid))
    world.cancel("F-1", (("2", 1),))
    told = {"id": "r-1", "payment": "p-1", "amount": "125.00", "at": "2026-11-02T00:00:00Z"}
    put(world, later(fed_order(lines=lines, payments=paid, refunds=[told])))
    assert [task["kind"] for task in world.tasks] == ["feed_refund_collides"]
    assert world.order("F-1").money_left.minor == 0


def test_cancelled_by_the_feed_cancels_without_a_refund_of_ours(world: World) -> None:
    put(world, fed_order())
    assert put(world, later(fed_order(status="cancelled"))) == "updated"
    order = world.order("F-1")
    assert (order.state, world.refunds) == ("cancelled", [])
    assert [task["kind"] for task in world.tasks] == ["payment_left"]
    assert "feed:order:cancelled" in world.events("F-1")


def test_an_address_corrected_here_stays_until_the_feed_has_a_new_one(world: World) -> None:
    from portal.services.orders.change_address import change_address

    put(world, fed_order())
    details = {"name": "李四", "phone": "13900000000", "region": "上海市", "address": "南京路1号", "postcode": ""}
    change_address(order_no="F-1", details=details, actor=world.shopper, request_id="a", deps=world.deps)
    put(world, later(fed_order()))
    assert world.rows(Order)[0]["recipient"] == "李四"
    moved = fed_order()["ship_to"] | {"address": "文三路2号"}
    put(world, fed_order(updated_at="2026-11-09T00:00:00Z", ship_to=moved))
    assert (world.rows(Order)[0]["recipient"], world.rows(Order)[0]["ship_to"]["address"]) == ("张三", "文三路2号")


def test_a_file_is_taken_in_by_batches_and_again_changes_nothing(world: World) -> None:
    orders = [fed_order(number=f"F-{n}", customer={"id": f"c-{n % 7}"}) for n in range(30)]
    wrong = fed_order(number="F-99", payments=[fed_payment("1.00")])
    counts, rejects = stream(world, *orders, wrong, {"number": "F-100"})
    assert counts.summary() == {"read": 32, "created": 30, "updated": 0, "unchanged": 0, "rejected": 2}
    assert rejects[0] == Reject(31, "F-99", "payments", "payments 1.00, order total 119.80, difference -118.80")
    assert {reject.field for reject in rejects[1:]} >= {"placed_at", "currency", "lines"}
    again, _ = stream(world, *orders)
    assert again.summary() == {"read": 30, "created": 0, "updated": 0, "unchanged": 30, "rejected": 0}
    assert len(world.rows(Event)) == 31  # one per order, and the shop's own


def test_the_same_number_twice_in_a_file_is_a_new_version(world: World) -> None:
    counts, _ = stream(world, fed_order(), later(fed_order(status="picking")))
    assert (counts.created, counts.updated, world.order("F-1").state) == (1, 1, "picking")


def test_a_dry_run_counts_and_keeps_nothing(world: World) -> None:
    put(world, fed_order())
    counts, rejects = stream(world, later(fed_order()), fed_order(number="F-2"), {"number": "F-3"}, is_dry_run=True)
    assert (counts.created, counts.updated, counts.rejected, bool(rejects)) == (1, 1, 1, True)
    assert [row["version"] for row in world.rows(Order)] == [1]


def test_unknown_fields_are_ignored_and_counted(world: World) -> None:
    counts, rejects = stream(world, fed_order(channel="web", lines=[fed_line(colour="red")]))
    assert (counts.unknown_fields, rejects) == ({"channel": 1, "lines.colour": 1}, [])
