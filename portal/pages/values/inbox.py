"""Mails from customers, as their sender and as staff see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.pages.values.cancelling import Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPage:
    """state: asked, joined. `case_no`: of what it joined, "" before. `files`: how many come with it, of `sent`."""

    public_id: str
    state: str
    order_no: str
    body: str = ""
    files: int = 0
    sent: int = 0
    expires_at: datetime | None = None
    case_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailRow:
    """A mail that waits for staff, for `why`; `files`: how many it had, which stay in the mailbox."""

    id: int
    sender: str
    subject: str
    body: str
    why: str
    order_no: str
    files: int
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxPage:
    """The oldest first, at most 100."""

    waiting: tuple[MailRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxMailPage:
    """`is_waiting`: nobody has dealt with it; `changed`: somebody was faster."""

    row: MailRow
    is_waiting: bool
    may_act: bool
    changed: Changed | None = None
