"""Takes a booking to its carrier and records what the carrier says: claim, commit, call, record (TRAPS T13).

Nothing is concluded from a call that failed: the number is asked about, or booked, again, and sends one courier. What
was called off while it was being booked is called off once more when the carrier turns out to have it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from portal.domain.cases import steps
from portal.domain.cases.case import ParcelThere
from portal.domain.errors import ProviderUnavailable
from portal.domain.identity.access import system
from portal.domain.returning.pickup import STILL_OWED, Pickup, more_time, next_check
from portal.ports import Deps, PickupAnswer, PickupAsk
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import CaseAct
from portal.services.fees.fee_steps import drop_pickup_fee
from portal.services.refunds.record_answer import NextTry
from portal.services.returning.call_off_pickup import call_off_pickup
from portal.services.returning.refund_at_handover import refund_at_handover
from portal.services.returning.refund_clock import refund_clock

UNWANTED = "pickup_after_all"
"""The task of goods that a courier took though the application had ended."""
_SOON = timedelta(minutes=1)
_GIVEN_UP_AFTER = timedelta(days=1)
Call = Literal["book", "find", "cancel"]


def settle_pickup(*, number: str, deps: Deps) -> NextTry:
    """One round for one booking; safe to repeat at any point. Raises ProviderUnavailable: asked again later."""
    claimed = _claim(number, deps)
    if isinstance(claimed, NextTry):
        return claimed
    return _record(number, _ask_carrier(*claimed, deps), deps)


def _locked(work: UnitOfWork, number: str, deps: Deps) -> tuple[CaseAct, Pickup]:
    """The order, the case, then the booking (law 5). The system acts, on what the carrier says."""
    ids = work.pickups.case_of(number)
    record = work.orders.get_by_id_for_update(ids.order_id)
    case = work.cases.get_by_id_for_update(ids.case_id)
    return CaseAct(work, record, case, system(record.shop_id), deps), work.pickups.get_for_update(number)


def _claim(number: str, deps: Deps) -> NextTry | tuple[Call, PickupAsk, bool]:
    """What to call, committed before it is called. True: it may have been booked before."""
    with unit_of_work(deps) as work:
        act, pickup = _locked(work, number, deps)
        if pickup.state in ("refused", "missed", "picked_up"):
            return NextTry(None)
        if pickup.state in ("cancelling", "cancelled"):
            return _calling_off(act, pickup)
        if pickup.state == "requested" and act.now >= pickup.slot.cancel_by:
            _give_up(act, pickup)
            return NextTry(act.now)
        if pickup.state == "requested":
            work.pickups.called(pickup)
        return "book" if pickup.state == "requested" else "find", _ask(act, pickup), pickup.calls > 0


def _calling_off(act: CaseAct, pickup: Pickup) -> NextTry | tuple[Call, PickupAsk, bool]:
    """Where nobody was ever called there is nothing to call off, and nobody will be."""
    if pickup.calls:
        return "cancel", _ask(act, pickup), True
    if pickup.state == "cancelling":
        act.work.pickups.step(pickup, "cancelled")
    return NextTry(None)


def _ask(act: CaseAct, pickup: Pickup) -> PickupAsk:
    return PickupAsk(
        number=pickup.number,
        carrier=pickup.carrier,
        slot=pickup.slot,
        payer=pickup.payer,
        price=pickup.price,
        sender=pickup.sender,
        to=act.settings.return_address,
        return_no=act.case.return_no,
    )


def _ask_carrier(call: Call, ask: PickupAsk, was_called: bool, deps: Deps) -> PickupAnswer:
    """Between transactions. What may have been booked is looked up first."""
    couriers = deps.couriers
    if couriers is None:
        raise ProviderUnavailable("couriers", "none is set up")
    if call == "cancel":
        return couriers.cancel(ask.number)
    if call == "find" or was_called:
        found = couriers.find(ask.number)
        if call == "find" or found.outcome != "unknown_number":
            return found
    return couriers.book(ask)


def _record(number: str, answer: PickupAnswer, deps: Deps) -> NextTry:
    with unit_of_work(deps) as work:
        act, pickup = _locked(work, number, deps)
        if pickup.state == "picked_up":
            return NextTry(None)
        if answer.outcome == "picked_up":
            return _picked_up(act, pickup, answer)
        if pickup.state in ("cancelling", "cancelled"):
            return _called_off(act, pickup, answer)
        if answer.outcome in ("refused", "missed", "cancelled"):
            return _came_to_nothing(act, pickup, answer)
        return _waiting(act, pickup, answer)


def _waiting(act: CaseAct, pickup: Pickup, answer: PickupAnswer) -> NextTry:
    """Booked, and asked about again from the time on at which the courier comes."""
    if answer.outcome == "unknown_number" and pickup.state == "requested":
        return NextTry(act.now + _SOON, "the carrier does not know it")
    if act.now > pickup.slot.end + _GIVEN_UP_AFTER:
        _give_up(act, pickup)
        return NextTry(act.now)
    if pickup.state == "requested":
        act.work.pickups.step(pickup, "book")
        act.happened("pickup:booked", **pickup.facts())
        act.notify_customer(
            "pickup_booked",
            return_no=act.case.return_no,
            carrier=act.settings.carrier_words(pickup.carrier),
            slot_from=pickup.slot.start,
            slot_until=pickup.slot.end,
            charge=pickup.charge if pickup.charge else None,
        )
    return NextTry(next_check(pickup.slot, act.now))


def _picked_up(act: CaseAct, pickup: Pickup, answer: PickupAnswer) -> NextTry:
    """The carrier has the goods: its parcel is the one that comes back, whatever was asked for meanwhile."""
    tracking_no = answer.tracking_no[:40] or pickup.number
    act.work.pickups.step(pickup, "collect", tracking_no=tracking_no)
    drop_pickup_fee(act)
    if act.case.may("ship_back"):
        _send(act, pickup, tracking_no, answer.at or act.now)
    elif not act.case.is_open or act.case.state == "sending_back":
        act.open_task(UNWANTED, key=pickup.number, detail={"tracking_no": tracking_no})
        act.notify_staff(UNWANTED)
    return NextTry(None)


def _send(act: CaseAct, pickup: Pickup, tracking_no: str, at: datetime) -> None:
    there = ParcelThere(carrier=pickup.carrier, tracking_no=tracking_no, sent_at=at, by=act.actor.key)
    act.save(steps.sent(act.case, there, refund_clock(act, sent_proof_at=at), at=act.now))
    call_off_pickup(act)
    act.happened("parcel:picked_up", carrier=pickup.carrier, tracking_no=tracking_no)
    words = act.settings.carrier_words(pickup.carrier)
    act.notify_customer("goods_picked_up", carrier=words, tracking_no=tracking_no)
    refund_at_handover(act)


def _called_off(act: CaseAct, pickup: Pickup, answer: PickupAnswer) -> NextTry:
    if answer.outcome == "booked":
        if pickup.state == "cancelled":
            act.work.pickups.step(pickup, "cancel")
            return NextTry(act.now)
        return NextTry(act.now + _SOON, "the carrier still has it")
    if pickup.state == "cancelling":
        act.work.pickups.step(pickup, "cancelled")
    return NextTry(None)


def _came_to_nothing(act: CaseAct, pickup: Pickup, answer: PickupAnswer) -> NextTry:
    event = "refuse" if answer.outcome == "refused" and pickup.state == "requested" else "miss"
    act.work.pickups.step(pickup, event, reason=answer.reason[:200])
    drop_pickup_fee(act)
    _tell(act, pickup)
    return NextTry(None)


def _give_up(act: CaseAct, pickup: Pickup) -> None:
    """Nobody has said in time that a courier comes, or has come: it is called off, should one still be on the way."""
    call_off_pickup(act)
    _tell(act, pickup)


def _tell(act: CaseAct, pickup: Pickup) -> None:
    """The customer sends the goods another way, and is not late for it."""
    act.happened("pickup:failed", **pickup.facts())
    if act.case.state != "awaiting_return":
        return
    act.save(more_time(act.case, until=act.now + STILL_OWED))
    act.notify_customer("pickup_failed", deadline=act.case.due_at)
