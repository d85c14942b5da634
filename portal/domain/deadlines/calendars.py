"""Days of rest: what the domain needs to know of them, and how to walk past them.

A country is an ISO 3166 code; `""` stands for no country in particular: Saturdays and Sundays only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple, Protocol

ONE_DAY = timedelta(days=1)
NO_COUNTRY = ""
# No country rests for a month on end; a shop that is closed for longer is counted as open again.
_LONGEST_REST = 31


class Calendar(Protocol):
    """Which days are days of rest where. No question raises, whatever the country or year."""

    def is_rest_day(self, country: str, day: date) -> bool:
        """True on a weekend or public holiday, adjusted days included; weekends only in a year it does not know."""
        ...

    def is_bank_day(self, country: str, day: date) -> bool:
        """True on a day on which banks there move money. In a year it does not know, holidays as they are foreseen:
        what is promised of a bank is never promised too early."""
        ...

    def country_of(self, zone: str) -> str:
        """The country whose clocks an IANA zone names; NO_COUNTRY for a zone of none."""
        ...

    def knows(self, country: str, day: date) -> bool:
        """False where the holidays of that year have not been published yet: the answer above is provisional."""
        ...


class WeekendsOnly:
    """The calendar that knows no country: Saturday and Sunday are days of rest."""

    def is_rest_day(self, country: str, day: date) -> bool:  # noqa: ARG002 - it knows no country
        return day.weekday() >= 5

    def is_bank_day(self, country: str, day: date) -> bool:
        return not self.is_rest_day(country, day)

    def country_of(self, zone: str) -> str:  # noqa: ARG002 - it knows no country
        return NO_COUNTRY

    def knows(self, country: str, day: date) -> bool:  # noqa: ARG002 - weekends are known for ever
        return True


class Moved(NamedTuple):
    """A last day after it has been moved past days of rest. `provisional`: a day on the way was not known for sure."""

    day: date
    moved: bool
    provisional: bool


def move_past_rest_days(day: date, country: str, calendar: Calendar) -> Moved:
    """The first day from `day` on that is not a day of rest (CN-7, EU-3b)."""
    last, provisional = day, not calendar.knows(country, day)
    while calendar.is_rest_day(country, last):
        last += ONE_DAY
        provisional = provisional or not calendar.knows(country, last)
    return Moved(last, last != day, provisional)


def working_day_after(start: date, count: int, is_working: Callable[[date], bool]) -> date:
    """The `count`-th working day after `start`, which is not counted itself; `start` for 0."""
    day, left, rested = start, count, 0
    while left:
        day += ONE_DAY
        if is_working(day) or rested >= _LONGEST_REST:
            left, rested = left - 1, 0
        else:
            rested += 1
    return day
