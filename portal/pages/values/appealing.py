"""After a refusal: the page on which it is contested, and what a case says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealPage:
    """What is contested, until when one may, and when the answer would come. about: refusal, inspection, or a part:
    `granted` of what was `requested`, and the `rest` of it."""

    case_no: str
    order_no: str
    about: str
    until: datetime
    answer_by: datetime
    refusal_code: str = ""
    refusal_reason: str = ""
    complaint_line: str = ""
    may_resubmit: bool = False
    granted: Money | None = None
    requested: Money | None = None
    rest: Money | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterRefusalView:
    """Of a case. may_…: until `until`. appeal: "", open, upheld, granted; `at` when it was made; reason: of the answer.

    `follows` and `again`: the case it was asked for again after, and the one that took its place. is_final: nothing
    more can be done in the portal. body: the words of the appeal, and is_own_no: the reader refused it first (desk).
    """

    may_appeal: bool = False
    may_resubmit: bool = False
    until: datetime | None = None
    appeal: str = ""
    at: datetime | None = None
    reason: str = ""
    follows: str = ""
    again: str = ""
    is_final: bool = False
