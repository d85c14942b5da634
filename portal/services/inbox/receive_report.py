"""A mail server reports that a mail of ours did not arrive (RFC 3464): the same follows as of one that was refused at
once. Believed is what names a mail of ours by the part that nobody can guess, and nothing besides."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from typing import Any

from portal.domain.inbox.mail import ReceivedMail
from portal.domain.inbox.reports import DeliveryReport, reason_of, verdict_of
from portal.domain.messages.mail_names import SealedName
from portal.ports import Deps
from portal.repos.notices import NoticeToSend
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.inbox.mail_row import row_of
from portal.services.messages.acknowledge_declaration import name_of_acknowledgement
from portal.services.messages.deliver_notices import name_of_guest_notice, name_of_notice
from portal.services.messages.undelivered import Returned, note_acknowledgement_returned, note_returned
from portal.services.outgoing import address_digests, name_digests


def receive_report(mail: ReceivedMail, report: DeliveryReport, *, deps: Deps) -> bool:
    """Whether it tells of a mail of ours that is lost; then all that follows is written, once."""
    ours = [name for name in report.names if _is_one_of(name.seal, name_digests(name.whole_name, deps))]
    if not ours or verdict_of(report) == "none":
        return False
    with unit_of_work(deps) as work:
        return any(_note(work, name, mail, report, deps) for name in ours)


def _note(work: UnitOfWork, name: SealedName, mail: ReceivedMail, report: DeliveryReport, deps: Deps) -> bool:
    """False where what was told is no longer known: erased, or of a guest and too long ago."""
    if name.what == "declaration":
        return _note_acknowledgement(work, name, mail, report, deps)
    notice = _notice(work, name)
    if notice is None:
        return False
    if work.inbox.add(row_of(notice.shop_id, mail, deps, state="returned")) is not None:
        back = _returned(notice.kind, notice.case_no, report, is_address_known=_went_to(name, notice.mail, deps))
        is_its_own = name.what == "notice" and not name.is_elsewhere
        note_returned(work, notice, back, deps, name.number if is_its_own else None)
    return True


def _note_acknowledgement(
    work: UnitOfWork, name: SealedName, mail: ReceivedMail, report: DeliveryReport, deps: Deps
) -> bool:
    kept = work.declarations.find_by_id(name.number)
    if kept is None or name.name != name_of_acknowledgement(kept) or not kept.order:
        return False
    if work.inbox.add(row_of(kept.shop_id, mail, deps, state="returned")) is not None:
        back = _returned("declaration_received", kept.case_no, report, is_address_known=False)
        note_acknowledgement_returned(work, kept.shop_id, kept.order, back)
    return True


def _notice(work: UnitOfWork, name: SealedName) -> NoticeToSend | None:
    if name.what == "notice":
        notice = work.notices.find_to_send(name.number)
        return notice if notice and name.name == name_of_notice(name.number, notice) else None
    told: dict[str, Any] | None = work.jobs.find_payload(name.number, "guest_notice")
    guest = work.notices.to_guest(told, "mail") if told else None
    return guest if guest and name.name == name_of_guest_notice(name.number, guest) else None


def _returned(kind: str, case_no: str, report: DeliveryReport, *, is_address_known: bool) -> Returned:
    """`is_address_known`: it went where the next one would go."""
    is_nobody_there = verdict_of(report) == "address" and is_address_known
    return Returned(kind, case_no, "mail", reason_of(report), blames_address=is_nobody_there, is_reported=True)


def _went_to(name: SealedName, address: str | None, deps: Deps) -> bool:
    return bool(address) and _is_one_of(name.address, address_digests(name.whole_name, address or "", deps))


def _is_one_of(said: str, digests: Collection[str]) -> bool:
    return any(hmac.compare_digest(said, digest) for digest in digests)
