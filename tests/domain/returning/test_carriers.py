"""A tracking number says whose it is only where its form is nobody else's."""

from __future__ import annotations

import pytest

from portal.domain.returning.carriers import carrier_of


@pytest.mark.parametrize(
    ("number", "carrier"),
    [
        ("SF1426112490016", "SF"),
        ("sf 1426 1124 90016", "SF"),
        ("ＳＦ１４２６１１２４９００１６", "SF"),
        ("JDVB01234567890", "JD"),
        ("YT1234567890123", "YTO"),
        ("STO1234567890123", "STO"),
        ("EE123456785CN", "EMS"),
    ],
)
def test_a_number_of_one_carriers_form_is_that_carriers_however_it_is_typed(number: str, carrier: str) -> None:
    assert carrier_of(number) == carrier


@pytest.mark.parametrize(
    "number", ["", "SF1000", "1234567890123", "773012345678901", "YT123", "EE123456789CN", "XX", "SF142611249001６x"]
)
def test_what_may_be_anybodys_or_is_mistyped_is_nobodys(number: str) -> None:
    assert carrier_of(number) == ""
