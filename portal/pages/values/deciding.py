"""The answer to an application, as the desk offers it: what policy suggests, and what each answer would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.exchanging import ExchangeSummary
from portal.pages.values.parts import RuleWords


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidableLine:
    """Units of a line that the case holds: at most these can be granted."""

    line_id: str
    title: str
    variant: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """An application that waits for an answer.

    suggestion: grant, judge. because: why a person decides (late, undated, provisional, goodwill, restricted,
    self_service_over, conditions). at_zero: approve, escalate. whole: what granting it all would do now, is_changed
    where that is no longer what was asked for; quote: what the part chosen in the form would do. answer_by: until
    when the customer would have, were they asked now. may_act: the reader's role, and of an appeal that somebody
    else decided first; refusing: codes of a refusal that apply, is_last_try where it could only be contested;
    appeal: what the customer wrote. needs_payout: the money has no way back. granted and requested: of a part that
    was granted and is contested, `whole` is the rest. exchange: what is exchanged for what. offers_part: goods that
    were inspected are accepted after all, or are not. is_paid: with money, else the shop sends goods.
    is_over_limit: it is beyond policy and more than the reader alone may give; awaits: the number of the proposal
    that waits for a second person, "" for none.
    """

    suggestion: str
    rules: tuple[RuleWords, ...]
    because: tuple[str, ...]
    unticked: tuple[str, ...]
    at_zero: str
    remedy: str
    whole: RefundSummary
    lines: tuple[DecidableLine, ...]
    asked: Money | None
    appeal_by: datetime
    answer_by: datetime
    send_back_by: datetime | None
    shown: str
    may_act: bool
    may_ask: bool
    is_appeal: bool = False
    is_last_try: bool = False
    appeal: str = ""
    is_changed: bool = False
    needs_payout: bool = False
    quote: RefundSummary | None = None
    problems: tuple[tuple[str, str], ...] = ()
    refusing: tuple[str, ...] = ()
    granted: Money | None = None
    requested: Money | None = None
    offers_part: bool = True
    exchange: ExchangeSummary | None = None
    is_paid: bool = True
    is_over_limit: bool = False
    awaits: str = ""

    @property
    def refund(self) -> Money:
        """What granting it all would bring back."""
        return self.whole.total

    @property
    def part(self) -> Money | None:
        """What the part chosen in the form would bring back."""
        return self.quote.total if self.quote else None
