"""Notices from `portal/templates/mail/<kind>.<language>.txt`: the subject, a blank line, the body (WORDS 13).

A notice kind and its parameters are declared here; a parameter that is missing or not declared is an error, so that
nobody is ever sent a sentence with a hole. Every kind takes `link` as well, which may be empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.adapters.notice_formats import NoticeFormats, language_of
from portal.ports import Clock, Vocabulary, WrittenNotice

_TEMPLATES = Path(__file__).parent.parent / "templates" / "mail"


def _params(names: str) -> frozenset[str]:
    return frozenset((*names.split(), "link"))


_COMES_BACK = "order_no refund account arrival_from arrival_to points_back coupons_back"
NOTICES: Mapping[str, frozenset[str]] = {
    "order_cancelled": _params(_COMES_BACK),
    "units_cancelled": _params(f"units {_COMES_BACK}"),
    "order_expired": _params("order_no"),
    "cancel_received": _params("order_no case_no deadline"),
    "cancel_too_late": _params("order_no case_no left_at"),
    "cancel_escalated": _params("order_no case_no"),
    "application_received": _params("order_no case_no deadline at_zero"),
    "refund_approved": _params(f"case_no {_COMES_BACK}"),
    "part_approved": _params(f"case_no granted asked reason appeal_by {_COMES_BACK}"),
    "refund_rest": _params(f"case_no {_COMES_BACK}"),
    "goodwill_granted": _params(f"case_no {_COMES_BACK}"),
    "return_approved": _params("order_no case_no return_no deadline"),
    "parcel_awaited": _params("order_no case_no return_no"),
    "needs_info": _params("order_no case_no question deadline"),
    "application_reopened": _params("order_no case_no words sends_back deadline"),
    "offer_made": _params("order_no case_no given refund words deadline"),
    "offer_taken_back": _params("order_no case_no deadline"),
    "offer_lapsed": _params("order_no case_no deadline"),
    "application_refused": _params("order_no case_no reason_code reason complaint_line appeal_by"),
    "appeal_received": _params("order_no case_no deadline"),
    "appeal_upheld": _params("order_no case_no reason complaint_line deadline"),
    "appeal_escalated": _params("order_no case_no"),
    "question_escalated": _params("order_no case_no"),
    "application_withdrawn": _params("order_no case_no"),
    "application_expired": _params("order_no case_no why again_until is_over"),
    "return_reminder": _params("order_no case_no deadline again_until"),
    "pickup_booked": _params("order_no case_no return_no carrier slot_from slot_until charge"),
    "pickup_failed": _params("order_no case_no deadline"),
    "goods_picked_up": _params("order_no case_no carrier tracking_no"),
    "return_received": _params("order_no case_no deadline"),
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
    "withdrawal_reminder": _params("order_no case_no deadline"),
    "withdrawal_overdue": _params("order_no case_no return_no"),
    "refund_succeeded": _params("order_no amount provider account"),
    "refund_transferred": _params("order_no amount account trace"),
    "refund_failed": _params("order_no reason"),
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
    "staff_digest": _params("tasks"),
    "staff_robot": _params("tasks total left"),
    "staff_robot_test": _params(""),
}
_LATER: Mapping[str, Mapping[str, Any]] = {
    "contract_withdrawn": {"refund_rule": None, "verify": ""},
    "staff_task": {"deadline": ""},
}
"""What notices of a kind did not say when it was new: they are still shown."""


_OF_REFUNDS = frozenset(
    {
        "refund_succeeded",
        "refund_failed",
        "refund_late_payment",
        "refund_transferred",
        "fee_returned",
        "early_refund_begun",
    }
)


WITHOUT_FOOT = frozenset({"staff_robot", "staff_robot_test"})
"""What a chat group reads: its message says whose it is at its head."""


class JinjaNotices:
    """`is_sandbox`: no refund is real, and whatever is said of one says so (WORDS, a sandbox)."""

    def __init__(
        self, clock: Clock, words: Vocabulary, *, templates: Path = _TEMPLATES, is_sandbox: bool = False
    ) -> None:
        self._clock, self._words, self._is_sandbox = clock, words, is_sandbox
        # Plain text, so nothing is escaped; a mail client shows markup in a name as the characters it is.
        self._templates = Environment(
            loader=FileSystemLoader(templates), undefined=StrictUndefined, autoescape=False, trim_blocks=True
        )

    def write(
        self,
        *,
        kind: str,
        params: Mapping[str, Any],
        locale: str,
        zone: str,
        shop_name: str,
        home: str = "",
        withdraw: str = "",
    ) -> WrittenNotice:
        """Raises ValueError for an unknown kind or other parameters than the kind's."""
        params = {**_LATER.get(kind, {}), **params}
        check_params(kind, params)
        language = language_of(locale)
        formats = NoticeFormats(language, zone, self._clock.now(), self._words, home)
        text = self._templates.get_template(f"{kind}.{language}.txt").render(**params, show=formats)
        first_line, _, rest = text.partition("\n\n")
        if self._is_sandbox and _is_of_a_refund(kind, params):
            told, _, warning = self._templates.get_template(f"sandbox.{language}.txt").render().partition("\n\n")
            first_line, rest = f"{told}{first_line.strip()}", f"{warning.strip()}\n{rest.strip()}"
        # A name with a line break would otherwise end the mail header it is written into.
        subject = " ".join(first_line.split())
        foot = self._templates.get_template(f"foot.{language}.txt").render(
            link=params["link"], shop_name=shop_name, withdraw=withdraw
        )
        if kind in WITHOUT_FOOT:
            foot = ""
        sms = f"【{shop_name}】{subject} {params['link']}".rstrip()
        return WrittenNotice(subject=subject, body=f"{rest.strip()}\n\n{foot.strip()}\n", text=sms)


def _is_of_a_refund(kind: str, params: Mapping[str, Any]) -> bool:
    """It tells of money that goes back: always, or where it names how much."""
    return kind in _OF_REFUNDS or bool(params.get("refund"))


def check_params(kind: str, params: Mapping[str, Any]) -> None:
    """Raises ValueError where `params` are not exactly those of `kind`."""
    if kind not in NOTICES:
        raise ValueError(f"no notice of kind {kind}")
    if missing := sorted(NOTICES[kind] - params.keys()):
        raise ValueError(f"{kind} lacks {', '.join(missing)}")
    if unknown := sorted(params.keys() - NOTICES[kind]):
        raise ValueError(f"{kind} does not take {', '.join(unknown)}")
