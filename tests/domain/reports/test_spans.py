"""Medians of summed counts: as near as the span they lie in, and the same whatever is summed first."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.reports.spans import BOUNDS, SPANS, quantile, span_of

pytestmark = pytest.mark.req("P19")
TIMES = st.lists(st.integers(0, 100 * 86_400), min_size=1, max_size=60)


def counted(seconds: list[int]) -> Counter[int]:
    return Counter(span_of(timedelta(seconds=one)) for one in seconds)


def ends_of(span: int) -> tuple[int, int]:
    return (BOUNDS[span - 1] if span else 0), (BOUNDS[span] if span < len(BOUNDS) else BOUNDS[-1])


def test_spans_follow_each_other_and_hold_what_is_below_their_bound() -> None:
    assert list(BOUNDS) == sorted(set(BOUNDS)) and len(BOUNDS) + 1 == SPANS
    assert span_of(timedelta(0)) == span_of(timedelta(seconds=299)) == 0
    assert span_of(timedelta(minutes=5)) == 1 and span_of(timedelta(days=400)) == SPANS - 1
    assert span_of(timedelta(seconds=-5)) == 0


def test_nothing_counted_has_no_median() -> None:
    assert quantile({}, 50) is None and quantile({3: 0}, 50) is None


@given(TIMES, st.sampled_from([50, 90]))
def test_the_median_lies_in_the_span_of_the_true_one(seconds: list[int], share: int) -> None:
    found = quantile(counted(seconds), share)
    true = sorted(seconds)[-(-len(seconds) * share // 100) - 1]
    first, last = ends_of(span_of(timedelta(seconds=true)))
    assert found is not None and first <= found.total_seconds() <= max(last, first)


@given(TIMES, TIMES)
def test_counts_of_two_days_added_up_are_those_of_both(one: list[int], other: list[int]) -> None:
    assert quantile(counted(one) + counted(other), 50) == quantile(counted(one + other), 50)
