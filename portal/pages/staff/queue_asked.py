"""What of the queue is asked for: as an address says it, as the repository is asked, and where a case stands in it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, time, timedelta, tzinfo

from portal.domain.cases.case import Case
from portal.domain.cases.life_cycle import CLOSED_STATES, OPEN_STATES
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import read_login
from portal.domain.money import by_size
from portal.repos.queue_filters import By, QueueFilter, QueuePlace, Which
from portal.repos.staff_sessions import Colleague
from portal.repos.unit_of_work import UnitOfWork
from portal.services.cursors import read_row_id

GROUPS = ("waiting", "overdue", "today", "unread", "customer", "snoozed", "stuck", "open", "escalated", "all")
ORDERS: tuple[By, ...] = ("due", "priority", "amount")
STATES = (*OPEN_STATES, *CLOSED_STATES)
PRIORITIES = {"high": 0, "normal": 1, "0": 0, "1": 1}
_OPEN_GROUPS = ("waiting", "overdue", "today", "customer", "open", "escalated")
_WHICH: dict[str, Which] = {
    "waiting": "to_answer",
    "overdue": "to_answer",
    "today": "to_answer",
    "customer": "theirs",
    "unread": "unread",
    "snoozed": "snoozed",
    "stuck": "stuck",
    "escalated": "escalated",
}
LONGEST_SEARCH = 80
_MOST_WORTH = 2**63
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAsked:
    """`state` is a group or a state of cases, `priority` high or normal, `assignee` me, none or a login, `q` what is
    searched for; "" for whatever is not said. `order`: how what waits is sorted, whichever view of it is shown."""

    state: str = ""
    priority: str = ""
    assignee: str = ""
    q: str = ""
    order: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As the arguments of an address."""
        said = {"state": self.state, "priority": self.priority, "assignee": self.assignee, "q": self.q}
        said["order"] = self.order
        return {name: value for name, value in said.items() if value}


FILTERS = tuple(field.name for field in fields(QueueAsked))


def understood(asked: QueueAsked, ids: Mapping[str, int]) -> QueueAsked:
    """Without what is not known: of any priority, anybody's; what waits, but what is searched for is looked for
    everywhere. `ids`: of staff by login."""
    anywhere = "all" if asked.q.strip() else "waiting"
    return QueueAsked(
        state=asked.state if asked.state in (*GROUPS, *STATES) else anywhere,
        priority={0: "high", 1: "normal"}.get(PRIORITIES.get(asked.priority, -1), ""),
        assignee=asked.assignee if asked.assignee in ids else "",
        q=asked.q.strip()[:LONGEST_SEARCH],
        order=asked.order if asked.order in ("priority", "amount") else "",
    )


def ids_of_people(people: Iterable[Colleague], actor: Actor) -> dict[str, int]:
    """By what an address may say of them."""
    return {person.login: person.id for person in people} | {"me": actor.id, "none": 0}


def saved_by(people: Iterable[Colleague], actor: Actor) -> dict[str, QueueAsked]:
    """The views that the actor has saved in this shop, by name. A filter that is not known any more is left out."""
    mine = next((person.views for person in people if person.id == actor.id), ())
    return {view.name: _asked(dict(view.query)) for view in mine if view.shop_id == actor.shop_id}


def _asked(said: Mapping[str, str]) -> QueueAsked:
    return QueueAsked(**{name: said.get(name, "") for name in FILTERS})


def filter_of(asked: QueueAsked, ids: Mapping[str, int], now: datetime, zone: tzinfo) -> QueueFilter:
    """`asked` as understood. A day ends in `zone`, the shop's."""
    which = _WHICH.get(asked.state, "all")
    return QueueFilter(
        which=which,
        states=(*OPEN_STATES, "rejected", "completed") if asked.state == "open" else _state(asked),
        is_open=asked.state in _OPEN_GROUPS or asked.state in OPEN_STATES,
        priority=PRIORITIES.get(asked.priority),
        assignee=ids.get(asked.assignee),
        due_from=now if asked.state == "today" else None,
        due_before={"overdue": now, "today": _end_of_day(now, zone)}.get(asked.state),
        by=next((by for by in ORDERS if by == asked.order), "due"),
        search=read_login(asked.q) if asked.q else None,
    )


def exactly(work: UnitOfWork, wanted: QueueFilter, actor: Actor) -> QueueFilter:
    """Whether what is searched for is called exactly so. One query at most."""
    return replace(wanted, is_exact=work.queue.is_exact(actor, wanted.search)) if wanted.search else wanted


def _state(asked: QueueAsked) -> tuple[str, ...]:
    return () if asked.state in GROUPS else (asked.state,)


def _end_of_day(now: datetime, zone: tzinfo) -> datetime:
    local = now.astimezone(zone)
    return datetime.combine(local.date() + timedelta(days=1), time(0), tzinfo=zone).astimezone(UTC)


def place_of(case: Case, state: str) -> QueuePlace:
    """Where a case stands in the list of a group or state, as the database would say."""
    due = case.due_at or case.escalated_at or case.opened_at
    is_open = state in _OPEN_GROUPS or state in OPEN_STATES
    by = {"unread": case.unread_since, "snoozed": case.snoozed_until}
    at = by.get(state) or (due if is_open else case.opened_at)
    return QueuePlace(0 if case.is_hold and is_open else 1, at, case.priority, case.id, by_size(case.plan.refund))


def write_place(place: QueuePlace) -> str:
    text = f"{place.rank}.{(place.at - _EPOCH) // _MICROSECOND}.{place.priority}.{place.id}.{place.worth}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_place(text: str) -> QueuePlace | None:
    """None for no cursor and for one that was tampered with: the list then starts at the top."""
    try:
        parts = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().split(".")
        rank, at, priority, row_id, worth = parts
        moment = _EPOCH + int(at) * _MICROSECOND
        found = QueuePlace(int(rank), moment, int(priority), read_row_id(row_id), int(worth))
        is_known = found.rank in (0, 1) and found.priority in (0, 1) and abs(found.worth) < _MOST_WORTH
        return found if is_known else None
    except (ValueError, binascii.Error, OverflowError):
        return None
