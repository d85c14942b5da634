"""系统状态: one row a part, each judged by one rule, with where it is mended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from portal.domain.identity.access import Actor, may
from portal.pages.values.status import DueRow, State, StatusPage, StatusRow, WorkerRow
from portal.ports import Deps
from portal.repos.signs import SeenCalls
from portal.services.jobs.read_status import InstallationStatus, read_status
from portal.services.jobs.signs import LATELY
from portal.words.jobs import JOBS

LOOK_AFTER, TROUBLE_AFTER = timedelta(minutes=2), timedelta(minutes=15)
"""That the oldest job has been due: refunds are to go out within a minute."""
HEADS_EVERY = timedelta(days=2)
"""What no signed head speaks of after two days is an alarm (docs/operate.md)."""
_MENDED_AT = {
    "queue": ("jobs", "jobs"),
    "dead_jobs": ("jobs", "jobs"),
    "refunds_failed": ("refunds", "refunds"),
    "refunds_parked": ("refunds", "refunds"),
    "rail": ("settings", "rails"),
    "inbox": ("cases", "inbox"),
    "webhooks": ("webhooks", "webhooks"),
    "connector": ("settings", "connectors"),
    "heads": ("audit", "audit"),
    "check": ("audit", "audit"),
}
"""What one must be allowed to read, and the page. Workers, mail and text messages are mended on the server."""


def status_page(*, actor: Actor, deps: Deps) -> StatusPage:
    """Seven statements. Raises Forbidden."""
    found = read_status(actor=actor, deps=deps)
    rows = tuple(_with_page(row, actor) for row in _rows(found))
    return StatusPage(
        rows=rows,
        due=tuple(_due(found)),
        workers=tuple(_workers(found)),
        version=found.version,
        overall=_overall({row.state for row in rows}),
    )


def _overall(states: set[State]) -> State:
    return "trouble" if "trouble" in states else "look" if "look" in states else "fine"


def _with_page(row: StatusRow, actor: Actor) -> StatusRow:
    thing, page = _MENDED_AT.get(row.part, ("", ""))
    return replace(row, page=page) if page and may(actor, "read", thing) else row


def _rows(found: InstallationStatus) -> Iterator[StatusRow]:
    stands = found.standing
    there = sum(worker.ago <= LATELY for worker in found.workers)
    yield StatusRow(part="workers", state="fine" if there else "trouble")
    oldest = max((kind.oldest for kind in found.due), default=timedelta(0))
    waiting = sum(kind.count for kind in found.due)
    yield StatusRow(part="queue", state=_by_age(oldest), count=waiting, minutes=oldest // timedelta(minutes=1))
    yield _counted("dead_jobs", stands.dead_jobs)
    yield _counted("refunds_failed", stands.failed_refunds)
    yield _counted("refunds_parked", stands.parked_refunds)
    yield from _rails(found)
    for name in ("mail", "sms", *(("mailbox",) if found.reads_mail else ())):
        yield _called(name, _call(found, name, 0))
    if found.reads_mail or stands.waiting_mails:
        yield replace(_counted("inbox", stands.waiting_mails), state="look" if stands.waiting_mails else "fine")
    if stands.endpoints:
        yield _counted("webhooks", stands.dead_deliveries)
    yield from _connector(found)
    yield from _audit(found)


def _by_age(oldest: timedelta) -> State:
    return "trouble" if oldest > TROUBLE_AFTER else "look" if oldest > LOOK_AFTER else "fine"


def _counted(part: str, count: int) -> StatusRow:
    return StatusRow(part=part, state="trouble" if count else "fine", count=count)


def _call(found: InstallationStatus, name: str, shop_id: int) -> SeenCalls | None:
    return next((call for call in found.calls if (call.name, call.shop_id) == (name, shop_id)), None)


def _called(part: str, call: SeenCalls | None, name: str = "") -> StatusRow:
    """Trouble where the last call failed; to be looked at where one of a day did."""
    if call is None:
        return StatusRow(part=part, name=name, state="unknown")
    is_down = call.failed_at and (call.succeeded_at is None or call.failed_at > call.succeeded_at)
    return StatusRow(
        part=part,
        name=name,
        state="trouble" if is_down else "look" if call.failures else "fine",
        failures=call.failures,
        succeeded_at=call.succeeded_at,
        failed_at=call.failed_at,
        problem=call.problem,
    )


def _rails(found: InstallationStatus) -> Iterator[StatusRow]:
    shop_id = next((rail.shop_id for rail in found.rails), 0)
    for rail in found.rails:
        yield _called("rail", _call(found, f"rail.{rail.kind}", shop_id), name=rail.kind)


def _connector(found: InstallationStatus) -> Iterator[StatusRow]:
    if kept := found.connector:
        heard = max((at for at in (kept.webhook_at, kept.compared_at, kept.backfill_ended_at) if at), default=None)
        state: State = "trouble" if kept.problem else "look" if kept.differences else "fine" if heard else "unknown"
        yield StatusRow(
            part="connector",
            name=kept.platform,
            state=state,
            count=len(kept.differences),
            succeeded_at=heard,
            failed_at=kept.problem_at if kept.problem else None,
        )


def _audit(found: InstallationStatus) -> Iterator[StatusRow]:
    stands = found.standing
    is_old = stands.head_at is not None and found.at - stands.head_at > HEADS_EVERY
    state: State = "unknown" if stands.head_at is None else "trouble" if is_old else "fine"
    yield StatusRow(part="heads", state=state, succeeded_at=stands.head_at)
    checked: State = "unknown" if stands.checked_at is None else "trouble" if stands.faults else "fine"
    yield StatusRow(part="check", state=checked, succeeded_at=stands.checked_at, count=len(stands.faults or ()) or None)


def _due(found: InstallationStatus) -> Iterator[DueRow]:
    named = [kind for kind in found.due if kind.kind in JOBS]
    for kind in sorted(named, key=lambda one: -one.oldest):
        yield DueRow(kind=kind.kind, count=kind.count, minutes=kind.oldest // timedelta(minutes=1))
    if others := [kind for kind in found.due if kind.kind not in JOBS]:
        oldest = max(kind.oldest for kind in others)
        yield DueRow(kind="", count=sum(kind.count for kind in others), minutes=oldest // timedelta(minutes=1))


def _workers(found: InstallationStatus) -> Iterator[WorkerRow]:
    for worker in found.workers:
        yield WorkerRow(
            name=worker.name,
            version=worker.version,
            is_other_version=worker.version != found.version,
            is_there=worker.ago <= LATELY,
            started_at=worker.started_at,
            seen_at=worker.seen_at,
        )
