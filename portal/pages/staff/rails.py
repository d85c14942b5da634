"""A shop's rails as administrators and auditors see them: never a key."""

from __future__ import annotations

from portal.domain.identity.access import Actor, may
from portal.pages.values.rails import RailRow, RailsPage
from portal.ports import Deps
from portal.services.shops.list_rails import list_rails
from portal.words.rail_checks import advice_on_problem


def rails_page(*, actor: Actor, deps: Deps, in_use: str = "") -> RailsPage:
    """Two queries. Raises Forbidden."""
    found = list_rails(actor=actor, deps=deps)
    rows = tuple(
        RailRow(
            kind=rail.kind,
            methods=rail.methods,
            facts=rail.facts,
            callback=rail.callback,
            changed_at=rail.changed_at,
            checked_at=rail.checked_at,
            problem=advice_on_problem(rail.check_problem),
        )
        for rail in found.rails
    )
    may_act = may(actor, "write", "settings")
    return RailsPage(may_act=may_act, rails=rows, untaken=found.untaken, sandbox=found.sandbox, in_use=in_use)
