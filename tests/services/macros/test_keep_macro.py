"""Macros are kept by whoever may, once for each form, and nobody's own is another's business."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor
from portal.domain.macros.macro import MOST, MacroText
from portal.services.macros.keep_macro import macros_of, move_macro, remove_macro, save_macro
from tests.support.world import World

TEXT = MacroText(owner="own", name="致歉", text="{金额}", into="message")


def keep(world: World, actor: Actor, request_id: str = "one", **typed: Any) -> int:
    number, shown = typed.pop("macro_id", None), typed.pop("shown", "")
    by = {"actor": actor, "request_id": request_id, "deps": world.deps}
    return save_macro(typed=replace(TEXT, **typed), macro_id=number, shown=shown, **by).macro


def names(world: World, actor: Actor) -> list[str]:
    return [macro.name for macro in macros_of(actor=actor, deps=world.deps)]


def test_the_same_form_keeps_one_and_a_colleague_does_not_see_it(world: World) -> None:
    agent, colleague = world.made.staff("agent"), replace(world.made.staff("agent"), id=77)
    assert keep(world, agent) == keep(world, agent)
    assert (names(world, agent), names(world, colleague)) == (["致歉"], [])
    number = keep(world, agent)
    by: dict[str, Any] = {"macro_id": number, "actor": colleague, "request_id": "theirs", "deps": world.deps}
    with pytest.raises(NotFound):
        remove_macro(**by)
    with pytest.raises(NotFound):
        move_macro(to="up", **by)


@pytest.mark.parametrize("role", ["agent", "auditor", "admin", "warehouse"])
def test_what_others_use_is_kept_and_changed_by_supervisors_alone(role: str, world: World) -> None:
    boss, other = world.made.staff("supervisor"), world.made.staff(role)  # type: ignore[arg-type]
    number = keep(world, boss, owner="shop")
    with pytest.raises(Forbidden):
        keep(world, other, "two", owner="shop", name="另一条")
    with pytest.raises(Forbidden):
        keep(world, other, "three", owner="own", macro_id=number, shown=replace(TEXT, owner="shop").digest)
    assert names(world, other) == ["致歉"]


def test_who_changes_what_a_colleague_has_changed_is_told(world: World) -> None:
    boss = world.made.staff("supervisor")
    number, shown = keep(world, boss, owner="shop"), replace(TEXT, owner="shop").digest
    keep(world, boss, "two", owner="shop", text="新的", macro_id=number, shown=shown)
    with pytest.raises(Conflict):
        keep(world, boss, "three", owner="shop", text="旧的", macro_id=number, shown=shown)


def test_fifty_fit_and_names_are_taken_once(world: World) -> None:
    agent = world.made.staff("agent")
    for place in range(MOST):
        keep(world, agent, f"request {place}", name=f"第{place}条")
    for name, reason in (("又一条", "too_many"), ("第3条", "taken")):
        with pytest.raises(Invalid) as refused:
            keep(world, agent, name, name=name)
        assert refused.value.problems == (("name", reason),)
    assert len(names(world, agent)) == MOST
