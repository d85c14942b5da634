"""The life of an after-sales application: its kinds, states and the only steps between them."""

from __future__ import annotations

from typing import Literal

from portal.domain.transitions import Table

CaseKind = Literal["cancel", "refund_only", "return_refund", "exchange", "contract_withdrawal"]
OPEN_STATES = (
    "submitted",
    "needs_info",
    "offered",
    "approved",
    "awaiting_return",
    "in_transit",
    "received",
    "refunding",
    "replacing",
    "sending_back",
)
CLAIMING_STATES = tuple(state for state in OPEN_STATES if state != "refunding")
"""While a case is in one of these its units are claimed; `refunding` has turned them into gone ones."""

CANCEL_TRANSITIONS: Table = {
    "submitted": {
        "stop": "refunding",
        "stop_without_refund": "completed",
        "too_late": "rejected",
        "withdraw": "withdrawn",
        "order_cancelled": "completed",
    },
    "refunding": {"refunded": "completed"},
    "completed": {},
    "rejected": {},
    "withdrawn": {},
}
"""A cancel that waits for the warehouse. Too late is final: no appeal, the ways on are said (POLICY)."""

_APPROVE = {
    "approve_refund": "refunding",
    "approve_free": "completed",
    "approve_return": "awaiting_return",
    "approve_parcel": "approved",
}
"""By what comes after a yes: money at once, nothing to pay back, goods to be sent, a parcel that comes by itself."""

APPLICATION_TRANSITIONS: Table = {
    "submitted": _APPROVE
    | {
        "edit": "submitted",
        "reduce": "submitted",
        "ask": "needs_info",
        "reject": "rejected",
        "withdraw": "withdrawn",
    },
    "needs_info": _APPROVE
    | {
        "edit": "submitted",
        "answer": "submitted",
        "reduce": "needs_info",
        "reject": "rejected",
        "withdraw": "withdrawn",
        "expire": "expired",
    },
    "approved": {"reduce": "approved", "withdraw": "withdrawn"},
    "awaiting_return": {"reduce": "awaiting_return", "withdraw": "withdrawn", "expire": "expired"},
    "refunding": {"refunded": "completed"},
    "completed": {},
    "rejected": {},
    "withdrawn": {},
    "expired": {},
}
"""A refund or a return: withdrawn free of charge until the goods are on their way (POLICY, where cases end)."""

TRANSITIONS: dict[str, Table] = {
    "cancel": CANCEL_TRANSITIONS,
    "refund_only": APPLICATION_TRANSITIONS,
    "return_refund": APPLICATION_TRANSITIONS,
}

UNDECIDED_STATES = ("submitted", "needs_info")
"""Nobody has decided yet, so the application may still be edited."""


def may_step(kind: str, state: str, event: str) -> bool:
    return event in TRANSITIONS.get(kind, {}).get(state, {})


def case_priority(reason: str, *, is_late: bool) -> int:
    """0 goes first: what is late or faulty is ahead of the queue (S9, S21)."""
    ahead = ("late_shipment", "stock_problem", "quality", "damaged", "wrong_item")
    return 0 if is_late or reason in ahead else 1
