"""Reasons of an application: whose fault each is, and which a kind of application may give (INTERFACE, WORDS)."""

from __future__ import annotations

from portal.domain.cases.life_cycle import CaseKind

SHOP_AT_FAULT = ("quality", "damaged", "wrong_item", "missing_item", "not_as_described")
NOT_ARRIVED = ("not_received", "signed_not_received")
ON_THE_WAY = ("not_received", "parcel_refused")
"""Said of units that were sent and have not been delivered."""
NOT_IN_HAND = (*NOT_ARRIVED, "parcel_refused")

_KEPT = (*SHOP_AT_FAULT, "other")
_SENT_AGAIN = ("missing_item", "damaged", "wrong_item")
_REPAIRED = ("quality", "damaged")
_SENT_BACK = ("no_reason", *SHOP_AT_FAULT, "other")


def reasons_of(kind: CaseKind, *, received: bool) -> tuple[str, ...]:
    """Reasons an application of `kind` may give, in the order forms show them; none are asked of a withdrawal (EU-12).

    Without a reason goods go back or are exchanged: keeping them and the money needs one. What is missing, broken or
    wrong is sent again, what is faulty or broken is repaired.
    """
    if kind == "refund_only":
        return _KEPT if received else NOT_IN_HAND
    if kind in ("return_refund", "exchange") and received:
        return _SENT_BACK
    if kind in ("reship", "repair"):
        return (_SENT_AGAIN if kind == "reship" else _REPAIRED) if received else ()
    return ("parcel_refused",) if kind == "return_refund" else ()


def may_give(kind: CaseKind, reason: str, *, received: bool) -> bool:
    """Whether the application makes sense. Asking to keep goods and money without a reason does: a person answers."""
    if kind == "contract_withdrawal" or (kind, reason, received) == ("refund_only", "no_reason", True):
        return True
    has_it = received if kind == "refund_only" else is_in_hand(reason)
    return reason in reasons_of(kind, received=has_it)


def is_in_hand(reason: str) -> bool:
    """What 收到货了吗 must have been answered for this reason."""
    return reason not in NOT_IN_HAND


def at_fault(reason: str) -> bool:
    """The shop bears return freight and takes no fee (CN-13); for goods that never came only after asking the
    carrier."""
    return reason in SHOP_AT_FAULT or reason in NOT_ARRIVED
