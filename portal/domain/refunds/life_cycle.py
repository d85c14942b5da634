"""The life of one refund to one payment, and what its provider's answers mean (PAYMENTS)."""

from __future__ import annotations

import re
from typing import Literal

from portal.domain.transitions import Table

RefundState = Literal["planned", "submitted", "pending", "failed", "succeeded"]

REFUND_TRANSITIONS: Table = {
    "planned": {"submit": "submitted", "cover": "succeeded"},
    "submitted": {"submit": "submitted", "pend": "pending", "fail": "failed", "succeed": "succeeded"},
    "pending": {"pend": "pending", "submit": "submitted", "fail": "failed", "succeed": "succeeded"},
    "failed": {"submit": "submitted", "succeed": "succeeded"},
    "succeeded": {"fail": "failed", "owe": "planned"},
}
"""A failed refund is tried again under the same number (T15); a bank may send a succeeded one back weeks later.
`cover`: the customer has had it by a dispute that the shop has lost; `owe`: until that was decided otherwise."""

IN_FLIGHT_STATES = ("submitted", "pending")
"""One refund of a payment at a time may be in these (PAYMENTS rule 3)."""

MOST_ATTEMPTS, MOST_SERIES = 500, 20
"""Sent or asked about in vain that often, about three days long, or under that many numbers, it is for a person
(PAYMENTS rule 14)."""

_QUOTED = re.compile(r"RF[0-9A-HJKMNP-TV-Z]{6}\Z", re.ASCII)
_EVENT_OF = {"accepted": "pend", "pending": "pend", "succeeded": "succeed", "failed": "fail"}


def event_of(outcome: str) -> str | None:
    """The step a rail's answer asks for. None: the rail does not know the number, so it has to be sent (again).

    `accepted` is not success: only the rail's own books say that (POLICY trap 7, PAYMENTS "what says done").
    """
    return _EVENT_OF.get(outcome)


def refund_number(refund_id: str, series: int) -> str:
    """`<refund id>-<series>`, at most 64 of `A-Z0-9-`; the series rises only when the rail says it is spent (T14)."""
    return f"{refund_id}-{series}"


def quote_number(refund_id: str) -> str:
    """What people read out: RF and the last six characters of the id, which are random (WORDS, a number to quote).

    Two refunds of a shop may share it, one in a thousand million pairs: whoever looks it up is shown both.
    """
    return f"RF{refund_id[-6:].upper()}"


def is_quote_number(text: str) -> bool:
    """Whether `text` has the form of a number to quote."""
    return _QUOTED.match(text) is not None


def seconds_until_retry(attempts: int) -> int:
    """Back-off between tries of one refund: 2, 4, 8 … at most 60 seconds for the first hour, then every ten minutes."""
    return min(2 ** min(attempts, 6), 60) if attempts < 65 else 600


def seconds_until_next_number(series: int) -> int:
    """How long a refused refund waits under its `series`-th number where each refusal spends one: nothing under the
    first, then 4, 8, 16 … minutes, at most six hours, so that MOST_SERIES are used up in about three days."""
    return min(60 * 2**series, 6 * 3600) if series > 1 else 0


def seconds_until_poll(polls: int) -> int:
    """How long to wait before asking a rail again that has accepted: soon at first, since most settle in seconds."""
    return (1, 2, 3, 5, 10, 20)[min(polls, 5)] if polls < 60 else 600
