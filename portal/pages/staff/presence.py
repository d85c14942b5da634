"""Who else has a case open, and what they did since its page was made."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from portal.domain.cases.presence import LATELY, is_here
from portal.domain.identity.access import Actor
from portal.pages.parts.timeline import STAFF_NAMES, entry_of
from portal.pages.staff.facts import people_of
from portal.pages.values.desk import PresenceShown, Watcher
from portal.pages.values.parts import TimelineEntry
from portal.ports import Deps
from portal.repos.case_with_order import case_with_order
from portal.repos.staff_sessions import Colleague, DeskColleague
from portal.repos.unit_of_work import UnitOfWork, reading


def presence_shown(*, case_no: str, since: int, actor: Actor, deps: Deps) -> PresenceShown:
    """`since`: how many events the order had when the page was made. Raises NotFound."""
    with reading(deps) as work:
        case, record = case_with_order(work, case_no, actor)
        people, _macros = work.staff_sessions.colleagues_at(case.id, actor)
        seen = max(0, min(since, record.events_count))
        news = last_change(work, record.id, case_no, people, actor, since=seen) if seen < record.events_count else None
        return PresenceShown(case_no, case.version, seen, watchers_of(people, actor, work.now), news)


def watchers_of(people: Iterable[DeskColleague], reader: Actor, now: datetime) -> tuple[Watcher, ...]:
    """Colleagues, who was seen last first."""
    seen = [(one.seen_at, one.login) for one in people if one.seen_at and one.id != reader.id and not one.disabled_at]
    return tuple(
        Watcher(login=login, at=at, is_here=is_here(at, now))
        for at, login in sorted(seen, reverse=True)
        if now - at <= LATELY
    )


def last_change(
    work: UnitOfWork, order_id: int, case_no: str, people: Iterable[Colleague], reader: Actor, *, since: int = 0
) -> TimelineEntry | None:
    """The newest that somebody else did about the case, or about its order as such; None where nothing is told.

    Of what one act wrote it is the first: what follows from it (a claim, a refund on its way) stands behind.
    """
    names, told = people_of(people), []
    for event in work.events.newest_of_order(order_id, since=since, but=reader):
        entry = entry_of(event, STAFF_NAMES, names.get(event.actor, "")) if event.case_no in (None, case_no) else None
        if entry:
            told.append(entry)
    return next((entry for entry in reversed(told) if entry.at == told[0].at), None)
