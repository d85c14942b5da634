"""A shop's rails as administrators and auditors see them: never a key."""

from __future__ import annotations

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor, may
from portal.pages.values.rails import RailRow, RailsPage
from portal.ports import Deps
from portal.services.shops.list_rails import ShownRail, list_rails
from portal.words.rail_checks import advice_on_problem
from portal.words.rail_methods import named_methods


def rails_page(*, actor: Actor, deps: Deps, in_use: str = "") -> RailsPage:
    """Two queries. Raises Forbidden."""
    found = list_rails(actor=actor, deps=deps)
    return RailsPage(
        may_act=may(actor, "write", "settings"),
        rails=tuple(_row(rail) for rail in found.rails),
        untaken=found.untaken,
        untaken_named=named_methods(found.untaken),
        sandbox=found.sandbox,
        in_use=in_use,
    )


def remove_rail_page(kind: str, *, actor: Actor, deps: Deps) -> RailRow:
    """Before it is removed. Errors: Forbidden, NotFound."""
    row = next((row for row in rails_page(actor=actor, deps=deps).rails if row.kind == kind), None)
    if row is None:
        raise NotFound("rail")
    return row


def _row(rail: ShownRail) -> RailRow:
    return RailRow(
        kind=rail.kind,
        methods=named_methods(rail.methods),
        facts=rail.facts,
        callback=rail.callback,
        changed_at=rail.changed_at,
        checked_at=rail.checked_at,
        problem=advice_on_problem(rail.check_problem),
    )
