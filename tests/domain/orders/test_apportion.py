import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.orders.apportion import CannotApportion, largest_remainder, worth_of_first, worth_of_step

pytestmark = pytest.mark.req("P2")


@given(st.data())
def test_shares_sum_to_the_whole_and_none_is_above_its_line(data):
    caps = data.draw(st.lists(st.integers(0, 10**7), min_size=1, max_size=40))
    amount = data.draw(st.integers(0, sum(caps)))
    shares = largest_remainder(amount, caps, caps)
    assert sum(shares) == amount
    assert all(0 <= share <= cap for share, cap in zip(shares, caps, strict=True))


@given(st.data())
def test_a_second_discount_takes_only_what_the_first_one_left(data):
    totals = data.draw(st.lists(st.integers(0, 10**6), min_size=1, max_size=20))
    first = largest_remainder(data.draw(st.integers(0, sum(totals))), totals, totals)
    left = [total - share for total, share in zip(totals, first, strict=True)]
    second = largest_remainder(data.draw(st.integers(0, sum(left))), totals, left)
    assert all(0 <= share <= room for share, room in zip(second, left, strict=True))


def test_the_whole_discount_never_lands_on_one_line():
    assert largest_remainder(1000, [5000, 5000], [5000, 5000]) == (500, 500)
    assert largest_remainder(100, [3333, 3333, 3334], [3333, 3333, 3334]) == (33, 33, 34)


def test_more_than_the_lines_are_worth_cannot_be_given_away():
    with pytest.raises(CannotApportion):
        largest_remainder(11, [5, 5], [5, 5])


def test_five_yuan_off_twelve_thousand_units_leaves_no_unit_worth_less_than_nothing():
    total, units = 42 * 12_540 - 500, 12_540
    steps = [worth_of_step(total, units, k, 1) for k in range(units)]
    assert min(steps) >= 0
    assert sum(steps) == total


@given(st.integers(0, 10**9), st.integers(1, 100_000), st.data())
def test_any_sequence_of_steps_sums_to_the_line_exactly(total, quantity, data):
    gone, paid = 0, 0
    while gone < quantity:
        units = data.draw(st.integers(1, quantity - gone))
        paid += worth_of_step(total, quantity, gone, units)
        gone += units
        assert paid == worth_of_first(total, quantity, gone)
    assert paid == total


def test_a_step_beyond_the_line_is_an_error_and_not_a_cut():
    with pytest.raises(CannotApportion):
        worth_of_step(100, 3, 2, 2)
