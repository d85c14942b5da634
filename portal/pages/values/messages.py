"""What was written on a case, as its reader may see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.evidence.files import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionPage:
    """A question about an order; `case_no` of the thread that it goes on, "" for none yet."""

    order_no: str
    case_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """who: customer, shop, note (internal: staff only). by: the colleague's login, on staff pages only.
    is_on_behalf: staff wrote it in the customer's place. mentions: logins of colleagues that a note names."""

    at: datetime
    who: str
    body: str
    by: str = ""
    is_own: bool = False
    is_on_behalf: bool = False
    evidence: tuple[Evidence, ...] = ()
    mentions: tuple[str, ...] = ()
