"""What people type into the fields of a pack, and back; and a pack as what it says differently from the law's."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.adapters.pack_texts import TomlPacks
from portal.domain.deadlines.spans import Span
from portal.domain.policy.canonical import as_table
from portal.domain.policy.differences import differences
from portal.domain.policy.overlay import overlay, value_at, with_value
from portal.domain.policy.pack import Amounts, Exclusion, FeeRule, FeeRules, RestrictionRule
from portal.domain.policy.pack_fields import FIELDS, field_at, fields_of
from portal.domain.policy.typed_fields import read_typed, typed_inputs
from tests.support.packs import PACKS

pytestmark = pytest.mark.req("N4")
TOML = TomlPacks()
CN = as_table(PACKS["cn"])
AMOUNTS = some.sampled_from(["12.00", "CNY 12.00", "CNY 12.00, EUR 2.50", "CNY 1.00, 3.00", "0", ""])
SPANS = some.builds(Span, some.integers(1, 500), some.sampled_from(["hours", "open hours", "days", "working days"]))


def read(typed: dict[str, list[str]], table: dict[str, Any] | None = None) -> tuple[dict[str, Any], dict[str, str]]:
    found, problems = read_typed(fields_of(table or {}, CN), typed, table or {}, CN)
    return found, {one.name: one.code for one in problems}


@given(days=some.integers(0, 400), quality=SPANS, amount=AMOUNTS, keeps=some.booleans())
def test_a_file_gives_the_pack_again_that_it_was_made_of(days: int, quality: Span, amount: str, keeps: bool) -> None:
    cn = PACKS["cn"]
    fixed = read({"limits.auto": [amount]})[0].get("limits", {}).get("auto", "0")
    major = tuple(sorted((c, Decimal(a)) for c, a in (fixed if isinstance(fixed, dict) else {"*": fixed}).items()))
    fees = FeeRules(cancel=FeeRule(how="withheld", fixed=Amounts(major)), forbidden=cn.fees.forbidden)
    exclusions: dict[str, Exclusion] = dict(cn.exclusions) if keeps else {}
    windows = replace(cn.windows, no_reason_days=days + 7, quality_by_tag={"fresh": Span(9, "days"), "x": quality})
    pack = replace(cn, name="good", kind="shop", on="cn", windows=windows, exclusions=exclusions, fees=fees)
    pack = replace(pack, restrictions={"sale": RestrictionRule(tag="sale", no_reason=keeps)}, complaint_line=None)
    table = overlay(pack, cn)
    assert TOML.table_of(TOML.text_of(table)) == table
    text = TOML.text_of(with_value(table, "windows.quality_by_tag.x", "40 days"))
    again = TOML.read_pack(text)
    wanted = replace(windows, quality_by_tag={"fresh": Span(9, "days"), "x": Span(40, "days")})
    assert again == replace(pack, windows=wanted)


@given(amount=AMOUNTS, span=SPANS, choice=some.sampled_from(["", "asked", "at_once"]))
def test_what_was_typed_stands_in_the_inputs_again(amount: str, span: Span, choice: str) -> None:
    typed = {"limits.auto": [amount], "paid_cancel": [choice]}
    typed |= {"timers.shop_inspects": [str(span.amount)], "timers.shop_inspects.unit": [span.unit]}
    table, problems = read(typed)
    assert problems == {}
    again = {k: [v] for key in typed if (field := field_at(key)) for k, v in typed_inputs(field, table).items()}
    assert read(again)[0] == table


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"windows.no_reason_days": ["-3"]}, "whole"),
        ({"windows.no_reason_days": ["３０"]}, "whole"),
        ({"timers.fee_paid": ["0"], "timers.fee_paid.unit": ["days"]}, "span"),
        ({"timers.fee_paid": ["3"], "timers.fee_paid.unit": ["years"]}, "span"),
        ({"limits.auto": ["CNY 1, CNY 2"]}, "amount"),
        ({"limits.auto": ["XXQ 1.00"]}, "amount"),
        ({"fees.cancel.percent": ["ten"]}, "percent"),
        ({"paid_cancel": ["never"]}, "choice"),
        ({"restrictions.tag": ["Sale!"]}, "tag"),
        ({"title.zh": ["长" * 501]}, "too_long"),
    ],
)
def test_what_cannot_be_read_is_told_at_its_field_and_the_rest_is_kept(typed: dict[str, list[str]], code: str) -> None:
    found, problems = read(typed | {"arrival.min_working_days": ["2"]})
    assert list(problems.values()) == [code] and found == {"arrival": {"min_working_days": 2}}


def test_an_empty_field_is_not_in_the_file_and_one_that_was_not_sent_stays() -> None:
    table = {"windows": {"no_reason_days": 30}, "arrival": {"min_working_days": 2}, "complaint_line": False}
    found, problems = read({"windows.no_reason_days": [""], "complaint_line.zh": [""]}, table)
    assert (found, problems) == ({"arrival": {"min_working_days": 2}, "complaint_line": False}, {})


def test_boxes_that_nobody_ticked_say_so() -> None:
    table = {"exclusions": {"newspaper": False}, "keep_goods": {"under": "20.00", "reasons": ["quality"]}}
    assert read({"exclusions.newspaper.there": ["1"]}, table)[0] == {"keep_goods": table["keep_goods"]}
    ticked = {"keep_goods.reasons.there": ["1"], "keep_goods.reasons": ["damaged"]}
    assert value_at(read(ticked, table)[0], "keep_goods.reasons") == ["damaged"]
    kinds = {"kinds": list(reversed(CN["kinds"])), "kinds.there": ["1"]}
    assert read(kinds)[0] == {}


def test_every_value_of_a_pack_that_is_the_shops_has_a_field_or_is_written_in_the_file() -> None:
    of_the_law = {"clock", "countries", "law", "legal_refund", "prepaid", "button", "engine", "kind", "on", "name"}
    assert set(as_table(PACKS["open"])) - {one.key.split(".")[0] for one in FIELDS} <= of_the_law
    assert set(CN) - {one.key.split(".")[0] for one in FIELDS} <= of_the_law


def test_differences_are_told_by_field() -> None:
    cn = PACKS["cn"]
    other = replace(cn, windows=replace(cn.windows, no_reason_days=30), exclusions={}, paid_cancel="asked")
    assert [(one.key, one.before, one.after) for one in differences(cn, other)] == [
        ("windows.no_reason_days", 7, 30),
        *((f"exclusions.{tag}", CN["exclusions"][tag], None) for tag in ("custom", "digital", "fresh", "newspaper")),
        ("paid_cancel", "at_once", "asked"),
    ]
    assert differences(cn, cn) == ()
