"""What one of the staff wants to be mailed of, chosen by themselves for every shop they are granted."""

from __future__ import annotations

from portal.domain.errors import Forbidden
from portal.domain.identity.access import Actor
from portal.domain.messages.staff_notices import GROUPS, HOWS
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work


def choose_staff_notices(*, wanted: dict[str, str], actor: Actor, deps: Deps) -> None:
    """By group: at_once, hourly, daily, off; others are left out. Raises Forbidden."""
    if actor.kind != "staff":
        raise Forbidden("notices")
    with unit_of_work(deps) as work:
        known = {group: wanted[group] for group in GROUPS if wanted.get(group) in HOWS}
        work.staff_notes.choose(actor.id, known)
