"""What must hold between the parts of an order: what is named exists once, nothing is more than what it is part of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from portal.domain.intake.fields import MOST_MINOR, Reading
from portal.domain.intake.lines import LineDraft
from portal.domain.intake.taken_order import Problem, TakenOrder
from portal.domain.money import Money
from portal.domain.orders.order import Units

NOT_WITH_CUSTOMER = ("lost", "returned", "refused")
"""A parcel in one of these may be sent again: its units are not counted against the line's."""


def check_coherence(order: TakenOrder, lines: Sequence[LineDraft], reading: Reading) -> None:
    """`order` without its lines, and the lines as read. Adds to `reading.problems`."""
    quantities = {line.id: line.quantity for line in lines}
    problems = reading.problems
    problems.extend(_repeated("lines", [line.id for line in lines]))
    for line in lines:
        if line.extra and (parent := line.extra.get("gift_of")) and (parent == line.id or parent not in quantities):
            problems.append(Problem(f"{line.at}gift_of", f"{parent} is no other line of the order"))
    goods = sum(line.total.minor for line in lines)
    if goods + order.freight.minor > MOST_MINOR:
        problems.append(Problem("lines", "come to more than an order can"))
    for index, discount in enumerate(order.discounts):
        for line_id in discount.line_ids:
            if line_id not in quantities:
                problems.append(Problem(f"discounts.{index}.lines", f"there is no line {line_id}"))
    if order.payments or order.refunds:
        _check_money(order, problems)
    if order.shipments:
        _check_parcels(order, quantities, problems)
    if order.refunds:
        for index, refund in enumerate(order.refunds):
            problems.extend(_unknown_lines(f"refunds.{index}.lines", refund.lines, quantities))
        _check_units("refunds", (refund.lines for refund in order.refunds), quantities, problems)


def _check_money(order: TakenOrder, problems: list[Problem]) -> None:
    problems.extend(_repeated("payments", [payment.id for payment in order.payments]))
    problems.extend(_repeated("refunds", [refund.id for refund in order.refunds]))
    captured = {payment.id: payment.captured.minor for payment in order.payments}
    given_back: dict[str, int] = {}
    for index, refund in enumerate(order.refunds):
        if refund.payment_id not in captured:
            problems.append(Problem(f"refunds.{index}.payment", f"there is no payment {refund.payment_id}"))
        given_back[refund.payment_id] = given_back.get(refund.payment_id, 0) + refund.amount.minor
    for payment_id, amount in given_back.items():
        if amount > captured.get(payment_id, amount):
            back, paid = Money(amount, order.currency), Money(captured[payment_id], order.currency)
            problems.append(Problem("refunds", f"{back} went back to payment {payment_id} of {paid}"))


def _check_parcels(order: TakenOrder, quantities: dict[str, int], problems: list[Problem]) -> None:
    problems.extend(_repeated("shipments", [parcel.id for parcel in order.shipments]))
    for index, parcel in enumerate(order.shipments):
        problems.extend(_unknown_lines(f"shipments.{index}.lines", parcel.lines, quantities))
    held = (parcel.lines for parcel in order.shipments if parcel.status not in NOT_WITH_CUSTOMER)
    _check_units("shipments", held, quantities, problems)


def _check_units(field: str, parts: Iterable[Units], quantities: dict[str, int], problems: list[Problem]) -> None:
    counted: dict[str, int] = {}
    for units in parts:
        for line_id, count in units:
            counted[line_id] = counted.get(line_id, 0) + count
    for line_id, count in counted.items():
        if count > quantities.get(line_id, count):
            problems.append(Problem(field, f"{count} units of line {line_id}, which has {quantities[line_id]}"))


def _unknown_lines(field: str, units: Units, quantities: dict[str, int]) -> Iterable[Problem]:
    for index, (line_id, _) in enumerate(units):
        if line_id not in quantities:
            yield Problem(f"{field}.{index}.line", f"there is no line {line_id}")


def _repeated(field: str, ids: list[str]) -> list[Problem]:
    if len(set(ids)) == len(ids):
        return []
    return [
        Problem(field, f"the id {name} is there {count} times") for name, count in Counter(ids).items() if count > 1
    ]
