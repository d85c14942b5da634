"""What anybody may declare: the same however it is typed, and which units its words mean."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.withdrawing.declaration import Typed, units_meant
from tests.support.order_facts import make_line, make_order

pytestmark = pytest.mark.req("P24")
SAID = Typed(name="Anna Schneider", order_no="A-1001", contact="+49 30 1234567", lines="Rucksack")
ORDER = make_order(
    replace(make_line("1", 3, 5000), title="羽绒服", sku="S-1"),
    replace(make_line("2", 2, 900), title="Mug", variant="blue", sku="S-2"),
    replace(make_line("3", 1, 900), title="Mug", variant="red", sku="S-3"),
)


@pytest.mark.parametrize(
    "again",
    [
        replace(SAID, order_no=" a － １００１ "),
        replace(SAID, contact="+49301234567"),
        replace(SAID, name="ANNA SCHNEIDER", lines="rucksack"),
        replace(SAID, name="Ａnna  Schneider"),
    ],
)
def test_the_same_values_are_known_however_they_are_typed(again: Typed) -> None:
    assert again.same_again == SAID.same_again and again.digest != SAID.digest


@pytest.mark.parametrize("name", ["name", "order_no", "contact", "lines"])
def test_another_value_is_another_declaration(name: str) -> None:
    assert replace(SAID, **{name: "x@example.com"}).same_again != SAID.same_again


@pytest.mark.parametrize(
    ("lines", "units"),
    [
        ("", ()),
        (" \n、", ()),
        ("羽绒服", (("1", 3),)),
        ("s-1 × 2", (("1", 2),)),
        ("羽绒服x1\nMug blue", (("1", 1), ("2", 2))),
        ("1，3", (("1", 3), ("3", 1))),
    ],
)
def test_goods_are_named_by_line_number_or_title(lines: str, units: tuple[tuple[str, int], ...]) -> None:
    assert units_meant(lines, ORDER) == units


@pytest.mark.parametrize(
    "lines", ["Mug", "帽子", "羽绒服\n羽绒服", "羽绒服×0", "羽绒服 and a mug", "\n".join("1" * 300)]
)
def test_what_is_not_certain_is_left_to_a_person(lines: str) -> None:
    assert units_meant(lines, ORDER) is None


@given(st.text(max_size=300))
def test_whatever_is_typed_means_units_of_the_order_or_nothing_certain(lines: str) -> None:
    found = units_meant(lines, ORDER)
    assert found is None or {line_id for line_id, _ in found} <= {"1", "2", "3"}
    assert replace(SAID, lines=lines).same_again


@given(st.text(max_size=100), st.text(max_size=100), st.text(max_size=100))
def test_any_text_has_a_digest_and_a_key(name: str, order_no: str, contact: str) -> None:
    said = Typed(name=name, order_no=order_no, contact=contact)
    assert said.digest and said.same_again == replace(said).same_again
