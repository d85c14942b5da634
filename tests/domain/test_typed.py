"""What people type and mean the same by (TRAPS T42)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.typed import as_key, plain, typed_count, typed_digits


@pytest.mark.parametrize(
    "typed", ["123456", "１２３４５６", " 123 456 ", "123-456", "１２３　４５６", "\u202a123456\u202c", "١٢٣٤٥٦"]
)
def test_a_code_is_its_digits_in_any_script_with_any_blanks(typed: str) -> None:
    assert typed_digits(typed) == "123456"


@pytest.mark.parametrize("typed", ["", "12a456", "1²", "①②③", "1.5", "½", "一二三", "--", "\u200b"])
def test_what_is_no_digit_makes_no_code(typed: str) -> None:
    assert typed_digits(typed) == ""


@pytest.mark.parametrize(
    ("typed", "count"),
    [("2", 2), ("２", 2), (" 2 ", 2), ("-1", -1), ("－１", -1), ("−1", -1), ("0", 0), ("007", 7),
     ("", None), ("1e3", None), ("1" * 10, None), ("9" * 5_000, None), ("1.0", None), ("--1", None)],
)  # fmt: skip
def test_a_count_is_a_whole_number_that_every_database_holds(typed: str, count: int | None) -> None:
    assert typed_count(typed) == count


@pytest.mark.parametrize("typed", ["Ａ－１００１", "a-1001", " A-1001\u200b", "A- 1001", "\u200eA-1001"])
def test_two_ways_of_typing_a_number_have_one_key(typed: str) -> None:
    assert as_key(typed) == as_key("A-1001")


@given(st.text())
def test_what_was_read_once_reads_the_same_again_and_nothing_raises(typed: str) -> None:
    assert plain(plain(typed)) == plain(typed)
    assert as_key(as_key(typed)) == as_key(typed)
    assert typed_digits(typed).isascii() and typed_digits(typed_digits(typed)) == typed_digits(typed)
    assert typed_count(typed) is None or abs(typed_count(typed) or 0) < 10**9


@given(st.integers(min_value=-(10**9) + 1, max_value=10**9 - 1))
def test_every_count_is_read_back_in_full_width(count: int) -> None:
    assert typed_count("".join(chr(ord(one) + 0xFEE0) for one in str(count))) == count
