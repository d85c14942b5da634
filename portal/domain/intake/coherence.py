"""What must hold between the parts of an order: what is named exists once, nothing is more than what it is part of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.domain.intake.imported_order import FeedRefund, OrderProblem
from portal.domain.intake.lines import MOST_MINOR, LineDraft
from portal.domain.money import Money
from portal.domain.orders.order import Discount, Payment, Shipment, Units

NOT_WITH_CUSTOMER = ("lost", "returned", "refused")
"""A parcel in one of these may be sent again: its units are not counted against the line's."""
MOST_PARCELS = 1_000
"""Of one order, whichever way they come in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What of an order must hold together; each part is right in itself."""

    lines: Sequence[LineDraft]
    freight: Money
    discounts: tuple[Discount, ...] = ()
    payments: tuple[Payment, ...] = ()
    refunds: tuple[FeedRefund, ...] = ()
    shipments: tuple[Shipment, ...] = ()

    @property
    def currency(self) -> str:
        return self.freight.currency


def incoherences(parts: Parts) -> list[OrderProblem]:
    """Every contradiction; none where the order holds together."""
    lines, problems = parts.lines, _repeated("lines", [line.id for line in parts.lines])
    quantities = {line.id: line.quantity for line in lines}
    for index, line in enumerate(lines):
        _check_line(f"lines.{index}", line, quantities, problems)
    if not problems and sum(line.total.minor for line in lines) + parts.freight.minor > MOST_MINOR:
        problems.append(OrderProblem("lines", "come to more than an order can"))
    for index, discount in enumerate(parts.discounts):
        for line_id in discount.line_ids:
            if line_id not in quantities:
                problems.append(OrderProblem(f"discounts.{index}.lines", f"there is no line {line_id}"))
    if parts.payments or parts.refunds:
        _check_money(parts, problems)
    if parts.shipments:
        _check_parcels(parts, quantities, problems)
    if parts.refunds:
        for index, refund in enumerate(parts.refunds):
            problems.extend(_unknown_lines(f"refunds.{index}.lines", refund.lines, quantities))
        counted = (refund.lines for refund in parts.refunds if refund.status != "failed")
        _check_units("refunds", counted, quantities, problems)
    return problems


def _check_line(at: str, line: LineDraft, quantities: Mapping[str, int], problems: list[OrderProblem]) -> None:
    goods = line.total.minor + line.discount.minor - line.tax.minor
    if goods > MOST_MINOR:
        problems.append(OrderProblem(f"{at}.unit_price", "is too large for its quantity"))
    elif goods < line.discount.minor:
        cost = Money(goods, line.discount.currency)
        problems.append(OrderProblem(f"{at}.discount", f"is {line.discount}, more than the {cost} the units cost"))
    if line.rare and (parent := line.rare.get("gift_of")) and (parent == line.id or parent not in quantities):
        problems.append(OrderProblem(f"{at}.gift_of", f"{parent} is no other line of the order"))


def _check_money(parts: Parts, problems: list[OrderProblem]) -> None:
    problems.extend(_repeated("payments", [payment.id for payment in parts.payments]))
    problems.extend(_repeated("refunds", [refund.id for refund in parts.refunds]))
    captured = {payment.id: payment.captured.minor for payment in parts.payments}
    given_back: dict[str, int] = {}
    for index, refund in enumerate(parts.refunds):
        if refund.payment_id not in captured and (refund.payment_id or refund.amount):
            known = f"there is no payment {refund.payment_id}" if refund.payment_id else "is missing"
            problems.append(OrderProblem(f"refunds.{index}.payment", known))
        if refund.status != "failed":
            given_back[refund.payment_id] = given_back.get(refund.payment_id, 0) + refund.amount.minor
    for payment_id, amount in given_back.items():
        if amount > captured.get(payment_id, amount):
            back, paid = Money(amount, parts.currency), Money(captured[payment_id], parts.currency)
            problems.append(OrderProblem("refunds", f"{back} went back to payment {payment_id} of {paid}"))


def _check_parcels(parts: Parts, quantities: Mapping[str, int], problems: list[OrderProblem]) -> None:
    problems.extend(_repeated("shipments", [parcel.id for parcel in parts.shipments]))
    for index, parcel in enumerate(parts.shipments):
        problems.extend(_unknown_lines(f"shipments.{index}.lines", parcel.lines, quantities))
    held = (parcel.lines for parcel in parts.shipments if parcel.status not in NOT_WITH_CUSTOMER)
    _check_units("shipments", held, quantities, problems)


def _check_units(
    field: str, parts: Iterable[Units], quantities: Mapping[str, int], problems: list[OrderProblem]
) -> None:
    counted: dict[str, int] = {}
    for units in parts:
        for line_id, count in units:
            counted[line_id] = counted.get(line_id, 0) + count
    for line_id, count in counted.items():
        if count > quantities.get(line_id, count):
            problems.append(OrderProblem(field, f"{count} units of line {line_id}, which has {quantities[line_id]}"))


def _unknown_lines(field: str, units: Units, quantities: Mapping[str, int]) -> Iterable[OrderProblem]:
    for index, (line_id, _) in enumerate(units):
        if line_id not in quantities:
            yield OrderProblem(f"{field}.{index}.line", f"there is no line {line_id}")


def _repeated(field: str, ids: list[str]) -> list[OrderProblem]:
    if len(set(ids)) == len(ids):
        return []
    return [
        OrderProblem(field, f"the id {name} is there {count} times")
        for name, count in Counter(ids).items()
        if count > 1
    ]
