"""The queue of a shop as a member of staff reads it, without the web."""

from __future__ import annotations

from datetime import UTC

from portal.domain.identity.access import Actor
from portal.pages.staff.cases import queue_page
from portal.pages.staff.queue_asked import QueueAsked
from portal.pages.values.staff import QueuePage
from portal.ports import Deps


def queue_of(actor: Actor, deps: Deps, *, after: str = "", **asked: str) -> QueuePage:
    """`asked` as of an address: state, priority, assignee, q."""
    return queue_page(asked=QueueAsked(**asked), after=after, zone=UTC, actor=actor, deps=deps)


def cases_in(actor: Actor, deps: Deps, **asked: str) -> list[str]:
    """The numbers of the first page."""
    return [row.case_no for row in queue_of(actor, deps, **asked).rows]
