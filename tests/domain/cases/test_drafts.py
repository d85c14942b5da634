"""What a draft keeps of each form, and what it is too long for."""

from __future__ import annotations

import pytest

from portal.domain.cases.drafts import LONGEST_FIELD, LONGEST_PART, kept_of
from portal.domain.errors import Invalid

P25 = pytest.mark.req("P25")
DECIDED = {"reason": "按您的要求", "amount": "12.30", "quantity-1": "2", "csrf_token": "x", "shown": "y"}


@P25
def test_a_form_keeps_its_own_fields_and_nothing_that_only_names_it() -> None:
    assert kept_of("message", {"body": " 您好 ", "request_id": "1", "reason": "x"}) == {"body": " 您好 "}
    assert kept_of("note", {"body": "  "}) == {} and kept_of("ask", {}) == {}
    assert kept_of("message", {"body": "a\0b"}) == {"body": "ab"}


@P25
@pytest.mark.parametrize(("decision", "has_units"), [("partly", True), ("accept", False), ("", False)])
def test_how_many_of_a_line_counts_where_a_part_is_granted_alone(decision: str, has_units: bool) -> None:
    kept = kept_of("decide", DECIDED | {"decision": decision})
    assert ("quantity-1" in kept) is has_units and kept["reason"] == "按您的要求"
    assert "csrf_token" not in kept and "shown" not in kept


@P25
def test_what_is_longer_than_any_answer_may_be_is_no_draft() -> None:
    assert kept_of("message", {"body": "字" * LONGEST_FIELD})
    for typed in (
        {"reason": "字" * (LONGEST_FIELD + 1)},
        {"decision": "partly"} | {f"quantity-{line}": "1" for line in range(LONGEST_PART // 10)},
    ):
        with pytest.raises(Invalid) as no:
            kept_of("decide", typed)
        assert no.value.problems == (("draft", "too_long"),)


@P25
def test_only_forms_that_are_written_in_have_a_draft() -> None:
    with pytest.raises(Invalid) as no:
        kept_of("snooze", {"until": "2026-11-21T09:00"})
    assert no.value.problems == (("part", "not_offered"),)
