"""A shop's table of order lines (CSV) to the order format, as a mapping file says (docs/orders-in.md). Pure.

A mapping names, for every field of the format, the column it comes from, the words that stand for it, or a fixed
value. It never guesses: what it leaves alone is judged by the same checks as any other order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from portal.domain.intake.imported_order import OrderProblem


class MappingError(ValueError):
    """A mapping that cannot be used. `problems` name key and reason."""

    def __init__(self, problems: Sequence[OrderProblem]) -> None:
        super().__init__("\n".join(f"{problem.field}: {problem.reason}" for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value comes from: the first of `columns` that is not blank, else `value`; `words` translate it."""

    columns: tuple[str, ...] = ()
    value: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


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
    `states` are for JSON of shops, which has no columns: their words for states, and ours.
    """

    delimiter: str = ","
    is_grouped: bool = True
    strips: bool = True
    may_differ: tuple[str, ...] = ()
    zone: ZoneInfo
    time_format: str = ""
    states: Mapping[str, str] = field(default_factory=dict)
    order: Sources = field(default_factory=dict)
    line: Sources = field(default_factory=dict)
    payment: Sources = field(default_factory=dict)
    parcel: Sources = field(default_factory=dict)
    discounts: tuple[Sources, ...] = ()
    fees: tuple[Sources, ...] = ()
    rejects: tuple[ColumnRule, ...] = ()
    leaves_out: tuple[ColumnRule, ...] = ()

    def columns(self) -> set[str]:
        """Every column that must be in the file."""
        groups = (self.order, self.line, self.payment, self.parcel, *self.discounts, *self.fees)
        named = {column for group in groups for source in group.values() for column in source.columns}
        return named | {rule.column for rule in (*self.rejects, *self.leaves_out)}
