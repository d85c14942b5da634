"""Days of rest from chinesecalendar (CN-7: adjusted days included) and holidays (EU-3b), each year looked up once; the
country of a zone from CLDR.

The two libraries are asked for different countries because they disagree on Chinese Saturdays: only the first knows
which weekends are worked to make up for a bridge day.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property

from babel.core import get_global
from chinese_calendar import constants

from portal.domain.deadlines.calendars import NO_COUNTRY
from portal.domain.policy.jurisdictions import EU_MEMBERS

# TARGET is closed on Good Friday, Easter Monday, 1 May and 26 December also where those are no public holidays.
_EURO_BANKS = "ECB"


class PublishedCalendar:
    """The domain's Calendar. Raises nothing: what nobody has published is weekends only, and not known."""

    def __init__(self) -> None:
        self._cn_rests = frozenset(constants.holidays)
        self._cn_works = frozenset(constants.workdays)
        self._cn_years = range(min(self._cn_rests).year, max(self._cn_rests).year + 1)
        self._public: dict[tuple[str, int], frozenset[date]] = {}
        self._banks: dict[tuple[str, int], frozenset[date]] = {}
        self._zones: dict[str, str] = dict(get_global("zone_territories"))

    @cached_property
    def _supported(self) -> frozenset[str]:
        # The library takes 8 MB, which a shop in China does not need.
        from holidays.registry import EntityLoader

        # list_supported_countries() would load the holidays of all of them.
        return frozenset(EntityLoader.get_country_codes(include_aliases=False))

    def is_rest_day(self, country: str, day: date) -> bool:
        if country == "CN":
            return day not in self._cn_works and (day.weekday() >= 5 or day in self._cn_rests)
        return day.weekday() >= 5 or day in self._public_holidays(country, day.year)

    def is_bank_day(self, country: str, day: date) -> bool:
        if self.is_rest_day(country, day):
            return False
        is_settled = country == "CN" and day.year in self._cn_years
        return is_settled or day not in self._bank_holidays(country, day.year)

    def country_of(self, zone: str) -> str:
        found = self._zones.get(zone, NO_COUNTRY)
        return found if found == "CN" or found in self._supported else NO_COUNTRY

    def knows(self, country: str, day: date) -> bool:
        if country == "CN":
            return day.year in self._cn_years
        return not country or country in self._supported

    def _bank_holidays(self, country: str, year: int) -> frozenset[date]:
        """National public and bank holidays, and those of the euro's banks in the Union."""
        found = self._banks.get((country, year))
        if found is None:
            import holidays

            days: set[date] = set()
            if country in EU_MEMBERS:
                days |= set(holidays.financial_holidays(_EURO_BANKS, years=year))
            if country in self._supported:
                offered = holidays.country_holidays(country).supported_categories
                kinds = tuple(kind for kind in (holidays.PUBLIC, holidays.BANK) if kind in offered)
                days |= set(holidays.country_holidays(country, years=year, categories=kinds))
            found = self._banks[country, year] = frozenset(days)
        return found

    def _public_holidays(self, country: str, year: int) -> frozenset[date]:
        """National public holidays; none for a country the library does not have."""
        found = self._public.get((country, year))
        if found is None:
            import holidays

            known = country in self._supported
            found = frozenset(holidays.country_holidays(country, years=year)) if known else frozenset()
            self._public[country, year] = found
        return found
