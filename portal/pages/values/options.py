"""May this be returned, until when, by which rule (P22): as the machine API tells it, before words are put to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.deadlines.spans import Span
from portal.pages.values.parts import Refusal, RuleWords

DecidedBy = Literal["", "rule", "shop", "person"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonOption:
    """One reason that an act can be asked for with: of how many units, until when, who says yes and by which rules."""

    reason: str
    units: int
    decided_by: DecidedBy
    rules: tuple[RuleWords, ...]
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOption:
    """cancel, refund, return, reship, repair or contract_withdrawal: on offer for `units`, or refused. `until`: the end
    of the window it is judged by; `answer_by`: when somebody says yes or no, where it is asked for now."""

    act: str
    units: int
    decided_by: DecidedBy = ""
    rules: tuple[RuleWords, ...] = ()
    until: datetime | None = None
    answer_by: datetime | None = None
    refusal: Refusal | None = None
    without_reason: Refusal | None = None
    reasons: tuple[ReasonOption, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOptions:
    """A line of the order and what it can be asked for."""

    line_id: str
    sku: str
    title: str
    quantity: int
    acts: tuple[ActOption, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderOptions:
    """`acts` of the order as a whole. zone: that its times are told in, "" for the shop's."""

    order_no: str
    state: str
    at: datetime
    acts: tuple[ActOption, ...]
    lines: tuple[LineOptions, ...]
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductQuestion:
    """Which goods, bought when (None: now) and sent where ("": to where the shop is)."""

    shop_id: int
    sku: str
    placed_at: datetime | None = None
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsReason:
    """What could be asked for once the goods came. code: no_reason, unopened, contract, fault,
    other, restricted, none.

    `within`: so long after delivery, None without an end. `refusal` of what is refused.
    """

    code: str
    reason: str
    decided_by: DecidedBy
    rules: tuple[RuleWords, ...]
    within: Span | None = None
    refusal: Refusal | None = None

    @property
    def amount(self) -> int | None:
        """Of `within`, which the sentence names."""
        return self.within.amount if self.within else None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsAct:
    """refund, return, reship, repair or contract_withdrawal, by reason."""

    act: str
    reasons: tuple[GoodsReason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductOptions:
    """Of goods that would be bought at `placed_at`, under `law` (its name, `none` for none)."""

    sku: str
    title: str
    placed_at: datetime
    law: str
    acts: tuple[GoodsAct, ...]
