"""A message that came back: the case says so, its customer is asked to correct the contact, and what the law owes is a
task of staff, who find another way (S15)."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back: the kind of notice, from where, and the code of whoever carried it."""

    kind: str
    case_no: str
    way: Way
    code: str


def note_undelivered(
    notice: NoticeToSend, way: Way, problem: Undeliverable, deps: Deps, *, notice_id: int | None = None
) -> None:
    """Once for a notice and way. `notice_id`: None for a guest's, of which nothing is kept."""
    with unit_of_work(deps) as work:
        record = work.orders.find_for_update(notice.shop_id, notice.order_no) if notice.order_no else None
        if notice_id is not None and not work.notices.mark_refused(notice_id, way):
            return
        if notice.customer_id is not None:
            known = work.accounts.get(notice.customer_id, notice.shop_id).unreachable or {}
            gone = {**known, way: address_digest(way, notice, deps)}
            work.accounts.set_unreachable(notice.customer_id, gone)
            work.accounts.bump(notice.customer_id)
        if record is not None:
            _tell(work, record, Returned(notice.kind, notice.case_no, way, problem.reason))


def note_acknowledgement_undelivered(*, shop_id: int, order_no: str, returned: Returned, deps: Deps) -> None:
    """Of a declaration, which no account gets."""
    with unit_of_work(deps) as work:
        if (record := work.orders.find_for_update(shop_id, order_no)) is not None:
            _tell(work, record, returned)


def note_delivered(work: UnitOfWork, notice: NoticeToSend, way: Way) -> None:
    """What was sent to an address that something came back from once: it is good again."""
    if notice.customer_id is not None and way in (gone := notice.unreachable or {}):
        work.accounts.set_unreachable(notice.customer_id, {one: said for one, said in gone.items() if one != way})
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
