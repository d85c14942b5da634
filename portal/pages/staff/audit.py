"""审计记录: who did what in the shop, newest first, each entry verified as it is shown; the verdict on all (N9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import groupby

from portal.domain.identity.access import Actor, may
from portal.domain.records.audit import AuditCheck, Entry, fault_of
from portal.domain.records.events import CHAIN, linked
from portal.pages.parts.timeline import STAFF_NAMES, entry_of
from portal.pages.staff.facts import people_of
from portal.pages.values.audit import AuditKind, AuditPage, AuditRow, AuditVerdict
from portal.pages.values.parts import TimelineEntry
from portal.ports import Deps
from portal.repos.audit import newest_seal
from portal.repos.audit_lists import AuditFilter
from portal.repos.events import ToldEvent
from portal.repos.order_lists import Cursor
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.cursors import read_cursor, write_cursor
from portal.services.records.check_audit import CHECK

PAGE_SIZE = 50
MOST_EXPORTED = 20_000
CHECK_AGAIN = timedelta(hours=48)
"""A trail is to be verified daily; after two days the page reminds of it."""
_AT_ONCE = 500
_LONGEST = 80
_YEARS = range(2000, 2101)
_WHO = {
    **dict.fromkeys(("shopper", "guest", "declarant"), "customer"),
    "staff": "staff",
    "feed": "shop",
    "rail": "provider",
    "operator": "operator",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditAsked:
    """As an address says it; "" for whatever is not said. `who`: a login; `first` and `last`: days, ISO."""

    number: str = ""
    who: str = ""
    kind: str = ""
    first: str = ""
    last: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As the arguments of an address."""
        said = {"number": self.number, "who": self.who, "kind": self.kind, "from": self.first, "to": self.last}
        return {name: value for name, value in said.items() if value}


def audit_page(*, asked: AuditAsked, after: str, zone: tzinfo, actor: Actor, deps: Deps) -> AuditPage:
    """A page of the shop's entries. A few queries, whatever is asked for and however long the trail is."""
    with reading(deps) as work:
        people = people_of(work.staff_sessions.colleagues(actor.shop_id))
        wanted = _filter(work, asked, people, zone, actor)
        found = _rows(work, wanted, people, read_cursor(after), PAGE_SIZE + 1, actor, deps) if wanted else []
        kinds, check, now = work.audit_lists.kinds(actor.shop_id), work.audit_lists.last_check(), work.now
    shown = found[:PAGE_SIZE]
    return AuditPage(
        asked=asked.query,
        verdict=_verdict(check, now, actor, deps),
        rows=tuple(shown),
        kinds=tuple((who, tuple(group)) for who, group in _by_source(kinds)),
        people=tuple(people.values()),
        next_after=write_cursor(shown[-1].at, shown[-1].id) if len(found) > PAGE_SIZE else "",
        is_first=not after,
        is_known=wanted is not None,
        may_see_orders=may(actor, "read", "orders"),
        most_exported=MOST_EXPORTED,
    )


def exported_rows(*, asked: AuditAsked, zone: tzinfo, actor: Actor, deps: Deps) -> Iterator[AuditRow]:
    """The newest of what is asked for, as many as an export has at most; a transaction for each five hundred."""
    after: Cursor | None = None
    for _ in range(MOST_EXPORTED // _AT_ONCE):
        with reading(deps) as work:
            people = people_of(work.staff_sessions.colleagues(actor.shop_id))
            wanted = _filter(work, asked, people, zone, actor)
            found = _rows(work, wanted, people, after, _AT_ONCE, actor, deps) if wanted else []
        yield from found
        if len(found) < _AT_ONCE:
            return
        after = Cursor(found[-1].at, found[-1].id)


def _filter(
    work: UnitOfWork, asked: AuditAsked, people: Mapping[str, str], zone: tzinfo, actor: Actor
) -> AuditFilter | None:
    """None where nothing in the shop is called so. What else is not understood is not asked for."""
    number, last = asked.number.strip()[:_LONGEST], _day(asked.last)
    called = work.audit_lists.called(actor.shop_id, number) if number else None
    if number and called is None:
        return None
    order_id, case_no = called or (None, "")
    return AuditFilter(
        order_id=order_id,
        case_no=case_no,
        actor=next((key for key, login in people.items() if login == asked.who), ""),
        kind=asked.kind[:_LONGEST],
        since=_midnight(_day(asked.first), zone),
        until=_midnight(last + timedelta(days=1) if last else None, zone),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year in _YEARS else None


def _midnight(day: date | None, zone: tzinfo) -> datetime | None:
    return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC) if day else None


def _rows(
    work: UnitOfWork,
    wanted: AuditFilter,
    people: Mapping[str, str],
    after: Cursor | None,
    limit: int,
    actor: Actor,
    deps: Deps,
) -> list[AuditRow]:
    entries = work.audit_lists.entries(actor.shop_id, wanted, after=after, limit=limit)
    seal = newest_seal(work.connection)
    whole = _whole(entries, seal.until_id if seal else 0, deps)
    named = [key for entry in entries for key in (entry.actor, entry.behalf) if key.startswith("shopper:")]
    names = work.audit_lists.names_of(actor.shop_id, (int(key.partition(":")[2]) for key in named))
    customers = {f"shopper:{row_id}": name for row_id, name in names.items()}
    return [_row(entry, entry.id in whole, people, customers) for entry in entries]


def _whole(entries: Sequence[Entry], sealed_until: int, deps: Deps) -> set[int]:
    """Ids of those that are as they were hashed. For one that was hashed under a key that is gone only its columns can
    be compared; the check of the whole trail answers for the rest."""
    whole = set()
    for entry in entries:
        text = linked(entry.previous, entry.text)
        hashes = None if entry.id <= sealed_until else deps.vault.digests(CHAIN, text)
        if not fault_of(entry, seq=entry.seq, previous=entry.previous, hashes=hashes):
            whole.add(entry.id)
    return whole


def _row(entry: Entry, is_whole: bool, people: Mapping[str, str], customers: Mapping[str, str]) -> AuditRow:
    return AuditRow(
        id=entry.id,
        at=entry.at,
        who=_who(entry.kind, entry.actor),
        kind=entry.kind,
        by=people.get(entry.actor, entry.actor.partition(":")[2] if entry.actor.startswith("staff:") else ""),
        customer=customers.get(entry.behalf or entry.actor, ""),
        is_on_behalf=bool(entry.behalf),
        order_no=entry.number,
        case_no=entry.case_no,
        entry=_told(entry, is_whole),
        is_whole=is_whole,
        about=people.get(f"staff:{entry.data.get('staff')}", "") if is_whole else "",
    )


def _told(entry: Entry, is_whole: bool) -> TimelineEntry:
    """What an entry says that was changed is not repeated: only which kind it is."""
    _, _, what = entry.kind.partition(":")
    if is_whole and what in STAFF_NAMES:
        said = ToldEvent(
            kind=entry.kind, at=entry.at, actor=entry.actor, behalf=entry.behalf, case_no=entry.case_no, text=entry.text
        )
        if told := entry_of(said, STAFF_NAMES):
            return told
    return TimelineEntry(at=entry.at, who="", name=_name(entry.kind))


def _name(kind: str) -> str:
    _, _, what = kind.partition(":")
    return STAFF_NAMES.get(what, what)


def _who(kind: str, actor: str = "") -> str:
    """By the actor's key, but what a provider reported is theirs; a kind alone says it by its source."""
    source = kind.partition(":")[0]
    return _WHO.get(source if source == "rail" or not actor else actor.partition(":")[0], "portal")


def _by_source(kinds: Sequence[str]) -> Iterator[tuple[str, Iterator[AuditKind]]]:
    ordered = sorted(kinds, key=lambda kind: (_who(kind), kind))
    for who, group in groupby(ordered, key=_who):
        yield who, (AuditKind(kind=kind, name=_name(kind)) for kind in group)


def _verdict(check: AuditCheck | None, now: datetime, actor: Actor, deps: Deps) -> AuditVerdict:
    """Of a check of all shops: the broken orders that are named are this shop's."""
    if check is None:
        return AuditVerdict(state="none")
    if check.signature not in deps.vault.digests(CHECK, check.signed_text):
        return AuditVerdict(state="unsigned")
    mine = f"o:{actor.shop_id}:"
    return AuditVerdict(
        state="broken" if check.faults else "whole",
        at=check.at,
        events=check.events,
        signed=check.signed,
        faults=len(check.faults),
        orders=tuple(chain.removeprefix(mine) for chain, _ in check.faults if chain.startswith(mine)),
        is_old=now - check.at > CHECK_AGAIN,
    )
