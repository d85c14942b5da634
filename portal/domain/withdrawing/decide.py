"""撤销申请: whether an application can still be taken back, and how (POLICY, where cases end)."""

from __future__ import annotations

from typing import Literal

from portal.domain.cases.life_cycle import CLOSED_STATES, may_step

Way = Literal["free", "goods_under_way"]
WhyNot = Literal[
    "declared",
    "fee_open",
    "fee_confirming",
    "paid_early",
    "goods_received",
    "goods_coming",
    "goods_due",
    "money_moving",
    "over",
]


def way_of(kind: str, state: str) -> Way | None:
    """At once and free of charge, or by giving the parcel a way back (N10); None where it is too late for both."""
    if may_step(kind, state, "withdraw"):
        return "free"
    return "goods_under_way" if may_step(kind, state, "turn_back") else None


def can_be_paid_for(for_what: str, kind: str, state: str) -> bool:
    """Whether what a fee is for can still be done: goods turn back, or the application is withdrawn and no courier
    comes."""
    return way_of(kind, state) == ("goods_under_way" if for_what == "withdrawal" else "free")


def why_not(
    kind: str, state: str, fee_state: str = "", *, is_sent: bool = False, is_paid: bool = False
) -> WhyNot | None:
    """Why it cannot be taken back now; None where it can. `fee_state`: of the fee for a withdrawal asked for before;
    `is_sent`: what the shop sends has left; `is_paid`: the refund began with the hand-over.

    From `received` on it is not possible; a withdrawal from contract is a declaration and stands (EU).
    """
    if is_paid and state == "in_transit":
        return "paid_early"
    if fee_state == "due":
        return "fee_open"
    if fee_state == "processing":
        return "fee_confirming"
    if way_of(kind, state) and not is_sent:
        return None
    if state in CLOSED_STATES:
        return "over"
    if kind == "contract_withdrawal":
        return "declared"
    if state == "received":
        return "goods_received"
    if state == "replacing":
        return "goods_due"
    return "goods_coming" if state == "sending_back" else "money_moving"
