from datetime import date

from portal.domain.deadlines.calendars import NO_COUNTRY, WeekendsOnly, move_past_rest_days, working_day_after
from tests.support.packs import FewDays

FRIDAY, SATURDAY, MONDAY = date(2026, 7, 3), date(2026, 7, 4), date(2026, 7, 6)


def test_a_day_that_is_worked_does_not_move():
    assert move_past_rest_days(FRIDAY, NO_COUNTRY, WeekendsOnly()) == (FRIDAY, False, False)


def test_a_saturday_moves_past_sunday_and_a_holiday_that_follows():
    assert move_past_rest_days(SATURDAY, "CN", FewDays(MONDAY)) == (date(2026, 7, 7), True, False)


def test_a_weekend_that_is_worked_to_make_up_for_a_bridge_day_does_not_move():
    assert move_past_rest_days(SATURDAY, "CN", FewDays(works=(SATURDAY,))) == (SATURDAY, False, False)


def test_a_day_that_moves_into_a_year_nobody_has_published_is_provisional():
    last_of_year = date(2026, 12, 31)
    assert move_past_rest_days(last_of_year, "CN", FewDays(last_of_year, known=frozenset({2026}))).provisional
    assert not move_past_rest_days(date(2026, 12, 30), "CN", FewDays(known=frozenset({2026}))).provisional


def test_the_first_day_is_not_counted_among_working_days():
    def works(day):
        return day.weekday() < 5

    assert working_day_after(FRIDAY, 0, works) == FRIDAY
    assert working_day_after(FRIDAY, 1, works) == MONDAY
    assert working_day_after(FRIDAY, 5, works) == date(2026, 7, 10)


def test_a_shop_that_never_works_does_not_keep_anybody_waiting_for_ever():
    assert working_day_after(FRIDAY, 1, lambda day: False) == date(2026, 8, 4)
