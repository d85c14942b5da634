"""Numbers are read by their country, compared by their digits, and written to only where they were read for certain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.identity.logins import one_mail, read_login
from portal.domain.identity.phones import CALLING_CODES, digits_of, keys_of, may_be_texted, read_phone


@pytest.mark.parametrize(
    ("typed", "country", "number"),
    [
        ("13800000001", "CN", "+8613800000001"),
        ("138 0000 0001", "CN", "+8613800000001"),
        ("１３８０００００００１", "CN", "+8613800000001"),
        ("\u202d13800000001\u202c", "CN", "+8613800000001"),
        ("86 138-0000-0001", "CN", "+8613800000001"),
        ("0086 13800000001", "", "+8613800000001"),
        ("0571-88888888", "CN", "+8657188888888"),
        ("010-62345678", "CN", "+861062345678"),
        ("1-310-555-0134", "US", "+13105550134"),
        ("(310) 555-0134", "US", "+13105550134"),
        ("1-310-555-0134", "CN", None),
        ("1-310-555-0134", "", None),
        ("13105550134", "", None),
        ("030 1234567", "DE", "+49301234567"),
        ("+49 (0)30 1234567", "", "+49301234567"),
        ("030/1234567", "DE", "+49301234567"),
        ("02 1234567", "IT", "+39021234567"),
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("8 912 345-67-89", "RU", "+79123456789"),
        ("13800000001-1234", "CN", None),
        ("13800000001转1234", "CN", None),
        ("12345", "US", None),
        ("", "CN", None),
    ],
)
def test_a_number_is_read_by_its_country(typed: str, country: str, number: str | None) -> None:
    assert read_phone(typed, country) == number
    assert may_be_texted(number) is (number is not None)


@given(st.sampled_from(sorted(CALLING_CODES)), st.text("0123456789", min_size=7, max_size=10))
def test_whoever_types_their_number_as_it_came_is_found_whatever_country_it_is_of(country: str, typed: str) -> None:
    kept = read_phone(typed, country) or typed
    assert digits_of(kept) in keys_of(typed, "CN")


@given(st.text(max_size=20), st.sampled_from(["", *CALLING_CODES]))
def test_whatever_is_typed_is_a_number_or_none(typed: str, country: str) -> None:
    number = read_phone(typed, country)
    assert number is None or (number.startswith("+") and digits_of(number) == number[1:])


@pytest.mark.parametrize("typed", ["13800000001-1234", "13800000001转1234", "13800000001,1234", "13800000001 1234"])
def test_a_virtual_number_is_found_by_its_digits_and_gets_no_text(typed: str) -> None:
    assert digits_of("13800000001-1234") in read_login(typed).phone_keys
    assert not may_be_texted("13800000001-1234")


@pytest.mark.parametrize(
    ("said", "address"),
    [
        ("a@b.example", "a@b.example"),
        (" Anna <a@b.example> ", "a@b.example"),
        ("a@b.example, a@b.example", "a@b.example"),
        ("groß@b.example", "groß@b.example"),
        ("a@b.example, c@b.example", None),
        ("a@b.example;c@b.example", None),
        ("a@b.example c@b.example", None),
        ("nobody", None),
        ("@b.example", None),
        ("a@b@c", None),
    ],
)
def test_a_field_for_one_mail_address_has_one_or_none(said: str, address: str | None) -> None:
    assert one_mail(said) == address
