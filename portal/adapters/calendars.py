"""Days of rest from chinesecalendar (CN-7: adjusted days included) and holidays (EU-3b), each year looked up once.

The two libraries are asked for different countries because they disagree on Chinese Saturdays: only the first knows
which weekends are worked to make up for a bridge day.
"""

from __future__ import annotations

from datetime import date

import holidays
from chinese_calendar import constants


class PublishedCalendar:
    """The domain's Calendar. Raises nothing: what nobody has published is weekends only, and not known."""

    def __init__(self) -> None:
        self._cn_rests = frozenset(constants.holidays)
        self._cn_works = frozenset(constants.workdays)
        self._cn_years = range(min(self._cn_rests).year, max(self._cn_rests).year + 1)
        self._supported = frozenset(holidays.list_supported_countries(include_aliases=False))
        self._public: dict[tuple[str, int], frozenset[date]] = {}

    def is_rest_day(self, country: str, day: date) -> bool:
        if country == "CN":
            return day not in self._cn_works and (day.weekday() >= 5 or day in self._cn_rests)
        return day.weekday() >= 5 or day in self._public_holidays(country, day.year)

    def knows(self, country: str, day: date) -> bool:
        if country == "CN":
            return day.year in self._cn_years
        return not country or country in self._supported

    def _public_holidays(self, country: str, year: int) -> frozenset[date]:
        """National public holidays; none for a country the library does not have."""
        found = self._public.get((country, year))
        if found is None:
            known = country in self._supported
            found = frozenset(holidays.country_holidays(country, years=year)) if known else frozenset()
            self._public[country, year] = found
        return found
