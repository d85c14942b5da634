"""Real cancellations with a known outcome: every amount that went back, to the penny."""

import csv
import gzip
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.domain.applying.simulation import PastApplication, SimulatedOrder, alone, came_at, verdict_of
from portal.domain.money import Money, parse_decimal, price_times
from portal.domain.orders.order import Order, Payment, Shipment
from tests.support.applications import around
from tests.support.needs import shared_data
from tests.support.order_facts import make_line
from tests.support.packs import PACKS

LONDON = ZoneInfo("Europe/London")


def read(name):
    with gzip.open(shared_data(name), "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def moment(text):
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def order_of(number, rows):
    at = moment(rows[0]["InvoiceDate"])
    lines = tuple(
        make_line(
            row["LineNo"],
            quantity := int(row["Quantity"]),
            price_times(parse_decimal(row["UnitPrice"]), quantity, "GBP").minor,
            "GBP",
            shipped=quantity,
            delivered=quantity,
        )
        for row in rows
    )
    whole = Money(sum(line.total.minor for line in lines), "GBP")
    units = tuple((line.id, line.quantity) for line in lines)
    return Order(
        no=number,
        currency="GBP",
        status="delivered",
        placed_at=at,
        lines=lines,
        payments=(Payment(id="p", method="bank_transfer", captured=whole, paid_at=at),),
        shipments=(Shipment(id="s", carrier="", tracking_no="", shipped_at=at, delivered_at=at, lines=units),),
        freight=Money(0, "GBP"),
        freight_tax=Money(0, "GBP"),
    )


@pytest.fixture(scope="module")
def cancellations():
    """Their orders, and the rows with the application that each is."""
    rows = read("online_retail_cancellations.csv.gz")
    wanted = {row["OrderInvoice"] for row in rows}
    sold = defaultdict(list)
    for row in read("online_retail.csv.gz"):
        if row["InvoiceNo"] in wanted and int(row["Quantity"]) > 0:
            sold[row["InvoiceNo"]].append(row)
    orders = {number: order_of(number, lines) for number, lines in sold.items()}
    applications = defaultdict(list)
    for row in rows:
        past = PastApplication(
            order_no=row["OrderInvoice"],
            line_id=row["OrderLineNo"],
            quantity=int(row["CancelQty"]),
            kind="return_refund",
            reason="no_reason",
            requested_at=moment(row["CancelDate"]),
        )
        applications[past.order_no].append((past, row))
    return orders, applications


def decided(cancellations, name, **windows):
    """(application, row, decision) of every line under the shipped pack of that name."""
    pack = PACKS[name]
    policy = alone(replace(pack, windows=replace(pack.windows, **windows)), PACKS)
    orders, applications = cancellations
    for number, found in applications.items():
        order = orders[number]
        one = SimulatedOrder(order, {line.id for line in order.lines}, policy, around(order, policy))
        for past, row in sorted(found, key=lambda pair: came_at(pair[0])):
            yield past, row, one.decide(past)


@pytest.mark.req("S19", "N4")
def test_open_gives_back_on_every_real_cancellation_line_what_really_went_back(cancellations):
    count = 0
    for _, row, decision in decided(cancellations, "open"):
        expected = price_times(parse_decimal(row["ExpectedRefund"]), 1, "GBP")
        assert (verdict_of(decision), decision.plan.refund) == ("approved", expected), row
        count += 1
    assert count == 4905


@pytest.mark.req("S19")
def test_the_unit_after_the_last_is_refused(cancellations):
    orders, applications = cancellations
    policy = alone(PACKS["open"], PACKS)
    for number, found in applications.items():
        order = orders[number]
        one = SimulatedOrder(order, {line.id for line in order.lines}, policy, around(order, policy))
        for past, _ in found:
            one.decide(past)
        asked = Counter()
        for past, _ in found:
            asked[past.line_id] += past.quantity
        for line in order.lines:
            more = PastApplication(
                order_no=number,
                line_id=line.id,
                quantity=line.quantity - asked[line.id] + 1,
                kind="return_refund",
                reason="no_reason",
                requested_at=datetime(2012, 1, 1, tzinfo=UTC),
            )
            assert verdict_of(one.decide(more)) == "refused"


@pytest.mark.req("N5")
@pytest.mark.parametrize("days", [0, 7, 14, 30])
def test_with_a_window_and_no_calendar_the_number_approved_follows_from_the_dates(cancellations, days):
    shanghai, expected = ZoneInfo("Asia/Shanghai"), 0
    found = Counter()
    for past, row, decision in decided(cancellations, "cn", no_reason_days=days, moves_past_rest_days=False):
        ordered, asked = (at.astimezone(shanghai) for at in (moment(row["OrderDate"]), past.requested_at))
        expected += days > 0 and asked.date() <= ordered.date() + timedelta(days=days)
        found[verdict_of(decision)] += 1
        assert decision.rules
    assert (found["approved"], found["refused"]) == (expected, 4905 - expected)


@pytest.mark.req("N5")
@pytest.mark.parametrize(("name", "days"), [("cn", 7), ("eu", 14)])
def test_with_a_calendar_only_rows_between_the_day_it_ends_and_the_next_working_day_are_more(cancellations, name, days):
    for past, row, decision in decided(cancellations, name):
        gone = past.requested_at - moment(row["OrderDate"])
        if gone <= timedelta(days=days):
            assert verdict_of(decision) == "approved", row
        elif gone > timedelta(days=days + 12):
            assert verdict_of(decision) == "refused" and decision.rules[0] == "SHOP-4", row
