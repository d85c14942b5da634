"""What Alipay and WeChat Pay share: times of Shanghai, amounts in yuan, days of a bill, and what is refused before
anybody is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from portal.domain.money import BadMoney, Money, parse_amount
from portal.domain.refunds.book_days import BOOKS_ZONE
from portal.ports import CollectAsk, NoStatementYet, RefundAsk

SHANGHAI = BOOKS_ZONE
CURRENCY = "CNY"
LARGEST_NOTICE = 64 * 1024
OLDEST_NOTICE = timedelta(seconds=300)
_NUMBER = re.compile(r"[A-Za-z0-9_\-|*@]{1,64}\Z")
_REFERENCE = re.compile(r"[\x21-\x7e]{1,64}\Z")
_PROVIDERS_OWN = re.compile(r"[0-9]{28}\Z")
_PAY_WITHIN, _WORD_COMES_WITHIN = timedelta(minutes=30), timedelta(minutes=5)
_BILL_IS_MADE_AFTER = timedelta(hours=10)
"""A day's bill can be fetched from ten o'clock of the next morning (both providers)."""


def page_ends_at(ask: CollectAsk, now: datetime) -> tuple[datetime, Literal["open", "ended", "over"]]:
    """Until when its customer may pay a fee, and where that is: `ended`, what was paid at the last moment may not be
    known yet; `over`: what is not paid by now never will be, under this number."""
    until = (ask.begun_at or now) + _PAY_WITHIN
    return until, "open" if now < until else "over" if now >= until + _WORD_COMES_WITHIN else "ended"


def why_not(ask: RefundAsk) -> str:
    """Why this refund can be sent to neither of them; empty where it can."""
    if not _NUMBER.match(ask.number):
        return "退款编号格式不正确"
    if ask.amount.currency != CURRENCY or ask.captured.currency != CURRENCY:
        return "只能退人民币"
    if ask.amount.minor <= 0:
        return "退款金额不正确"
    if not _REFERENCE.match(ask.payment_reference) or set("{}/?#%") & set(ask.payment_reference):
        return "支付单号不是该支付渠道的单号"
    return ""


def is_providers_own(reference: str) -> bool:
    """Whether a payment's reference is the provider's number of it (both: 28 digits), not the shop's own."""
    return _PROVIDERS_OWN.match(reference) is not None


def yuan_of(text: object) -> Money | None:
    """`12.30` to Money; None for what is no amount."""
    try:
        return parse_amount(text, CURRENCY)
    except BadMoney:
        return None


def shanghai_time(text: object) -> datetime | None:
    """`2026-11-20 12:00:00` in Shanghai to aware UTC; None for what is no time."""
    try:
        return datetime.strptime(str(text), "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI).astimezone(UTC)
    except ValueError:
        return None


def in_shanghai(at: datetime) -> str:
    """As the providers write a time without a zone."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def bill_days(since: datetime, now: datetime, *, most: int, until: datetime | None = None) -> Iterator[date]:
    """The days of the bills that hold what was booked since then, oldest first: at most `most` of them, at least the
    last one that there is, so that a provider that is down is never taken for an empty statement. `until`: the days
    that end by then, none where their bills are too old. Raises NoStatementYet where one of them is made later."""
    last = (now.astimezone(SHANGHAI) - _BILL_IS_MADE_AFTER).date() - timedelta(days=1)
    first = max(last - timedelta(days=most - 1), min(since.astimezone(SHANGHAI).date(), last))
    if until is not None:
        wanted = until.astimezone(SHANGHAI).date() - timedelta(days=1)
        if wanted > last:
            raise NoStatementYet
        last = wanted
    for days in range((last - first).days + 1):
        yield first + timedelta(days=days)


def is_asked_for(at: datetime, since: datetime, until: datetime | None) -> bool:
    """Whether a line of a bill is: of a bill that was asked for by its day every line, since what moved a day later
    than it was asked for stands in one of the two alone."""
    return until is not None or at >= since


def shortened(code: str, message: object) -> str:
    """The provider's reason, for people: its words, and its code, which its documentation explains."""
    words = " ".join(str(message or "").split())[:120]
    return f"{words}（{code[:60]}）" if words else code[:60]
