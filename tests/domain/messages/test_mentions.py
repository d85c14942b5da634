"""Whom a note names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.messages.mentions import MOST, mentioned

LOGINS = ("li", "li.wei", "wang-2", "王芳")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@li 请看一下", ("li",)),
        ("请@li看一下，@WANG-2也看", ("li", "wang-2")),
        ("＠li.wei：好的", ("li.wei",)),
        ("Please look, @li.", ("li",)),
        ("@王芳请回电，@li @li", ("王芳", "li")),
        ("寄到a@li.example，或者li@li", ()),
        ("@lisa @li_2 @li-x @nobody @", ()),
        ("@li.com", ()),
        ("", ()),
    ],
)
def test_a_colleague_is_named_by_a_login_of_its_own_and_by_no_part_of_another(
    text: str, named: tuple[str, ...]
) -> None:
    assert mentioned(text, LOGINS) == named


@given(st.text(max_size=300), st.lists(st.text(max_size=12), max_size=30))
def test_whatever_is_written_each_is_named_once_and_is_one_of_them(text: str, logins: list[str]) -> None:
    found = mentioned(text, logins)
    assert len(found) == len(set(found)) <= MOST and set(found) <= set(logins)
