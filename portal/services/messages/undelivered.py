"""A message that came back: the case says so, its customer is asked to correct the contact, and what the law owes is a
task of staff, who find another way (S15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.errors import Undeliverable
from portal.domain.identity.access import system
from portal.domain.messages.notice_choice import OWED_BY_LAW, Way
from portal.domain.records.events import NewEvent
from portal.domain.typed import folded_mail
from portal.ports import Deps
from portal.repos.notices import NoticeToSend
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.notify_staff import notify_staff

TASK = "notice_undelivered"
REPORTED = "mail_reported_at"
"""Beside the digest of an address: that a server has reported of it, and when last."""
REPORTS_COME_WITHIN = timedelta(days=7)
"""Servers try for up to five days (RFC 5321, 4.5.4.1)."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back: the kind of notice, from where, and the code of whoever carried it. `blames_address`: nobody is
    there, which another mail would find as well. `is_reported`: by mail, after it was taken (RFC 3464)."""

    kind: str
    case_no: str
    way: Way
    code: str
    blames_address: bool = True
    is_reported: bool = False


def note_undelivered(
    notice: NoticeToSend, way: Way, problem: Undeliverable, deps: Deps, *, notice_id: int | None = None
) -> None:
    """Once for a notice and way. `notice_id`: None for a guest's, of which nothing is kept."""
    with unit_of_work(deps) as work:
        note_returned(work, notice, Returned(notice.kind, notice.case_no, way, problem.reason), deps, notice_id)


def note_undelivered_elsewhere(notice: NoticeToSend, problem: Undeliverable, deps: Deps) -> None:
    """At an address that somebody else named than its customer."""
    with unit_of_work(deps) as work:
        returned = Returned(notice.kind, notice.case_no, "mail", problem.reason, blames_address=False)
        note_returned(work, notice, returned, deps)


def note_returned(
    work: UnitOfWork, notice: NoticeToSend, returned: Returned, deps: Deps, notice_id: int | None = None
) -> None:
    """In the caller's transaction, which holds no lock yet. `notice_id` as of `note_undelivered`."""
    record = work.orders.find_for_update(notice.shop_id, notice.order_no) if notice.order_no else None
    if notice_id is not None and not work.notices.mark_refused(notice_id, returned.way):
        return
    if notice.customer_id is not None:
        if returned.blames_address:
            _note_unreachable(work, notice.customer_id, notice, returned, deps)
        work.accounts.bump(notice.customer_id)
    if record is not None:
        _tell(work, record, returned)


def _note_unreachable(work: UnitOfWork, customer_id: int, notice: NoticeToSend, returned: Returned, deps: Deps) -> None:
    known = work.accounts.get(customer_id, notice.shop_id).unreachable or {}
    gone = {**known, returned.way: address_digest(returned.way, notice, deps)}
    if returned.is_reported:
        gone[REPORTED] = work.now.isoformat()
    work.accounts.set_unreachable(customer_id, gone)


def note_acknowledgement_undelivered(*, shop_id: int, order_no: str, returned: Returned, deps: Deps) -> None:
    """Of a declaration, which no account gets."""
    with unit_of_work(deps) as work:
        note_acknowledgement_returned(work, shop_id, order_no, returned)


def note_acknowledgement_returned(work: UnitOfWork, shop_id: int, order_no: str, returned: Returned) -> None:
    """In the caller's transaction, which holds no lock yet."""
    if (record := work.orders.find_for_update(shop_id, order_no)) is not None:
        _tell(work, record, returned)


def note_delivered(work: UnitOfWork, notice: NoticeToSend, way: Way) -> None:
    """What was sent to an address that something came back from once: it is good again. That a server took a mail says
    nothing of an address from which a server reported back later, until no report has come for a while."""
    if notice.customer_id is None or way not in (gone := notice.unreachable or {}):
        return
    if way == "mail" and (at := gone.get(REPORTED)) and work.now - datetime.fromisoformat(at) < REPORTS_COME_WITHIN:
        return
    dropped = (way, REPORTED) if way == "mail" else (way,)
    work.accounts.set_unreachable(notice.customer_id, {one: said for one, said in gone.items() if one not in dropped})
    work.accounts.bump(notice.customer_id)


def is_unreachable(way: Way, address: str | None, unreachable: dict[str, str] | None, deps: Deps) -> bool:
    """Whether the last message to this very address came back; another address is another matter."""
    kept = (unreachable or {}).get(way, "")
    return bool(kept and address) and kept in deps.vault.digests("unreachable", f"{way}:{_folded(way, address or '')}")


def address_digest(way: Way, notice: NoticeToSend, deps: Deps) -> str:
    address = (notice.mail if way == "mail" else notice.phone) or ""
    return deps.vault.digest("unreachable", f"{way}:{_folded(way, address)}")


def _folded(way: Way, address: str) -> str:
    return folded_mail(address) if way == "mail" else address


def _tell(work: UnitOfWork, record: OrderRecord, returned: Returned) -> None:
    told = {"notice": returned.kind, "way": returned.way, "reason": returned.code}
    actor, case_no = system(record.shop_id), returned.case_no
    work.events.append(record, actor, NewEvent(kind="system:notice:undelivered", case_no=case_no or None, data=told))
    if returned.kind not in OWED_BY_LAW:
        return
    ids = {"order_id": record.id} | ({"case_id": work.cases.get(case_no, actor).id} if case_no else {})
    key = f"{TASK}:{record.id}:{case_no}:{returned.kind}:{returned.way}"
    if work.tasks.reopen(record.shop_id, TASK, dedup_key=key[:120], detail={"code": returned.kind}, **ids):
        notify_staff(work, TASK, record, case_no, turn=record.events_count)
