"""Beyond policy, as staff see it: what can be given, what was, and what waits for a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.goodwill.proposal import GoodwillKind, GoodwillState
from portal.domain.money import Money
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.deciding import DecidableLine
from portal.pages.values.transfers import ProposedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodwillRow:
    """`by` and `answered_by`: logins; `answered_by` "" where one person alone decided. `reason` for colleagues."""

    number: str
    kind: GoodwillKind
    state: GoodwillState
    amount: Money
    order_no: str
    case_no: str
    reason: str
    by: str
    at: datetime
    answered_by: str
    answered_at: datetime | None
    answer: str
    deadline: datetime | None
    is_escalated: bool
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodwillPage:
    """`kinds` that can be given. `room`: the most of an amount; `alone_case`, `alone_day`: how much of it the reader
    alone may still give. `lines`: of which units a late return can be opened."""

    case_no: str
    order_no: str
    kinds: tuple[GoodwillKind, ...]
    room: Money
    alone_case: Money
    alone_day: Money
    lines: tuple[DecidableLine, ...]
    rows: tuple[GoodwillRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalsPage:
    """What waits, the oldest first, and what was answered last; `is_cut`: more waits than is listed. `transfers`:
    refunds that wait to go another way; `is_policy_waiting`: a version of the shop's policy waits as well. These have
    pages of their own."""

    waiting: tuple[GoodwillRow, ...]
    answered: tuple[GoodwillRow, ...]
    transfers: tuple[ProposedRow, ...] = ()
    is_cut: bool = False
    is_policy_waiting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalPage:
    """One of them. `effect`: what approving it would pay now, None where that cannot be said any more; `is_changed`:
    the case is not as it was left; `may_…`: what the reader may do about it."""

    row: GoodwillRow
    said: str
    effect: RefundSummary | None
    is_changed: bool
    may_approve: bool
    may_decline: bool
    may_take_back: bool

    @property
    def is_own(self) -> bool:
        """The reader proposed it, by whatever account."""
        return self.row.is_own
