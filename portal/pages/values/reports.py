"""报表 as its page shows it (P19): figures, charts whose places are worked out, and the table under each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from portal.domain.money import Money
from portal.domain.reports.counting import Outcome
from portal.domain.reports.periods import Period
from portal.domain.reports.totals import Totals

TimeOf = Literal["answer", "decision", "money"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRow:
    """How long it took, of `count` applications: half of them at most `median`, nine of ten at most `ninety`. `before`:
    the median of the period before."""

    what: TimeOf
    count: int
    median: timedelta | None
    ninety: timedelta | None
    before: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow:
    """A day, week or month of the report."""

    period: Period
    totals: Totals

    @property
    def opened(self) -> int:
        return self.totals.sum("opened")

    @property
    def kept(self) -> int:
        return self.totals.sum("kept")

    @property
    def late(self) -> int:
        return self.totals.sum("late")

    @property
    def median(self) -> timedelta | None:
        return self.totals.quantile("answer", 50)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeRow:
    """`share` in per mille of all applications."""

    outcome: Outcome
    count: int
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyRow:
    """By reason or by method: a sum for each currency, of `count` refunds."""

    code: str
    sums: tuple[Money, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductRow:
    """Goods, and how many applications about them were made for each of the page's reasons."""

    sku: str
    title: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle; `tone` a or b as the legend has it."""

    x: float
    y: float
    width: float
    height: float
    tone: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A circle, and the value that is printed beside it where it is."""

    x: float
    y: float
    radius: float
    value: str


@dataclass(frozen=True, slots=True)
class Label:
    """Below the chart, where there is room for it."""

    x: float
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """In a box of `width` × `height`. `ticks`: (y, what stands there). `line`: the points of each unbroken run. `unit`:
    hours or days, of a chart of times."""

    width: int
    height: int
    ticks: tuple[tuple[float, str], ...] = ()
    bars: tuple[Bar, ...] = ()
    dots: tuple[Dot, ...] = ()
    line: str = ""
    labels: tuple[Label, ...] = ()
    top: Dot | None = None
    unit: Literal["", "hours", "days"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsPage:
    """asked: period, from, to, kind, shop as arguments of an address. `opened_before` is of the period before.
    `shares`: what was refunded of what was sold, by currency, in per mille. `solved`: how many said yes, how many no.
    `rolled_at`: until when it is counted, None before the first time; `is_counting`: it is being added up anew."""

    asked: Mapping[str, str]
    period: Period
    presets: tuple[str, ...]
    kinds: tuple[str, ...]
    shop: str
    shops: tuple[tuple[str, str], ...]
    may_see_refunds: bool
    opened: int
    opened_before: int
    kept: int
    late: int
    refunded: tuple[Money, ...]
    refunds: int
    shares: tuple[tuple[Money, int], ...]
    times: tuple[TimeRow, ...]
    parts: tuple[PartRow, ...]
    outcomes: tuple[OutcomeRow, ...]
    by_reason: tuple[MoneyRow, ...]
    by_method: tuple[MoneyRow, ...]
    reasons: tuple[str, ...]
    products: tuple[ProductRow, ...]
    solved: tuple[int, int]
    periods_chart: Chart
    times_chart: Chart
    products_chart: Chart
    outcomes_chart: Chart
    rolled_at: datetime | None
    is_counting: bool

    @property
    def change_said(self) -> str:
        """Its size, without its direction."""
        return "" if self.change is None else f"{abs(self.change)}%"

    @property
    def beside_period(self) -> dict[str, str]:
        """What was asked for besides the period."""
        return {name: value for name, value in self.asked.items() if name in ("kind", "shop")}

    @property
    def is_empty(self) -> bool:
        """Nothing was asked for, and no money has arrived."""
        return not self.opened and not self.refunds

    @property
    def in_time(self) -> int | None:
        """Per mille of what has been answered or should have been; None for nothing."""
        judged = self.kept + self.late
        return round(self.kept * 1000 / judged) if judged else None

    @property
    def change(self) -> int | None:
        """Of the number of applications against the period before, in per cent; None where there was none."""
        return round((self.opened - self.opened_before) * 100 / self.opened_before) if self.opened_before else None
