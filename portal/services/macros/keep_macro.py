"""快捷回复: kept, removed and put in order (domain.macros says who may)."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.macros.macro import Macro, MacroText, check_room, may_edit, may_use, moved, owners_for, tidy
from portal.domain.macros.results import MacroDone
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work


def macros_of(*, actor: Actor, deps: Deps) -> tuple[Macro, ...]:
    """Those that somebody sees. One query. Raises Forbidden."""
    if not may(actor, "read", "cases"):
        raise Forbidden("cases")
    with reading(deps) as work:
        return usable_macros(work, actor)


def usable_macros(work: UnitOfWork, actor: Actor) -> tuple[Macro, ...]:
    """One query."""
    return tuple(macro for macro in work.macros.of(actor.shop_id, actor.id) if may_use(macro, actor))


def save_macro(
    *, typed: MacroText, macro_id: int | None = None, shown: str = "", actor: Actor, request_id: RequestKey, deps: Deps
) -> MacroDone:
    """A new one, or `macro_id` changed, which looked like `shown`.

    Errors: Forbidden, NotFound, Conflict (changed meanwhile), Invalid (fields of `domain.macros`), Reused.
    """
    with unit_of_work(deps) as work:
        asked = fingerprint(["macro", macro_id or 0, typed.digest])
        if done := work.requests.claim(actor, request_id, asked, MacroDone):
            return done
        known = _lock_all(work, actor)
        before = _find(known, macro_id, actor) if macro_id else None
        if before and before.digest != shown:
            raise Conflict("changed")
        new = tidy(typed)
        if new.owner not in owners_for(actor):
            raise Forbidden("macros")
        group = [macro for macro in known if macro.owner == new.owner]
        check_room(new, group, macro_id)
        staff_id = actor.id if new.owner == "own" else None
        last = max((macro.place for macro in group), default=-1) + 1
        if before:
            work.macros.change(before.id, staff_id, new, before.place if before.owner == new.owner else last)
        number = before.id if before else work.macros.add(actor.shop_id, staff_id, new, last)
        _note(
            work,
            actor,
            "macro:changed" if before else "macro:added",
            number,
            (before.owner if before else "own", new.owner),
        )
        return work.requests.finish(actor, request_id, MacroDone(macro=number, what="saved"))


def remove_macro(*, macro_id: int, actor: Actor, request_id: RequestKey, deps: Deps) -> MacroDone:
    """Errors: Forbidden, NotFound, Reused."""
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["macro_remove", macro_id]), MacroDone):
            return done
        macro = _find(_lock_all(work, actor), macro_id, actor)
        work.macros.remove(macro.id)
        _note(work, actor, "macro:removed", macro.id, (macro.owner,))
        return work.requests.finish(actor, request_id, MacroDone(macro=macro.id, what="removed"))


def move_macro(*, macro_id: int, to: str, actor: Actor, request_id: RequestKey, deps: Deps) -> MacroDone:
    """`to`: up, else down, by one among those with the same owner. Errors: Forbidden, NotFound, Reused."""
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["macro_move", macro_id, to]), MacroDone):
            return done
        known = _lock_all(work, actor)
        macro = _find(known, macro_id, actor)
        work.macros.put_in_order(moved([one for one in known if one.owner == macro.owner], macro.id, to))
        return work.requests.finish(actor, request_id, MacroDone(macro=macro.id, what="moved"))


def _lock_all(work: UnitOfWork, actor: Actor) -> tuple[Macro, ...]:
    """Held so that two at once do not exceed the limit or take one place. Raises Forbidden."""
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    work.shops.lock(actor.shop_id)
    return usable_macros(work, actor)


def _find(known: tuple[Macro, ...], macro_id: int | None, actor: Actor) -> Macro:
    """A colleague's own is not there for anybody else; one of the shop is, but not to be changed."""
    macro = next((one for one in known if one.id == macro_id), None)
    if macro is None:
        raise NotFound("macro")
    if not may_edit(macro, actor):
        raise Forbidden("macros")
    return macro


def _note(work: UnitOfWork, actor: Actor, what: str, macro_id: int, owners: tuple[str, ...]) -> None:
    """What others use stands in the trail, by its number; what is one's own does not."""
    if set(owners) != {"own"}:
        data = {"macro": macro_id, "owner": owners[-1]}
        work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:{what}", data=data))
