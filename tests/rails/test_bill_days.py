"""Which bills of Alipay and WeChat Pay hold what is asked for: a day's is made at ten the next morning, in Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.adapters.rail_values import bill_days
from portal.domain.refunds.book_days import BookSpan, days_ago, days_between
from portal.ports import NoStatementYet

pytestmark = pytest.mark.req("N7")
AT_TEN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def span(days: int) -> BookSpan:
    """The day so many days ago."""
    return next(days_between(days_ago(AT_TEN, days), AT_TEN))


def asked(days: int, now: datetime = AT_TEN, most: int = 90) -> list[date]:
    wanted = span(days)
    return list(bill_days(wanted.start, now, most=most, until=wanted.until))


def test_a_day_is_asked_for_by_its_own_bill() -> None:
    assert asked(1) == [date(2026, 11, 19)]
    assert asked(40) == [date(2026, 10, 11)]


@pytest.mark.parametrize(("days", "now"), [(0, AT_TEN), (1, AT_TEN - timedelta(seconds=1))])
def test_a_day_whose_bill_is_made_later_has_no_statement_yet(days: int, now: datetime) -> None:
    with pytest.raises(NoStatementYet):
        asked(days, now)


def test_a_day_whose_bill_is_too_old_has_none() -> None:
    assert asked(90) == [date(2026, 8, 22)]
    assert asked(91) == []


def test_a_statement_without_an_end_ends_with_the_last_bill_there_is() -> None:
    assert list(bill_days(AT_TEN, AT_TEN, most=90)) == [date(2026, 11, 19)]
    assert list(bill_days(AT_TEN - timedelta(days=2), AT_TEN, most=90)) == [date(2026, 11, 18), date(2026, 11, 19)]
