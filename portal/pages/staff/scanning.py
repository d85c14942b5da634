"""扫码: the parcel that a scanned number can only be, those that it may be, or what can be done where it is none."""

from __future__ import annotations

from portal.domain.cases.case import Case
from portal.domain.identity.access import Actor, may
from portal.domain.returning.scanning import readings_of, scanned
from portal.pages.values.warehouse import ScanHit, ScanPage
from portal.ports import Deps
from portal.repos.scanning import ScannedCase
from portal.repos.unit_of_work import UnitOfWork, reading

_WAITING = ("approved", "awaiting_return", "in_transit", "sending_back")


def scan_page(*, q: str, done: str, actor: Actor, deps: Deps) -> ScanPage:
    """`done`: the case of the parcel before. One query, two where nothing is found, none where nothing was read."""
    read = scanned(q)
    with reading(deps) as work:
        before = _before(work, done, actor)
        if not read:
            return before
        found = work.scanning.cases(actor, readings_of(read))
        order_no = "" if found else work.scanning.order_no(actor, readings_of(read))
    hits = tuple(_hit(one) for one in found)
    waiting = [hit.case_no for hit in hits if hit.is_waiting]
    only = waiting if waiting else [hit.case_no for hit in hits]
    return ScanPage(
        read=read,
        opens=only[0] if len(only) == 1 else "",
        hits=hits,
        order_no=order_no,
        may_see_orders=may(actor, "read", "orders"),
    )


def _before(work: UnitOfWork, done: str, actor: Actor) -> ScanPage:
    found = work.scanning.cases(actor, readings_of(scanned(done))) if done else []
    cases = [one.case for one in found if one.case.case_no == done]
    if not cases:
        return ScanPage()
    return ScanPage(done=done, may_inspect=cases[0].is_to_be_inspected and may(actor, "write", "inspect"))


def _hit(found: ScannedCase) -> ScanHit:
    case = found.case
    there = case.parcel.there if case.parcel else None
    return ScanHit(
        case_no=case.case_no,
        order_no=case.order_no,
        return_no=case.return_no,
        kind=case.kind,
        state=case.state,
        label=case.label,
        tracking_no=there.tracking_no if there else "",
        title=found.title,
        units=case.plan.count,
        is_waiting=is_waiting(case),
    )


def is_waiting(case: Case) -> bool:
    """The warehouse has something to do about its parcel."""
    is_to_be_sent = case.state == "replacing" and not case.is_replacement_sent
    return case.is_hold or case.is_to_be_inspected or is_to_be_sent or (case.is_open and case.state in _WAITING)
