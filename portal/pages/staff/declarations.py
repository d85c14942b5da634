"""撤回声明: those that no order was found for, to be matched by hand, and what became of the others."""

from __future__ import annotations

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor, may
from portal.pages.values.cancelling import Changed
from portal.pages.values.declaring import DeclarationPage, DeclarationRow, DeclarationsPage
from portal.ports import Deps
from portal.repos.declarations import KeptDeclaration
from portal.repos.unit_of_work import reading

MOST = 100


def declarations_page(*, actor: Actor, deps: Deps) -> DeclarationsPage:
    with reading(deps) as work:
        waiting = work.declarations.waiting(actor.shop_id, limit=MOST)
        handled = work.declarations.handled_last(actor.shop_id, limit=MOST)
    return DeclarationsPage(waiting=tuple(map(_row, waiting)), handled=tuple(map(_row, handled)))


def declaration_page(
    *, public_id: str, actor: Actor, deps: Deps, unmasked: bool = False, changed: Changed | None = None
) -> DeclarationPage:
    """Raises NotFound, also for another shop's."""
    with reading(deps) as work:
        kept = work.declarations.find_in(actor.shop_id, public_id)
    if kept is None:
        raise NotFound("declaration")
    return DeclarationPage(row=_row(kept), may_act=may(actor, "write", "cases"), unmasked=unmasked, changed=changed)


def _row(kept: KeptDeclaration) -> DeclarationRow:
    names = DeclarationRow.__dataclass_fields__
    return DeclarationRow(**{name: getattr(kept, name) for name in names})
