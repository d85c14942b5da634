"""Reason codes of every form (INTERFACE, marks) and which of them a given order can have (TRAPS T36)."""

from __future__ import annotations

from collections.abc import Iterable

from portal.domain.orders.order import Order

CANCEL = (
    "changed_mind",
    "wrong_item_ordered",
    "wrong_address",
    "found_cheaper",
    "late_shipment",
    "stock_problem",
    "duplicate_order",
    "other",
)
APPLY = (
    "no_reason",
    "quality",
    "damaged",
    "wrong_item",
    "missing_item",
    "not_as_described",
    "not_received",
    "signed_not_received",
    "parcel_refused",
    "other",
)
WITHDRAW = ("changed_mind", "solved", "mistake", "want_change", "order_status_changed", "service", "other")
STAFF_REFUSING = (
    "state",
    "window_over",
    "restricted",
    "evidence",
    "wrong_info",
    "fee_unpaid",
    "goods_condition",
    "other",
)


def refusals_that_apply(notes: Iterable[str], *, is_restricted: bool, is_late: bool) -> tuple[str, ...]:
    """Codes that a refusal of an application can be given: `goods_condition` and `fee_unpaid` are about goods that came
    back and fees, of which there are none before an answer. `notes`: why a person decides (`Outcome.notes`)."""
    found = set(notes)
    leave_out = {"fee_unpaid", "goods_condition"}
    if not (is_late or found & {"late", "goodwill", "self_service_over", "undated", "provisional"}):
        leave_out.add("window_over")
    if not (is_restricted or "restricted" in found):
        leave_out.add("restricted")
    return tuple(code for code in STAFF_REFUSING if code not in leave_out)


def cancel_reasons(order: Order, *, late: bool) -> tuple[str, ...]:
    """Those that can be true of this order: not shipped on time only when late, a stock problem only when reported.

    An unpaid order needs none: the form offers them all the same, but takes an empty one.
    """
    leave_out = set()
    if not late:
        leave_out.add("late_shipment")
    if not any(line.stock_problem and line.unshipped for line in order.lines):
        leave_out.add("stock_problem")
    return tuple(reason for reason in CANCEL if reason not in leave_out)
