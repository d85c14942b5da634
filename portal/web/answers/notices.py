"""A notice that is shown once, on the page an act led to: a code and its facts, in a sealed cookie of a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import g

from portal.domain.money import Money
from portal.web.security.cookies import drop_cookie, read_sealed, write_sealed
from portal.words.notices import CODES

LIFE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """`code` is one of CODES of words.notices; `amount` and `until` fill its sentence."""

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
