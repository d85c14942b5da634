"""Whatever becomes of orders, sums to which only differences were added are those of counting everything once (P19)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.reports.counting import (
    OUTCOMES,
    Counts,
    add_to,
    before_day,
    count_order,
    difference,
    is_late,
    outcome_of,
)
from portal.domain.reports.histories import CountedCase, CountedRefund, Goods, Happened, OrderHistory

pytestmark = pytest.mark.req("P19")
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 10, 1, tzinfo=ZONE)
TIMES = st.integers(0, 60 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))
REFUNDS = st.builds(
    CountedRefund,
    method=st.sampled_from(["alipay", "card", "a|b"]),
    currency=st.sampled_from(["CNY", "EUR"]),
    minor=st.integers(1, 10_000),
    created_at=TIMES,
    settled_at=st.none() | TIMES,
)
HAPPENED = st.builds(
    Happened,
    st.sampled_from(["staff", "system", "shopper"]),
    st.sampled_from(["case:approved", "case:rejected", "case:asked", "message:sent", "case:escalated"]),
    TIMES,
)
CASES = st.builds(
    CountedCase,
    kind=st.sampled_from(["cancel", "return_refund", "question"]),
    reason=st.sampled_from(["quality", ""]),
    state=st.sampled_from(["submitted", "refunding", "completed", "rejected", "withdrawn", "expired"]),
    answer=st.sampled_from(["", "accept", "partly", "deadline"]),
    opened_at=TIMES,
    goods=st.lists(st.builds(Goods, st.sampled_from(["S-1", "S|2"]), st.just("商品")), max_size=3).map(tuple),
    happened=st.lists(HAPPENED, max_size=4).map(lambda found: tuple(sorted(found, key=lambda one: one.at))),
    refunds=st.lists(REFUNDS, max_size=2).map(tuple),
    solved=st.sampled_from(["", "yes", "no"]),
)
HISTORIES = st.builds(OrderHistory, st.lists(CASES, max_size=3).map(tuple), st.lists(REFUNDS, max_size=2).map(tuple))


def added_up(several: list[Counts]) -> Counts:
    sums: Counts = {}
    for counts in several:
        for day, by in counts.items():
            add_to(sums.setdefault(day, {}), by)
    return {day: counts for day, counts in sums.items() if counts}


@given(st.lists(st.tuples(st.integers(0, 2), HISTORIES), max_size=12))
def test_differences_add_up_to_what_is_counted_at_the_end(changes: list[tuple[int, OrderHistory]]) -> None:
    known: dict[int, Counts] = {}
    steps: list[Counts] = []
    for order, history in changes:
        counts = count_order(history, ZONE)
        steps.append(difference(known.get(order, {}), counts))
        known[order] = counts
    assert added_up(steps) == added_up(list(known.values()))


@given(HISTORIES)
def test_each_application_is_counted_once_and_each_refund_that_arrived_to_the_last_cent(history: OrderHistory) -> None:
    sums: Counter[str] = Counter()
    for counts in count_order(history, ZONE).values():
        for name, count in counts.items():
            sums[name.partition("|")[0]] += count
    refunds = [refund for case in history.cases for refund in case.refunds] + list(history.refunds)
    assert sums["opened"] == len(history.cases)
    assert sums["outcome"] == sum(case.kind != "question" for case in history.cases)
    assert sums["refund"] == sum(refund.minor for refund in refunds if refund.settled_at)
    assert sums["late"] == sum(is_late(case) for case in history.cases)
    assert sums["kept"] + sums["late"] <= sums["opened"]
    assert sums["solved"] == sum(bool(case.solved) for case in history.cases)


@given(CASES)
def test_every_application_has_one_of_the_outcomes(case: CountedCase) -> None:
    assert outcome_of(case) in OUTCOMES


@given(HISTORIES, TIMES)
def test_what_was_counted_before_a_day_stays_when_the_rest_is_cleared(history: OrderHistory, at: datetime) -> None:
    counts = count_order(history, ZONE)
    kept = before_day(counts, at.date())
    assert added_up([kept, difference(kept, counts)]) == counts
