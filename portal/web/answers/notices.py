"""A notice that is shown once, on the page an act led to: a code and its facts, in a sealed cookie of a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g

from portal.domain.money import Money
from portal.web.security.cookies import drop_cookie, read_sealed, write_sealed

CODES = frozenset(
    {
        "order_cancelled",
        "order_cancelled_free",
        "cancel_asked",
        "address_changed",
        "password_changed",
        "signed_out",
        "same_again",
        "code_sent",
        "message_sent",
        "question_sent",
        "application_sent",
        "application_edited",
        "application_withdrawn",
        "withdrawal_asked",
        "withdrawal_begun",
        "fee_paid",
        "fee_on_delivery",
        "case_closed",
        "parcel_entered",
        "rejected_send_back",
        "rejected_give_up",
        "goods_received",
        "goods_inspected",
        "parcel_back_entered",
        "parcel_handed_over",
        "contract_withdrawn",
        "application_sent_again",
        "appeal_sent",
        "case_claimed",
        "case_released",
        "cancel_stopped",
        "cancel_too_late",
        "note_kept",
        "decided_accept",
        "decided_partly",
        "decided_refuse",
        "customer_asked",
        "refund_hurried",
        "task_done",
        "shop_switched",
        "origin_added",
        "origin_removed",
        "key_retired",
        "looks_saved",
    }
)
LIFE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`code` is one of CODES (the words are in components/notice.html); `amount` and `until` fill its sentence."""

    code: str
    amount: Money | None = None
    until: datetime | None = None


def leave_notice(notice: Notice | str) -> None:
    """For the next page. Raises ValueError for an unknown code."""
    notice = Notice(code=notice) if isinstance(notice, str) else notice
    if notice.code not in CODES:
        raise ValueError(f"no notice of code {notice.code}")
    facts: dict[str, Any] = {"code": notice.code}
    if notice.amount:
        facts["amount"] = [notice.amount.minor, notice.amount.currency]
    if notice.until:
        facts["until"] = notice.until.isoformat()
    write_sealed("portal_notice", facts, life=LIFE)


def has_notice() -> bool:
    return waiting_notice() is not None


def take_notice() -> Notice | None:
    """The notice left by the act before; taking it is what shows it, so it is gone with this answer."""
    notice = waiting_notice()
    if notice:
        drop_cookie("portal_notice")
    return notice


def waiting_notice() -> Notice | None:
    if "notice" not in g:
        facts = read_sealed("portal_notice")
        g.notice = _read(facts) if facts and facts["code"] in CODES else None
    found: Notice | None = g.notice
    return found


def _read(facts: dict[str, Any]) -> Notice:
    amount = Money(*facts["amount"]) if "amount" in facts else None
    until = datetime.fromisoformat(facts["until"]) if "until" in facts else None
    return Notice(code=facts["code"], amount=amount, until=until)
