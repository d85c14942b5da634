"""A mail as it was received, and what is to become of it (S34)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.evidence.files import Upload
from portal.domain.inbox.reports import DeliveryReport

Why = Literal["no_number", "stranger", "several", "empty", "too_large", "unreadable", "unconfirmed"]
"""Why a mail waits for staff: it names nothing that there is, its sender is not that customer, it may be about several,
it says nothing, it is too large to be read, or in no form that can be, or nobody confirmed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """`key` tells it apart for good; `sender` and `recipients` are addresses; `text` all of it that is text, `subject`
    as its sender wrote it. `is_automatic`: no person wrote it (RFC 3834), so nobody answers it. `report`: what a mail
    server says in it of a mail that it names as ours."""

    key: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    attachments: tuple[Upload, ...] = ()
    is_automatic: bool = False
    is_too_large: bool = False
    is_unreadable: bool = False
    sent_at: datetime | None = None
    report: DeliveryReport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOrder:
    """An order that a mail names, or one of its sender's. `is_theirs`: the sender's address stands on it. `customer_id`
    0: it was bought without an account. `case_no`: of the case that is named, else of its only open one, else ""."""

    order_no: str
    customer_id: int
    is_theirs: bool
    case_no: str = ""
    is_case_named: bool = False


@dataclass(frozen=True, slots=True)
class Joins:
    """It is a message of that case."""

    order: NamedOrder


@dataclass(frozen=True, slots=True)
class Asks:
    """It becomes a case about that order once its sender has confirmed it."""

    order: NamedOrder


@dataclass(frozen=True, slots=True)
class Waits:
    """Staff look at it."""

    why: Why


@dataclass(frozen=True, slots=True)
class Drops:
    """A machine wrote it: it is put down as received, and nobody is bothered."""


Fate = Joins | Asks | Waits | Drops


def fate_of(mail: ReceivedMail, words: str, named: Sequence[NamedOrder], theirs: Sequence[NamedOrder]) -> Fate:
    """What becomes of a mail that says `words`. `named`: orders whose number, or whose case's, stands in it; `theirs`:
    the sender's orders with an open case where nothing is named, else none.

    Nothing is done in a customer's name but for an address that stands on their order: anybody may write any number.
    """
    if mail.is_automatic:
        return Drops()
    if mail.is_too_large:
        return Waits("too_large")
    if mail.is_unreadable:
        return Waits("unreadable")
    if not words and not mail.attachments:
        return Waits("empty")
    if not named:
        return Waits("no_number") if not theirs else _only(theirs)
    mine = [order for order in named if order.is_theirs]
    if not mine:
        return Waits("stranger")
    of_cases = [order for order in mine if order.is_case_named]
    return _only(of_cases or mine)


def _only(orders: Sequence[NamedOrder]) -> Fate:
    if len(orders) > 1:
        return Waits("several")
    return Joins(orders[0]) if orders[0].case_no else Asks(orders[0])
