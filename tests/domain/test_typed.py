"""What people type and mean the same by (TRAPS T42)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.money import parse_amount
from portal.domain.typed import (
    amount_text,
    as_key,
    folded,
    folded_mail,
    plain,
    search_form,
    typed_count,
    typed_digits,
)


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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ＳＯ２０－１００１", "SO20-1001"),
        ("#SO20-1001", "SO20-1001"),
        ("so20–1001", "SO20-1001"),
        ("SO20-1001\u200b", "SO20-1001"),
        ("\u202aSO20-1001\u202c", "SO20-1001"),
        ("SO 20-1001", "SO20-1001"),
        ("Ａｎｎａ", "Anna"),
        ("\ufb01rst", "first"),
    ],
)
def test_a_number_is_found_however_it_is_typed(typed: str, kept: str) -> None:
    assert as_key(typed) == as_key(kept)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Pok\u00e9mon", "Poke\u0301mon"),
        ("pokemon", "Pokémon"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("棉　T恤", "棉 T恤"),
        ("STRASSE", "Straße"),
        ("O’Neill", "O'Neill"),
    ],
)
def test_a_word_is_found_however_it_is_typed(typed: str, kept: str) -> None:
    assert folded(typed) == folded(kept)


@given(st.text(max_size=30), st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_every_unicode_form_of_a_text_is_the_same_text(text: str, form: str) -> None:
    assert folded(unicodedata.normalize(form, text)) == folded(text)
    assert folded(folded(text)) == folded(text)


@given(st.text(max_size=30))
def test_a_text_without_a_search_form_is_its_own_but_for_the_case_of_ascii(text: str) -> None:
    ascii_lower = "".join(letter.lower() if letter.isascii() else letter for letter in text)
    found = search_form(text)
    assert (ascii_lower if found is None else found) == folded(text)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("12.30", "12.30"),
        ("￥12.30", "12.30"),
        ("¥ 12.30", "12.30"),
        ("１２．３０", "12.30"),
        ("12.30元", "12.30"),
        ("1,234.50", "1234.50"),
        ("12,345,678", "12345678"),
        ("\u200e12.30", "12.30"),
    ],
)
def test_an_amount_is_read_however_it_is_typed(typed: str, amount: str) -> None:
    assert parse_amount(amount_text(typed), "CNY") == parse_amount(amount, "CNY")


@pytest.mark.parametrize("typed", ["1,2", "12,50", "1.234,50", "1e3", "", "元", "1,23,456"])
def test_what_is_no_amount_stays_for_the_reader_to_say_so(typed: str) -> None:
    assert not amount_text(typed).replace(".", "", 1).isdecimal()


def test_mail_is_folded_for_comparing() -> None:
    assert folded_mail(" Groß@Example.DE ") == folded_mail("groß@example.de") == "gross@example.de"
    assert plain("Groß@Example.DE") == "Groß@Example.DE"
