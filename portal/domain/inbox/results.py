"""What acts about mails from customers led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class MailConfirmed(Done):
    """A mail became a question, or a message of the order's thread, once its sender had confirmed it."""

    public_id: str
    case_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHandled(Done):
    """What staff did about a mail that found nothing."""

    mail: int
    what: Literal["noted", "put_aside"]
