from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.money import BadMoney, Money, minor_digits, parse_amount, price_times, total

pytestmark = pytest.mark.req("N3")


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("12.30", "CNY", 1230), ("500", "JPY", 500), ("1.250", "KWD", 1250), ("0", "CNY", 0), ("-3.5", "EUR", -350)],
)
def test_an_amount_is_read_exactly_in_the_currencys_own_digits(text, currency, minor):
    assert parse_amount(text, currency) == Money(minor, currency)


@pytest.mark.parametrize("text", ["12.345", "1e3", "", " 1", "1,000.00", "１２", None, 12, "NaN", "--1", "1."])
def test_an_amount_that_is_not_a_plain_decimal_of_the_currency_is_refused(text):
    with pytest.raises(BadMoney):
        parse_amount(text, "CNY")


def test_digits_are_those_of_iso_4217_and_not_of_a_display_habit():
    assert [minor_digits(code) for code in ("RSD", "LAK", "AFN", "IQD", "JPY", "KWD")] == [2, 2, 2, 3, 0, 3]


def test_an_unknown_currency_is_refused():
    with pytest.raises(BadMoney):
        minor_digits("XXX")


def test_two_currencies_never_mix():
    with pytest.raises(BadMoney):
        Money(1, "CNY") + Money(1, "EUR")
    with pytest.raises(BadMoney):
        total([Money(1, "CNY")], "JPY")


@pytest.mark.parametrize(
    ("price", "quantity", "currency", "minor"),
    [("2.005", 1, "CNY", 201), ("0.085", 3, "GBP", 26), ("0.333", 3, "JPY", 1), ("0.5", 1, "JPY", 1)],
)
def test_a_line_is_rounded_half_up_once_and_not_per_unit(price, quantity, currency, minor):
    assert price_times(Decimal(price), quantity, currency) == Money(minor, currency)


@given(st.integers(-(10**12), 10**12), st.sampled_from(["CNY", "JPY", "KWD"]))
def test_what_is_written_is_read_back(minor, currency):
    assert parse_amount(Money(minor, currency).decimal(), currency) == Money(minor, currency)
