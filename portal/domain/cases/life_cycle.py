"""The life of an after-sales application: its kinds, states and the only steps between them."""

from __future__ import annotations

from typing import Literal

from portal.domain.transitions import Table

CaseKind = Literal[
    "cancel", "refund_only", "return_refund", "exchange", "reship", "repair", "contract_withdrawal", "question"
]
REPLACING_KINDS: tuple[CaseKind, ...] = ("exchange", "reship", "repair")
"""Answered with goods: the shop sends something, and no money moves by itself."""
RETURNING_KINDS: tuple[CaseKind, ...] = ("return_refund", "exchange", "repair")
"""The customer sends goods to the shop, whatever comes after that."""
CaseState = Literal[
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
    "completed",
    "rejected",
    "withdrawn",
    "expired",
]
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
CLOSED_STATES = ("completed", "rejected", "withdrawn", "expired")

_OWED_AGAIN = {"refund_reversed": "refunding"}
"""A bank may send back what had arrived, up to 30 days later (PAYMENTS, Stripe): until it is paid the case is not
done."""

CANCEL_TRANSITIONS: Table = {
    "submitted": {
        "stop": "refunding",
        "stop_without_refund": "completed",
        "too_late": "rejected",
        "withdraw": "withdrawn",
        "order_cancelled": "completed",
    },
    "refunding": {"refunded": "completed"},
    "completed": _OWED_AGAIN,
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
"""By what comes after an approval: money at once, nothing to pay back, goods to be sent, a parcel that comes by
itself."""

_OFFERED = {
    "offer": "offered",
    "withdraw": "withdrawn",
    "offer_over": "submitted",
    "appeal_goes_on": "rejected",
    "offer_paid": "refunding",
    "offer_paid_free": "completed",
}
"""A counter-offer waits for its customer: answered, lapsed or taken back the case is the shop's again, with the appeal
where it was made on one; made again it is another one. Of what would be answered with goods, too, money can be
offered, and then nothing is sent."""

APPLICATION_TRANSITIONS: Table = {
    "submitted": _APPROVE
    | {
        "edit": "submitted",
        "reduce": "submitted",
        "ask": "needs_info",
        "offer": "offered",
        "reject": "rejected",
        "withdraw": "withdrawn",
    },
    "needs_info": _APPROVE
    | {
        "edit": "submitted",
        "answer": "submitted",
        "reduce": "needs_info",
        "offer": "offered",
        "reject": "rejected",
        "withdraw": "withdrawn",
        "expire": "expired",
    },
    "offered": _OFFERED | {"approve_return": "awaiting_return", "approve_parcel": "approved"},
    "approved": {"reduce": "approved", "withdraw": "withdrawn", "receive": "received"},
    "awaiting_return": {
        "reduce": "awaiting_return",
        "withdraw": "withdrawn",
        "expire": "expired",
        "ship_back": "in_transit",
        "receive": "received",
    },
    "in_transit": {
        "change_parcel": "in_transit",
        "receive": "received",
        "turn_back": "sending_back",
        "not_arrived": "expired",
        "not_awaited": "completed",
    },
    "received": {
        "accept": "refunding",
        "accept_free": "completed",
        "hold_rejected": "received",
        "settle": "completed",
        "settle_paying": "refunding",
        "settle_refused": "rejected",
        "send_back": "sending_back",
        "appeal": "received",
        "uphold": "received",
    },
    "sending_back": {
        "sent": "sending_back",
        "back_withdrawn": "withdrawn",
        "back_completed": "completed",
        "back_paying": "refunding",
        "back_rejected": "rejected",
        "refused_at_door": "in_transit",
    },
    "refunding": _APPROVE | {"refunded": "completed", "appeal": "refunding", "uphold": "refunding"},
    "completed": _APPROVE | _OWED_AGAIN | {"appeal": "completed", "uphold": "completed"},
    "rejected": _APPROVE | {"appeal": "rejected", "uphold": "rejected", "offer": "offered"},
    "withdrawn": {},
    "expired": {"reopen": "needs_info", "reopen_return": "awaiting_return"},
}
"""A refund or a return (POLICY, where cases end).

Withdrawn free of charge until the goods are on their way. From then on `turn_back`, once the fee is settled, gives the
parcel a way to the customer, and only when it has arrived is the case `withdrawn`; refused at the door it comes back
and the case goes on. Goods that were paid for when they were handed over and never came: `not_arrived` once that is
paid back, `not_awaited` where the shop does without it. Of goods that were `received` some may not be accepted:
`hold_rejected` waits for the customer's choice, then the case is settled or the goods go back. An appeal leaves a case
`rejected`, open, until it is decided; one about goods that were not accepted leaves it `received`, one about a part
that was granted `refunding` or `completed`: what was granted is paid meanwhile.
"""

_EARLY = ("not_arrived", "not_awaited")
_UNDOES = ("edit", "reopen", "reopen_return", "reduce", "ask", "offer", "withdraw", "expire", "turn_back", *_EARLY)
_PAID_BY_LAW = {"refund_by_law": "refunding", "refund_by_law_free": "completed"}
CONTRACT_TRANSITIONS: Table = {
    state: {event: to for event, to in steps.items() if event not in _UNDOES}
    | (_PAID_BY_LAW if state in ("in_transit", "received") else {})
    for state, steps in APPLICATION_TRANSITIONS.items()
    if state != "offered"
}
"""A withdrawal from contract (EU): the way of a return, without the steps that would revive the contract. It is a
declaration, so neither the customer nor a deadline takes it back; undoing it is asked for in a message. The money is
paid when the law requires it, whether the goods have been looked at or not (EU-5)."""

_SENDING = {
    "replacement_sent": "replacing",
    "replacement_arrived": "completed",
    "refund_instead": "refunding",
    "refund_instead_free": "completed",
}
"""The shop sends: said again it is another parcel; what it cannot send it pays for instead."""
_PAYS = ("approve_refund", "approve_free", "accept", "accept_free", "settle", "settle_paying", "back_paying")
_NEEDS_GOODS = ("approved", "awaiting_return", "in_transit", "received", "sending_back")
RESHIP_TRANSITIONS: Table = {
    state: {event: to for event, to in steps.items() if event not in _APPROVE}
    | ({"approve_replacement": "replacing"} if "approve_refund" in steps and state != "refunding" else {})
    for state, steps in APPLICATION_TRANSITIONS.items()
    if state not in _NEEDS_GOODS
} | {
    "offered": _OFFERED,
    "expired": {"reopen": "needs_info"},
    "replacing": _SENDING | {"withdraw": "withdrawn"},
}
"""补寄: what was missing, wrong or broken is sent, nothing comes back. The shop holds nothing of the customer's, so it
can be taken back until its parcel has left (`withdrawing.why_not`; docs/decisions/0044)."""

REPAIR_TRANSITIONS: Table = {
    state: {event: to for event, to in steps.items() if event not in (*_PAYS, *_EARLY)}
    for state, steps in APPLICATION_TRANSITIONS.items()
} | {
    "offered": _OFFERED,
    "received": {event: to for event, to in APPLICATION_TRANSITIONS["received"].items() if event not in _PAYS}
    | {"accept_replacement": "replacing"},
    "replacing": _SENDING,
}
"""维修: the way of a return until the goods have been looked at; those that are accepted are repaired and sent back."""
EXCHANGE_TRANSITIONS: Table = {
    "submitted": {
        "approve_return": "awaiting_return",
        "edit": "submitted",
        "reduce": "submitted",
        "ask": "needs_info",
        "offer": "offered",
        "reject": "rejected",
        "withdraw": "withdrawn",
        "no_stock": "submitted",
    },
    "needs_info": {
        "approve_return": "awaiting_return",
        "edit": "submitted",
        "answer": "submitted",
        "reduce": "needs_info",
        "offer": "offered",
        "reject": "rejected",
        "withdraw": "withdrawn",
        "expire": "expired",
        "no_stock": "needs_info",
    },
    "offered": _OFFERED,
    "awaiting_return": {**APPLICATION_TRANSITIONS["awaiting_return"], "no_stock": "awaiting_return"},
    "in_transit": {**REPAIR_TRANSITIONS["in_transit"], "no_stock": "in_transit"},
    "received": {
        "accept_replacement": "replacing",
        "hold_rejected": "received",
        "settle": "replacing",
        "settle_refused": "rejected",
        "send_back": "sending_back",
        "appeal": "received",
        "uphold": "received",
        "no_stock": "received",
    },
    "sending_back": {
        "sent": "sending_back",
        "back_withdrawn": "withdrawn",
        "back_completed": "replacing",
        "back_rejected": "rejected",
        "refused_at_door": "in_transit",
    },
    "replacing": _SENDING | {"replacement_arrived_paying": "refunding"},
    "refunding": {"refunded": "completed"},
    "completed": _OWED_AGAIN,
    "rejected": {
        "approve_return": "awaiting_return",
        "appeal": "rejected",
        "uphold": "rejected",
        "offer": "offered",
    },
    "withdrawn": {},
    "expired": {"reopen": "needs_info", "reopen_return": "awaiting_return"},
}
"""An exchange: the way of a return up to the inspection. For what is accepted other goods are sent instead of money:
`replacing` until the customer has them, then `refunding` while what they cost less is still on its way. Where the shop
has none, `no_stock` makes it a return that stands where the exchange stood; from `replacing` on, its goods being back
already, they are paid for.
"""

QUESTION_TRANSITIONS: Table = {"submitted": {"reply": "completed"}, "completed": {"ask_again": "submitted"}}
"""A question without a claim: the shop's turn, or answered until the customer writes again."""

TRANSITIONS: dict[str, Table] = {
    "question": QUESTION_TRANSITIONS,
    "cancel": CANCEL_TRANSITIONS,
    "refund_only": APPLICATION_TRANSITIONS,
    "return_refund": APPLICATION_TRANSITIONS,
    "reship": RESHIP_TRANSITIONS,
    "repair": REPAIR_TRANSITIONS,
    "exchange": EXCHANGE_TRANSITIONS,
    "contract_withdrawal": CONTRACT_TRANSITIONS,
}

UNDECIDED_STATES = ("submitted", "needs_info")
"""Nobody has decided yet, so the application may still be edited."""


def may_step(kind: str, state: str, event: str) -> bool:
    """Whether `event` is in the table of a case of that kind and state (law 2)."""
    return event in TRANSITIONS.get(kind, {}).get(state, {})


def case_priority(reason: str, *, is_late: bool) -> int:
    """0 goes first: what is late or faulty is ahead of the queue (S9, S21)."""
    ahead = ("late_shipment", "stock_problem", "quality", "damaged", "wrong_item")
    return 0 if is_late or reason in ahead else 1
