"""A form that was sent before: what it led to then."""

from __future__ import annotations

from portal.domain.identity.access import Actor
from portal.domain.results import Done
from portal.domain.sent import Sent
from portal.ports import Deps
from portal.repos.unit_of_work import reading


def first_answer(*, actor: Actor, sent: Sent, deps: Deps) -> Done | None:
    """What this actor's form led to; None where it has not acted. Raises Reused: the same id with another body."""
    with reading(deps) as work:
        return work.requests.answer(actor, sent)
