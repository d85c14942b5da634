"""快捷回复: those that somebody sees, by whose they are, and the one that is being changed. One query."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.identity.access import Actor
from portal.domain.macros.macro import FIELDS, MOST, OWNERS, Macro, Owner, owners_for
from portal.ports import Deps
from portal.services.macros.keep_macro import macros_of


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroGroup:
    """All with the same owner, in their order."""

    owner: Owner
    macros: tuple[Macro, ...]
    may_edit: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MacrosPage:
    """`owners`: whose the reader may change, none for one who only reads; `edited`: the one that is in the form;
    `fields`: what a text may name, with the other name of each."""

    groups: tuple[MacroGroup, ...]
    owners: tuple[Owner, ...]
    edited: Macro | None
    fields: tuple[tuple[str, str], ...] = tuple(FIELDS.items())
    most: int = MOST


def macros_page(*, edited: str, actor: Actor, deps: Deps) -> MacrosPage:
    """`edited`: the number of the one to be changed; what is none of theirs is none."""
    macros, owners = macros_of(actor=actor, deps=deps), owners_for(actor)
    groups = tuple(
        MacroGroup(owner=owner, macros=found, may_edit=owner in owners)
        for owner in OWNERS
        if (found := tuple(macro for macro in macros if macro.owner == owner))
    )
    changing = next((one for one in macros if str(one.id) == edited and one.owner in owners), None)
    return MacrosPage(groups=groups, owners=owners, edited=changing)
