"""Goods that go to the customer again: the shop's parcel, and what became of it at the door.

Two ways lead here: an application withdrawn while its goods were under way, and goods that were not accepted. Nothing
is closed before the parcel has arrived (TRAPS T25): units stay claimed until they are in the customer's hands.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from portal.domain.cases import steps
from portal.domain.cases.case import Case, ParcelBack
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.orders import effects
from portal.domain.results import ParcelBackEntered, ParcelHandedOver
from portal.domain.returning.inspection import accepted_of, rejected_of
from portal.domain.sent import RequestKey
from portal.domain.typed import plain
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.exchanging.begin_exchange import begin_exchange
from portal.services.fees.fee_steps import settle_at_door

TASK = "goods_to_send_back"
_CARRIER = re.compile(r"[^\s\x00-\x1f][^\x00-\x1f]{0,39}\Z")
_TRACKING_NO = re.compile(r"[A-Za-z0-9-]{4,40}\Z", re.ASCII)


def send_goods_back(
    *, case_no: str, carrier: str, tracking_no: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> ParcelBackEntered:
    """The parcel has left; sent again it is another one.

    Errors: NotFound, Forbidden, Conflict (nothing is to be sent), Invalid (carrier, tracking_no), Reused.
    """
    carrier, tracking_no = checked_parcel(carrier, tracking_no)
    with unit_of_work(deps) as work:
        asked = fingerprint(["send_goods_back", case_no, carrier, tracking_no])
        if done := work.requests.claim(actor, request_id, asked, ParcelBackEntered):
            return done
        act = _locked(work, case_no, actor, deps)
        if not act.case.may("sent"):
            raise Conflict("decided", at=act.case.closed_at)
        back = ParcelBack(carrier=carrier, tracking_no=tracking_no, sent_at=act.now, by=actor.key)
        act.save(steps.sent_back(act.case, back, at=act.now))
        act.happened("parcel:sent_back", carrier=carrier, tracking_no=tracking_no)
        act.notify_customer("goods_sent_back", carrier=act.settings.carrier_words(carrier), tracking_no=tracking_no)
        return work.requests.finish(actor, request_id, ParcelBackEntered(case_no=case_no))


def delivered_to_customer(
    *, case_no: str, accepted: bool, actor: Actor, request_id: RequestKey, deps: Deps
) -> ParcelHandedOver:
    """What became of the parcel at the customer's door.

    Taken: the case ends, its units are free. Refused: a withdrawal has failed, the goods come to the shop again and the
    application goes on; goods that were not accepted are to be sent once more.
    Errors: NotFound, Forbidden, Conflict (no parcel is on its way), Reused.
    """
    with unit_of_work(deps) as work:
        asked = fingerprint(["goods_handed_over", case_no, accepted])
        if done := work.requests.claim(actor, request_id, asked, ParcelHandedOver):
            return done
        hand_over(_locked(work, case_no, actor, deps), accepted=accepted)
        return work.requests.finish(actor, request_id, ParcelHandedOver(case_no=case_no, accepted=accepted))


def hand_over(act: CaseAct, *, accepted: bool) -> None:
    """The step itself, for whoever holds the locks. Raises Conflict where no parcel is on its way."""
    if act.case.state != "sending_back" or not (act.case.parcel and act.case.parcel.back):
        raise Conflict("decided", at=act.case.closed_at)
    settle_at_door(act, is_taken=accepted)
    why = reason_for_return(act.case)
    if accepted:
        _handed_over(act, why)
    elif why == "withdrawal":
        _comes_again(act)
    else:
        _refused(act)


def begin_sending_back(act: CaseAct, after: Case) -> None:
    """The step into `sending_back`; staff see that a parcel is to be sent."""
    act.save(after)
    _ask_staff_to_send(act)


def _ask_staff_to_send(act: CaseAct) -> None:
    """Somebody has to send a parcel; once a version of the case."""
    act.open_task(TASK, key=f"{act.case_no}:{act.case.version}")
    act.notify_staff(TASK)


def reason_for_return(case: Case) -> Literal["withdrawal", "rejected"]:
    """Goods that were looked at go back because they were not accepted, others because of a withdrawal."""
    return "rejected" if case.inspection else "withdrawal"


def checked_parcel(carrier: str, tracking_no: str) -> tuple[str, str]:
    """As they are stored: blanks in a number are typed for reading only, full-width letters by a keyboard.

    Raises Invalid.
    """
    carrier, tracking_no = carrier.strip(), plain(tracking_no).replace(" ", "")
    problems = []
    if not _CARRIER.match(carrier):
        problems.append(("carrier", "required" if not carrier else "characters"))
    if not _TRACKING_NO.match(tracking_no):
        problems.append(("tracking_no", "required" if not tracking_no else "tracking_no"))
    if problems:
        raise Invalid(tuple(problems))
    return carrier, tracking_no


def _locked(work: UnitOfWork, case_no: str, actor: Actor, deps: Deps) -> CaseAct:
    if not may(actor, "write", "receive"):
        raise Forbidden("receive")
    return lock_case(work, case_no, actor, deps)


def _handed_over(act: CaseAct, why: Literal["withdrawal", "rejected"]) -> None:
    """The goods are with the customer. Withdrawn: the order is as it was. Not accepted: what was is paid or being paid,
    what was not is free to be applied for."""
    is_paying = why == "rejected" and act.work.refunds.are_open(act.case.id)
    after = steps.handed_over(act.case, at=act.now, is_paying=is_paying)
    free = rejected_of(act.case) if why == "rejected" else act.case.units
    act.save_order(effects.released(act.order, free))
    _close_task(act)
    act.happened("parcel:handed_over")
    if after.state == "replacing":
        begin_exchange(act, keep_accepted(act, after), accepted_of(after))
        return
    act.save(after)
    act.work.cases.release(act.case)
    if why == "withdrawal":
        act.happened("case:withdrawn", code=act.case.outcome.withdrawn_for or "other")
        act.notify_customer("application_withdrawn")


def keep_accepted(act: CaseAct, after: Case) -> Case:
    """`after` claims what was accepted alone: an exchange goes on with it."""
    return replace(after, units=act.work.cases.keep(act.case, accepted_of(after)).units)


def _comes_again(act: CaseAct) -> None:
    """Refused at the door: the same parcel is on its way to the shop, and the application goes on (WORDS 7)."""
    act.save(steps.comes_again(act.case, at=act.now))
    _close_task(act)
    act.happened("parcel:refused_at_door")
    act.notify_customer("goods_come_again")


def _refused(act: CaseAct) -> None:
    """Staff have the goods on their hands again: they agree on another delivery with the customer."""
    act.save(steps.to_send_once_more(act.case))
    act.happened("parcel:refused_at_door")
    _ask_staff_to_send(act)


def _close_task(act: CaseAct) -> None:
    act.work.tasks.close_of_case(act.case.id, TASK)
