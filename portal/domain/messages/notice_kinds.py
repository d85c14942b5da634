"""Every kind of notice and what it is told with: the parameters that its sentences are made of.

Every kind takes `link` as well, which may be empty. `fields_of` are those that can stand alone in somebody else's text:
a template that a gateway has approved, or a shop's own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal


def _params(names: str) -> frozenset[str]:
    return frozenset((*names.split(), "link"))


_COMES_BACK = "order_no refund account arrival_from arrival_to points_back coupons_back"
NOTICES: Mapping[str, frozenset[str]] = {
    "order_cancelled": _params(_COMES_BACK),
    "units_cancelled": _params(f"units {_COMES_BACK}"),
    "order_expired": _params("order_no"),
    "cancel_received": _params("order_no case_no is_paid_back deadline"),
    "cancel_too_late": _params("order_no case_no left_at"),
    "cancel_escalated": _params("order_no case_no"),
    "application_received": _params("order_no case_no deadline at_zero"),
    "refund_approved": _params(f"case_no {_COMES_BACK}"),
    "part_approved": _params(f"case_no granted asked reason appeal_by {_COMES_BACK}"),
    "refund_rest": _params(f"case_no {_COMES_BACK}"),
    "goodwill_granted": _params(f"case_no {_COMES_BACK}"),
    "return_approved": _params("order_no case_no kind return_no deadline"),
    "parcel_awaited": _params("order_no case_no return_no is_paid_back"),
    "needs_info": _params("order_no case_no question deadline"),
    "application_reopened": _params("order_no case_no words sends_back deadline"),
    "offer_made": _params("order_no case_no given refund words deadline"),
    "offer_taken_back": _params("order_no case_no deadline"),
    "offer_lapsed": _params("order_no case_no deadline"),
    "application_refused": _params("order_no case_no reason_code reason complaint_line appeal_by is_last_try"),
    "appeal_received": _params("order_no case_no deadline"),
    "appeal_upheld": _params("order_no case_no reason complaint_line deadline"),
    "appeal_escalated": _params("order_no case_no"),
    "question_escalated": _params("order_no case_no"),
    "application_withdrawn": _params("order_no case_no"),
    "application_expired": _params("order_no case_no why again_until is_over"),
    "return_reminder": _params("order_no case_no deadline again_until is_over"),
    "pickup_booked": _params("order_no case_no return_no carrier slot_from slot_until charge"),
    "pickup_failed": _params("order_no case_no deadline"),
    "goods_picked_up": _params("order_no case_no carrier tracking_no"),
    "return_received": _params("order_no case_no deadline is_paid_back"),
    "goods_not_accepted": _params("order_no case_no accepted rejected refund reason deadline"),
    "goods_go_back": _params("order_no case_no"),
    "goods_sent_back": _params("order_no case_no carrier tracking_no"),
    "repair_approved": _params("order_no case_no return_no deadline"),
    "repair_received": _params("order_no case_no deadline"),
    "replacement_approved": _params("order_no case_no kind"),
    "replacement_sent": _params("order_no case_no kind carrier tracking_no"),
    "replacement_arrived": _params("order_no case_no kind"),
    "goods_come_again": _params("order_no case_no"),
    "fee_due": _params("order_no case_no amount deadline"),
    "fee_not_paid": _params("order_no case_no amount problem deadline"),
    "fee_voided": _params("order_no case_no amount why"),
    "fee_returned": _params("order_no case_no amount provider"),
    "fee_return_reversed": _params("order_no case_no amount provider reason"),
    "early_refund_begun": _params("order_no case_no amount deadline"),
    "early_refund_withheld": _params("order_no case_no"),
    "early_refund_settled": _params("order_no case_no amount"),
    "early_goods_reminder": _params("order_no case_no deadline"),
    "invoice_due": _params("order_no case_no amount deadline"),
    "invoice_reminder": _params("order_no case_no amount"),
    "surcharge_due": _params("order_no case_no amount deadline"),
    "surcharge_not_paid": _params("order_no case_no amount problem deadline"),
    "exchange_received": _params("order_no case_no deadline"),
    "exchange_no_stock": _params("order_no case_no refund reason"),
    "withdrawal_begun": _params("order_no case_no amount on_delivery"),
    "application_escalated": _params("order_no case_no"),
    "contract_withdrawn": _params("order_no case_no name contact items submitted_at is_late refund_rule verify"),
    "contract_withdrawn_elsewhere": _params("order_no case_no submitted_at"),
    "declaration_received": _params("order_no case_no name contact lines submitted_at verify"),
    "declaration_noted": _params("submitted_at verify"),
    "mail_confirmation": _params("order_no deadline"),
    "withdrawal_reminder": _params("order_no case_no deadline"),
    "withdrawal_overdue": _params("order_no case_no return_no"),
    "refund_succeeded": _params("order_no amount provider account"),
    "refund_transferred": _params("order_no amount account trace"),
    "refund_failed": _params("order_no reason"),
    "refund_by_dispute": _params("order_no amount provider rest"),
    "refund_reversed": _params("order_no amount provider reason"),
    "refund_late_payment": _params("order_no amount"),
    "address_changed": _params("order_no"),
    "shipping_postponed": _params("order_no deadline"),
    "message_from_shop": _params("order_no case_no"),
    "sign_in_code": _params("code purpose"),
    "behalf_code": _params("code"),
    "behalf_started": _params("at"),
    "password_changed": _params(""),
    "staff_task": _params("what order_no case_no deadline"),
    "staff_settings": _params("what about"),
    "staff_webhook": _params("what about"),
    "staff_digest": _params("tasks"),
    "staff_robot": _params("tasks total left"),
    "staff_robot_test": _params(""),
}
LATER: Mapping[str, Mapping[str, Any]] = {
    "application_refused": {"is_last_try": False},
    "cancel_received": {"is_paid_back": True},
    "parcel_awaited": {"is_paid_back": True},
    "return_approved": {"kind": "return_refund"},
    "return_received": {"is_paid_back": True},
    "return_reminder": {"is_over": False},
    "contract_withdrawn": {"refund_rule": None, "verify": ""},
    "staff_task": {"deadline": ""},
}
"""What notices of a kind did not say when it was new: they are still shown."""
FieldFormat = Literal[
    "text", "money", "until", "moment", "exact", "day", "means", "provider", "purpose", "said", "goods"
]
FIELDS: Mapping[str, FieldFormat] = {
    **dict.fromkeys(
        ("order_no", "case_no", "return_no", "tracking_no", "question", "words", "reason", "points_back", "code"),
        "text",
    ),
    **dict.fromkeys(("units", "name", "contact", "lines", "trace", "accepted", "rejected", "verify", "link"), "text"),
    **dict.fromkeys(("amount", "refund", "asked", "granted", "charge"), "money"),
    **dict.fromkeys(("deadline", "appeal_by", "again_until"), "until"),
    **dict.fromkeys(("left_at", "at", "slot_from", "slot_until"), "moment"),
    **dict.fromkeys(("arrival_from", "arrival_to"), "day"),
    **dict.fromkeys(("carrier", "complaint_line"), "said"),
    "submitted_at": "exact",
    "account": "means",
    "provider": "provider",
    "purpose": "purpose",
    "items": "goods",
}
"""How a parameter is written where it stands alone. What is not named here only makes sense within our sentences."""
OF_THE_SHOP = ("shop", "path")
"""Fields that every notice has besides: what the shop is called, and the link's path without the host."""
_NOT_FOR_CUSTOMERS = frozenset({"contract_withdrawn_elsewhere", "declaration_noted"})
CODES = frozenset({"sign_in_code", "behalf_code"})
"""What somebody waits for at this moment: sent at night too."""
FOR_CUSTOMERS = tuple(kind for kind in NOTICES if not kind.startswith("staff_") and kind not in _NOT_FOR_CUSTOMERS)
"""What goes to a customer by mail and SMS, in the order of a case's life."""


def fields_of(kind: str) -> tuple[str, ...]:
    """The fields that a text about `kind` may name, in alphabetical order after those of the shop."""
    return (*OF_THE_SHOP, *sorted(name for name in NOTICES[kind] if name in FIELDS))
