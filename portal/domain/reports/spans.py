"""How long something took, counted in fixed spans of time: sums of such counts are exact, over whatever period.

Medians cannot be added up, counts can. So each answer is counted in the span that holds it, and the median of any
period is read off the summed counts: it lies in one of the spans and is taken as evenly spread within it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import timedelta

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
BOUNDS: tuple[int, ...] = (
    *(count * _MINUTE for count in (5, 10, 15, 20, 30, 45, 60, 90)),
    *(count * _HOUR for count in (2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 30, 36, 42)),
    *(count * _DAY for count in (2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 18, 21, 25, 30, 45, 60, 90)),
)
"""Seconds: span n ends before BOUNDS[n] and begins with the bound before it; the last one has no end."""
SPANS = len(BOUNDS) + 1


def span_of(took: timedelta) -> int:
    """In which span it lies, from 0; what ended before it began took no time."""
    return bisect_right(BOUNDS, max(took.total_seconds(), 0))


def quantile(counts: Mapping[int, int], share: int) -> timedelta | None:
    """What `share` per cent of those counted took at most, by span; None where nothing was counted. Whatever took
    longer than the last bound is taken as that long."""
    total = sum(counts.values())
    if total <= 0:
        return None
    wanted, before = total * share / 100, 0
    for span in range(SPANS):
        here = counts.get(span, 0)
        if here and before + here >= wanted:
            first = BOUNDS[span - 1] if span else 0
            last = BOUNDS[span] if span < len(BOUNDS) else first
            return timedelta(seconds=round(first + (last - first) * (wanted - before) / here))
        before += here
    return timedelta(seconds=BOUNDS[-1])
