"""Goods that go to the customer again: the shop's parcel, and what became of it at the door.

Two ways lead here: an application withdrawn while its goods were under way, and goods that were not accepted. Nothing
is closed before the parcel has arrived (TRAPS T25): units stay claimed until they are in the customer's hands.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from portal.domain.cases.life_cycle import may_step
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.orders import effects
from portal.domain.records.events import Event
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.fees.fee_steps import settle_at_door
from portal.services.notify import tell
from portal.services.notify_staff import tell_staff

TASK = "goods_to_send_back"
_CARRIER = re.compile(r"[^\s\x00-\x1f][^\x00-\x1f]{0,39}\Z")
_TRACKING_NO = re.compile(r"[A-Za-z0-9-]{4,40}\Z", re.ASCII)


def send_goods_back(*, case_no: str, carrier: str, tracking_no: str, actor: Actor, request_id: str, deps: Deps) -> str:
    """The parcel has left; sent again it is another one. Returns `case:<no>`.

    Errors: NotFound, Forbidden, Conflict (nothing is to be sent), Invalid (carrier, tracking_no), Reused.
    """
    carrier, tracking_no = checked_parcel(carrier, tracking_no)
    with unit_of_work(deps) as work:
        asked = fingerprint(["send_goods_back", case_no, carrier, tracking_no])
        if done := work.requests.claim(actor, request_id, asked):
            return done
        record, case = _locked(work, case_no, actor)
        if not may_step(case.row["kind"], case.state, "sent"):
            raise Conflict("decided", at=case.row["closed_at"])
        back = {"carrier": carrier, "tracking_no": tracking_no, "sent_at": work.now.isoformat(), "by": actor.key}
        work.cases.step(case, "sent", parcel=_parcel(case) | {"back": back})
        data = {"carrier": carrier, "tracking_no": tracking_no}
        event = Event(kind=f"{event_source(actor)}:parcel:sent_back", data=data, case_no=case_no)
        work.events.append(record, actor, event)
        called = work.shops.settings_of(record.shop_id).carrier_name(carrier)
        params = {"order_no": record.order.no, "case_no": case_no, "carrier": called, "tracking_no": tracking_no}
        tell(work, record, case_no, "goods_sent_back", params)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def goods_handed_over(*, case_no: str, accepted: bool, actor: Actor, request_id: str, deps: Deps) -> str:
    """What became of the parcel at the customer's door. Returns `case:<no>`.

    Taken: the case ends, its units are free. Refused: a withdrawal has failed, the goods come to the shop again and the
    application goes on; goods that were not accepted are to be sent once more.
    Errors: NotFound, Forbidden, Conflict (no parcel is on its way), Reused.
    """
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["goods_handed_over", case_no, accepted])):
            return done
        record, case = _locked(work, case_no, actor)
        if case.state != "sending_back" or "back" not in _parcel(case):
            raise Conflict("decided", at=case.row["closed_at"])
        settle_at_door(work, record, case, actor, is_taken=accepted)
        match why_back(case), accepted:
            case "withdrawal", True:
                _withdrawn(work, record, case, actor)
            case "withdrawal", False:
                _comes_again(work, record, case, actor)
            case "rejected", True:
                _returned(work, record, case, actor)
            case _:
                _refused(work, record, case, actor)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def begin_sending_back(work: UnitOfWork, record: OrderRecord, case: CaseRecord, event: str, **values: Any) -> None:
    """The step into `sending_back`, by `turn_back` or `send_back`; staff see that a parcel is to be sent."""
    times = {"deadline_at": None, "deadline_kind": None, "escalated_at": None}
    work.cases.step(case, event, **(times | values))
    open_task(work, record, case)


def open_task(work: UnitOfWork, record: OrderRecord, case: CaseRecord) -> None:
    """Somebody has to send a parcel; once a version of the case."""
    ids = {"order_id": record.id, "case_id": case.id}
    key = f"{TASK}:{case.case_no}:{case.row['version']}"
    work.tasks.open(record.shop_id, TASK, dedup_key=key, detail={}, **ids)
    tell_staff(work, TASK, record, case.case_no)


def why_back(case: CaseRecord) -> Literal["withdrawal", "rejected"]:
    """Goods that were looked at go back because they were not accepted, others because of a withdrawal."""
    return "rejected" if case.row["inspection"] else "withdrawal"


def checked_parcel(carrier: str, tracking_no: str) -> tuple[str, str]:
    """As they are stored: blanks in a number are typed for reading only. Raises Invalid."""
    carrier, tracking_no = carrier.strip(), re.sub(r"\s", "", tracking_no)
    problems = []
    if not _CARRIER.match(carrier):
        problems.append(("carrier", "required" if not carrier else "characters"))
    if not _TRACKING_NO.match(tracking_no):
        problems.append(("tracking_no", "required" if not tracking_no else "tracking_no"))
    if problems:
        raise Invalid(tuple(problems))
    return carrier, tracking_no


def _locked(work: UnitOfWork, case_no: str, actor: Actor) -> tuple[OrderRecord, CaseRecord]:
    if not may(actor, "write", "receive"):
        raise Forbidden("receive")
    record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
    return record, work.cases.get_for_update(case_no, actor)


def _parcel(case: CaseRecord) -> dict[str, Any]:
    return dict(case.row["parcel"] or {})


def _withdrawn(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor) -> None:
    """The goods are with the customer: only now is the application withdrawn and the order as it was."""
    _end(work, record, case, "back_withdrawn", actor)
    code = case.row["outcome"].get("withdrawn_for", "other")
    event = Event(kind=f"{event_source(actor)}:case:withdrawn", data={"code": code}, case_no=case.case_no)
    work.events.append(record, actor, event)
    params = {"order_no": record.order.no, "case_no": case.case_no}
    tell(work, record, case.case_no, "application_withdrawn", params)


def _comes_again(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor) -> None:
    """Refused at the door: the same parcel is on its way to the shop, and the application goes on (WORDS 7)."""
    parcel = _parcel(case)
    back = parcel.pop("back")
    there = parcel.get("there", {}) | {name: back[name] for name in ("carrier", "tracking_no")}
    of_withdrawal = ("withdrawn_for", "consent", "closed_by")
    outcome = {key: value for key, value in case.row["outcome"].items() if key not in of_withdrawal}
    work.cases.step(case, "refused_at_door", parcel=parcel | {"there": there}, outcome=outcome)
    _close_task(work, case)
    event = Event(kind=f"{event_source(actor)}:parcel:refused_at_door", case_no=case.case_no)
    work.events.append(record, actor, event)
    params = {"order_no": record.order.no, "case_no": case.case_no}
    tell(work, record, case.case_no, "goods_come_again", params)


def _returned(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor) -> None:
    """What was accepted is paid or being paid; what was not is with the customer again, free to be applied for."""
    if not case.row["inspection"]["accepted"]:
        step = "back_rejected"
    else:
        step = "back_paying" if work.refunds.are_open(case.id) else "back_completed"
    _end(work, record, case, step, actor)


def _refused(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor) -> None:
    """Staff have the goods on their hands again: they agree on another delivery with the customer."""
    parcel = _parcel(case)
    parcel.pop("back")
    work.cases.note(case, parcel=parcel, version=case.row["version"] + 1)
    event = Event(kind=f"{event_source(actor)}:parcel:refused_at_door", case_no=case.case_no)
    work.events.append(record, actor, event)
    open_task(work, record, case)


def _end(work: UnitOfWork, record: OrderRecord, case: CaseRecord, step: str, actor: Actor) -> None:
    back = _parcel(case)["back"] | {"delivered_at": work.now.isoformat()}
    work.cases.step(case, step, parcel=_parcel(case) | {"back": back})
    work.cases.release(case)
    work.orders.save(record, effects.released(record.order, case.units))
    _close_task(work, case)
    event = Event(kind=f"{event_source(actor)}:parcel:handed_over", case_no=case.case_no)
    work.events.append(record, actor, event)


def _close_task(work: UnitOfWork, case: CaseRecord) -> None:
    work.tasks.close_of_case(case.id, TASK)
