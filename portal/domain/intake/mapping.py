"""A shop's table of order lines (CSV) to the order format, as a mapping file says (docs/orders-in.md). Pure.

A mapping names, for every field of the format, the column it comes from, the words that stand for it, or a fixed
value. It never guesses: what it leaves alone is judged by the same checks as any other order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from portal.domain.intake.imported_order import OrderProblem


class MappingError(ValueError):
    """A mapping that cannot be used. `problems` name key and reason."""

    def __init__(self, problems: Sequence[OrderProblem]) -> None:
        super().__init__("\n".join(f"{problem.field}: {problem.reason}" for problem in problems))
        self.problems = tuple(problems)


ANY_WORD = "*"
"""Stands for every word of a column that has no translation of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value comes from: the first of `columns` that is not blank, else the first of `others` that says
    something, else `value`. `words` translate it, to nothing where a word says nothing here; a `prefix` is no part of
    it. With `between` it is all the columns, joined. `is_row_count`: the place of the row among those of its order.
    """

    columns: tuple[str, ...] = ()
    value: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    between: str | None = None
    is_row_count: bool = False
    others: tuple[Source, ...] = ()

    def every_column(self) -> Iterator[str]:
        yield from self.columns
        for other in self.others:
            yield from other.every_column()


Sources = Mapping[str, Source]
"""Sources by the field of the order format, dotted: `customer.id`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRule:
    """What is kept out, by one column: a row or, by its first row, an order. Exactly one condition is given."""

    column: str
    reason: str
    starts_with: tuple[str, ...] = ()
    equals: tuple[str, ...] = ()
    at_most: Decimal | None = None

    def holds(self, value: str) -> bool:
        """A value that is no number is not at most anything: it is judged later, as what it is."""
        if self.at_most is not None:
            try:
                return Decimal(value) <= self.at_most
            except InvalidOperation:
                return False
        return value in self.equals if self.equals else value.startswith(self.starts_with)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedMapping:
    """A parsed mapping file. Without `payment.amount` a payment is of the order's whole total; a blank `paid_at`
    means none was made. `is_grouped`: the rows of an order stand together in the file. `may_differ`: columns of the
    order of which the first row's value is taken, where rows of one order that disagree are rejected otherwise.
    `optional` columns may be missing, and are blank then; a blank of `blank_repeats` says what the row above says.
    `stated` is what the shop says an order comes to (total, goods, tax), `taxed` which of its lines the tax is of;
    `if_needed` (`discounts.0`, `fees.0`, `line.discount`) counts only where the order does not come to it without.
    `sheet` is that of a workbook, the first that is not hidden unless said.
    `states` are for JSON of shops, which has no columns: their words for states, and ours.
    """

    delimiter: str = ","
    sheet: str = ""
    is_grouped: bool = True
    strips: bool = True
    may_differ: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    blank_repeats: tuple[str, ...] = ()
    zone: ZoneInfo
    time_format: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    order: Sources = field(default_factory=dict)
    line: Sources = field(default_factory=dict)
    payment: Sources = field(default_factory=dict)
    parcel: Sources = field(default_factory=dict)
    discounts: tuple[Sources, ...] = ()
    fees: tuple[Sources, ...] = ()
    stated: Sources = field(default_factory=dict)
    taxed: Source = Source()
    if_needed: frozenset[str] = frozenset()
    refund: Sources = field(default_factory=dict)
    rejects: tuple[ColumnRule, ...] = ()
    leaves_out: tuple[ColumnRule, ...] = ()
    skips: tuple[ColumnRule, ...] = ()
    not_shipped: tuple[ColumnRule, ...] = ()

    def columns(self) -> set[str]:
        """Every column that must be in the file, but for those that are optional."""
        groups = [
            self.order,
            self.line,
            self.payment,
            self.parcel,
            self.stated,
            self.refund,
            *self.discounts,
            *self.fees,
        ]
        sources = [self.taxed, *(source for group in groups for source in group.values())]
        rules = (*self.rejects, *self.leaves_out, *self.skips, *self.not_shipped)
        return {column for source in sources for column in source.every_column()} | {rule.column for rule in rules}
