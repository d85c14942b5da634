"""Macros: whose they are, who changes them, what a text may name and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import Invalid
from portal.domain.identity.access import ROLES, Actor
from portal.domain.macros.macro import (
    FIELDS,
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_TEXT,
    MOST,
    OWNERS,
    Macro,
    MacroText,
    after_typed,
    check_room,
    fill,
    in_order,
    may_edit,
    may_use,
    moved,
    tidy,
)

ONE = Macro(
    id=1, shop_id=1, staff_id=None, place=0, owner="shop", name="致歉", text="{客户称呼}您好", into="message"
)  # fmt: skip
TYPED = MacroText(owner="own", name=" 致  歉 ", text="您好\r\n{金额}", into="message")


def actor(role: str, number: int = 1, shop_id: int = 1) -> Actor:
    return Actor(kind="staff", shop_id=shop_id, id=number, role=role)  # type: ignore[arg-type]


def owned(owner: str) -> Macro:
    return replace(ONE, owner=owner, staff_id=1 if owner == "own" else None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "used", "edited"),
    [
        ("agent", {"own", "agents", "shop"}, {"own"}),
        ("supervisor", {"own", "agents", "supervisors", "shop"}, {"own", "agents", "supervisors", "shop"}),
        ("auditor", {"own", "agents", "supervisors", "shop"}, set()),
        ("admin", {"own", "agents", "supervisors", "shop"}, set()),
        ("warehouse", {"own", "agents", "supervisors", "shop"}, set()),
    ],
)
def test_agents_change_their_own_and_only_supervisors_what_others_use(
    role: str, used: set[str], edited: set[str]
) -> None:
    assert {owner for owner in OWNERS if may_use(owned(owner), actor(role))} == used
    assert {owner for owner in OWNERS if may_edit(owned(owner), actor(role))} == edited


@pytest.mark.parametrize("role", ROLES)
def test_a_colleagues_own_and_what_another_shop_has_are_nobody_elses(role: str) -> None:
    assert not may_use(owned("own"), actor(role, number=2))
    assert not any(may_use(owned(owner), actor(role, shop_id=2)) for owner in OWNERS)


def test_what_is_kept_has_one_line_as_name_and_its_lines_as_text() -> None:
    assert tidy(TYPED) == MacroText(owner="own", name="致 歉", text="您好\n{金额}", into="message")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"name": " "}, ("name", "required")),
        ({"name": "长" * (LONGEST_NAME + 1)}, ("name", "too_long")),
        ({"text": ""}, ("text", "required")),
        ({"text": "长" * (LONGEST_TEXT + 1)}, ("text", "too_long")),
        ({"text": "长" * (LONGEST_REASON + 1), "into": "answer"}, ("text", "too_long")),
        ({"text": "{电话}"}, ("text", "unknown_field")),
        ({"owner": "all"}, ("owner", "unknown")),
        ({"into": "mail"}, ("into", "unknown")),
        ({"decision": "pay"}, ("decision", "unknown")),
        ({"decision": "accept", "into": "ask"}, ("decision", "another_answer")),
        ({"decision": "accept", "reason_code": "other"}, ("reason_code", "not_refused")),
        ({"decision": "refuse", "reason_code": "bad mood"}, ("reason_code", "unknown")),
        ({"snooze_hours": 5}, ("snooze_hours", "unknown")),
    ],
)
def test_what_cannot_be_kept_says_of_which_field_and_why(typed: dict[str, object], problem: tuple[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        tidy(replace(TYPED, **typed))  # type: ignore[arg-type]
    assert refused.value.problems == (problem,)


def test_fields_are_filled_in_by_either_name_and_what_is_missing_is_named_once() -> None:
    found = fill("{客户称呼}，{ order_no }退{金额}，{金额}，{x}", {"customer": "张*", "order_no": "A1", "amount": ""})
    assert (found.text, found.missing) == ("张*，A1退{金额}，{金额}，{x}", ("金额", "x"))


@given(st.text(max_size=40), st.sampled_from(sorted(FIELDS)))
def test_what_a_fact_says_is_never_read_as_a_field(said: str, name: str) -> None:
    facts = dict.fromkeys(FIELDS.values(), "wrong") | {FIELDS[name]: said + "{金额}{goods}"}
    assert fill(f"a{{{name}}}b", facts).text == f"a{said}{{金额}}{{goods}}b"


def test_what_was_typed_stands_first() -> None:
    assert (after_typed(" ", "您好"), after_typed("在吗\n", "您好")) == ("您好", "在吗\n\n您好")


def test_a_group_has_room_for_fifty_of_different_names() -> None:
    group = [replace(ONE, id=number, name=f"第{number}条") for number in range(MOST)]
    for new, but, reason in ((ONE, None, "too_many"), (replace(ONE, name="第3条"), 4, "taken")):
        with pytest.raises(Invalid) as refused:
            check_room(new, group, but)
        assert refused.value.problems == (("name", reason),)
    check_room(replace(ONE, name="第3条"), group, 3)


def test_order_goes_by_owner_and_place_and_the_ends_stay_where_they_are() -> None:
    group = [replace(ONE, id=number, place=number) for number in (3, 1, 2)]
    assert [one.id for one in in_order([*group, owned("own")])] == [1, 1, 2, 3]
    assert [moved(group, 2, to) for to in ("up", "down")] == [(2, 1, 3), (1, 3, 2)]
    assert moved(group, 1, "up") == moved(group, 3, "down") == (1, 2, 3)
