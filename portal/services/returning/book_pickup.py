"""预约上门取件: a courier is booked, another time is chosen, or the booking is called off (P16).

The booking is stored under its number and a job takes it to the carrier: a crash neither doubles nor loses it.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Invalid, NotFound, ProviderUnavailable
from portal.domain.identity.access import Actor
from portal.domain.returning.pickup import (
    PickupOffer,
    Sender,
    Slot,
    can_book,
    payer_of,
    pickup_no,
    shown_pickup,
)
from portal.domain.returning.pickup_results import PickupBooked, PickupCalledOff
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.pickups import NewPickup
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.returning.call_off_pickup import call_off_pickup
from portal.services.returning.pickup_offer import ask_for_offer, offers_pickup, pickup_terms


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupWish:
    """`slot`: the code of one on offer. `shown`: what the page carried; scripts (None) have not been shown anything."""

    slot: str
    sender: Sender
    shown: str | None = None


def book_pickup(*, case_no: str, wish: PickupWish, actor: Actor, request_id: RequestKey, deps: Deps) -> PickupBooked:
    """Instead of one that was booked before, which is called off.

    Errors: NotFound (also where the shop does not offer it), Conflict("pickup_fixed": nothing is to be fetched, or the
    courier is on the way; or not as shown), Invalid (slot), ProviderUnavailable (the carrier), Reused.
    """
    offer = _offer_of(case_no, actor, deps)
    with unit_of_work(deps) as work:
        asked = fingerprint(["pickup", case_no, wish.slot, wish.sender])
        if done := work.requests.claim(actor, request_id, asked, PickupBooked):
            return done
        act = lock_case(work, case_no, actor, deps)
        if not offers_pickup(act.settings, deps):
            raise NotFound("pickup")
        if not can_book(act.case, work.pickups.newest_of(act.case.id), act.now):
            raise Conflict("pickup_fixed", at=act.case.closed_at)
        slot = _book(act, _checked(act, wish, offer), wish, offer)
        return work.requests.finish(actor, request_id, PickupBooked(case_no=case_no, start=slot.start, end=slot.end))


def cancel_pickup(*, case_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> PickupCalledOff:
    """The customer sends the goods another way. Errors: NotFound, Conflict("pickup_fixed"), Reused."""
    with unit_of_work(deps) as work:
        asked = fingerprint(["pickup_off", case_no])
        if done := work.requests.claim(actor, request_id, asked, PickupCalledOff):
            return done
        act = lock_case(work, case_no, actor, deps)
        before = work.pickups.newest_of(act.case.id)
        if before is None or not before.may_change(act.now) or not call_off_pickup(act):
            raise Conflict("pickup_fixed", at=act.case.closed_at)
        return work.requests.finish(actor, request_id, PickupCalledOff(case_no=case_no))


def _offer_of(case_no: str, actor: Actor, deps: Deps) -> PickupOffer | ProviderUnavailable | None:
    """Asked before anything is locked. What went wrong is raised only for a booking that was not made before."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        act = CaseAct(work, work.orders.get(case.order_no, actor), case, actor, deps)
        terms = pickup_terms(act) if offers_pickup(act.settings, deps) else None
    try:
        return ask_for_offer(terms, deps) if terms else None
    except ProviderUnavailable as problem:
        return problem


def _checked(act: CaseAct, wish: PickupWish, offer: PickupOffer | ProviderUnavailable | None) -> Slot:
    """The chosen time, while it is on offer for what was shown."""
    if not isinstance(offer, PickupOffer):
        raise offer or NotFound("pickup")
    found = next((slot for slot in offer.slots if slot.code == wish.slot), None)
    if found is None:
        raise Invalid((("slot", "required" if not wish.slot else "not_offered"),))
    if wish.shown is not None and wish.shown != shown_pickup(offer, payer_of(act.case)):
        raise Conflict()
    return found


def _book(act: CaseAct, slot: Slot, wish: PickupWish, offer: PickupOffer | ProviderUnavailable | None) -> Slot:
    assert isinstance(offer, PickupOffer)
    call_off_pickup(act)
    number = pickup_no(act.case_no, act.work.pickups.count_of(act.case.id) + 1)
    carrier = act.settings.pickup.carrier
    act.work.pickups.add(
        NewPickup(
            number=number,
            shop_id=act.record.shop_id,
            order_id=act.record.id,
            case_id=act.case.id,
            carrier=carrier,
            slot=slot,
            payer=payer_of(act.case),
            price=offer.price,
            sender=wish.sender,
        )
    )
    act.work.jobs.enqueue("pickup", {"pickup": number}, dedup_key=f"pickup:{number}")
    act.happened("pickup:asked", pickup=number, carrier=carrier, until=slot.start.isoformat())
    return slot
