"""Counts by their names, taken apart: what of them concerns the kinds of application that a report is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache

from portal.domain.cases.life_cycle import TRANSITIONS
from portal.domain.money import Money
from portal.domain.reports.spans import quantile

KINDS: tuple[str, ...] = tuple(kind for kind in TRANSITIONS if kind != "question")
"""Those that a report is about where it is not asked for one alone: a question asks for nothing."""
_OF_ORDERS = ("sales", "orders")


@dataclass(slots=True)
class Totals:
    """`counts` by name; within a name, by what else it says: (reason,) of `opened`, (span,) of `answer`, (currency,
    reason, method) of `refund`, (currency,) of `sales`."""

    counts: dict[str, Counter[tuple[str, ...]]] = field(default_factory=dict)

    def sum(self, name: str) -> int:
        return sum(self.counts.get(name, {}).values())

    def by(self, name: str, place: int = 0) -> dict[str, int]:
        """Of a name, by one thing that it says; the most first."""
        found: Counter[str] = Counter()
        for said, count in self.counts.get(name, {}).items():
            found[said[place]] += count
        return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))

    def spans(self, name: str) -> dict[int, int]:
        return {int(said[0]): count for said, count in self.counts.get(name, {}).items()}

    def quantile(self, name: str, share: int) -> timedelta | None:
        """What `share` per cent took at most; None where nothing was counted."""
        return quantile(self.spans(name), share)

    def money(self, name: str = "refund") -> tuple[Money, ...]:
        """A sum for each currency, never of several: the most frequent currency first."""
        often = self.by("refunds") | self.by("orders")
        sums = self.by(name)
        return tuple(Money(sums[one], one) for one in sorted(sums, key=lambda one: (-often.get(one, 0), one)))

    def money_by(self, place: int) -> list[tuple[str, tuple[Money, ...], int]]:
        """What was refunded by reason (1) or method (2), and how many refunds it were; the most refunds first."""
        found: dict[str, Totals] = {}
        for name in ("refund", "refunds"):
            for said, count in self.counts.get(name, {}).items():
                part = found.setdefault(said[place], Totals())
                part.counts.setdefault(name, Counter())[said] += count
        rows = [(code, part.money(), part.sum("refunds")) for code, part in found.items()]
        return sorted(rows, key=lambda row: (-row[2], row[0]))


def totals_of(several: Iterable[Mapping[str, int]], kinds: Collection[str]) -> Totals:
    """The sum of several days' counts, as far as they are of these kinds."""
    whole: Counter[str] = Counter()
    for counts in several:
        whole.update(counts)
    found = Totals()
    for key, count in whole.items():
        name, kind, said = _taken_apart(key)
        if not kind or kind in kinds:
            found.counts.setdefault(name, Counter())[said] += count
    return found


@lru_cache(maxsize=16_384)
def _taken_apart(key: str) -> tuple[str, str, tuple[str, ...]]:
    """Its name, the kind of application ("" for what is of orders) and what else it says; the same few thousand again
    and again."""
    name, first, *said = key.split("|")
    return (name, "", (first,)) if name in _OF_ORDERS else (name, first, tuple(said))


def sum_of(several: Iterable[Totals]) -> Totals:
    """Of days that do not overlap."""
    found = Totals()
    for totals in several:
        for name, counts in totals.counts.items():
            found.counts.setdefault(name, Counter()).update(counts)
    return found
