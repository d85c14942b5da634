"""上门取件 (P16): on the page of the case, and the page on which a time is chosen."""

from __future__ import annotations

from typing import Any

from portal.domain.errors import Conflict, NotFound, ProviderUnavailable
from portal.domain.identity.access import Actor
from portal.domain.money import Money
from portal.domain.returning.pickup import Pickup, can_book, charge_of, payer_of, shown_pickup
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.order_facts import recipient_of
from portal.pages.parts.zone import zone_of
from portal.pages.values.pickup import PickupPage, PickupView
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct
from portal.services.returning.pickup_offer import PickupTerms, ask_for_offer, offers_pickup, pickup_terms


def pickup_view(act: CaseAct) -> PickupView | None:
    """While goods are to be sent back to a shop that offers it; None, and no query, else."""
    case = act.case
    if case.state != "awaiting_return" or not (case.return_no and offers_pickup(act.settings, act.deps)):
        return None
    return _view(act, act.work.pickups.newest_of(case.id))


def pickup_page(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> PickupPage:
    """Asks the carrier, once nothing is read any more. Raises NotFound, Conflict("pickup_fixed")."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        act = CaseAct(work, work.orders.get(case.order_no, actor), case, actor, deps, settings=settings)
        if not offers_pickup(settings, deps):
            raise NotFound("pickup")
        found = work.pickups.newest_of(case.id)
        if not can_book(case, found, act.now):
            raise Conflict("pickup_fixed", at=case.closed_at)
        now, terms = _view(act, found), pickup_terms(act)
        known = _sender(act, found)
    return PickupPage(
        case_no=case_no,
        order_no=case.order_no,
        now=now,
        send_by=case.due_at,
        zone=zone_of(act.order),
        **known,
        **_offered(terms, act, deps),
    )


def _offered(terms: PickupTerms, act: CaseAct, deps: Deps) -> dict[str, Any]:
    try:
        offer = ask_for_offer(terms, deps)
    except ProviderUnavailable:
        return {"is_reachable": False}
    payer = payer_of(act.case)
    return {
        "is_reachable": True,
        "slots": offer.slots,
        "charge": _something(charge_of(offer.price, payer)),
        "price": offer.price,
        "shown": shown_pickup(offer, payer),
    }


def _view(act: CaseAct, found: Pickup | None) -> PickupView:
    may_book = can_book(act.case, found, act.now)
    if found is None:
        return PickupView(state="", payer=payer_of(act.case), may_book=may_book, return_no=act.case.return_no)
    return PickupView(
        state=found.state,
        payer=found.payer,
        may_book=may_book,
        may_change=found.may_change(act.now),
        carrier=found.carrier,
        slot=found.slot,
        charge=_something(found.charge),
        name=found.sender.name,
        phone=found.sender.phone,
        address=found.sender.address,
        return_no=act.case.return_no,
    )


def _sender(act: CaseAct, found: Pickup | None) -> dict[str, Any]:
    """What the form begins with: as it was booked, else where the order went. Staff in a customer's place type what the
    caller says: what is on file stays masked."""
    if act.actor.by_staff:
        return {}
    if found is not None:
        return {"name": found.sender.name, "phone": found.sender.phone, "address": found.sender.address}
    to = recipient_of(act.record)
    if to is None:
        return {}
    return {"name": to.name, "phone": to.phone, "address": f"{to.region}{to.address}"}


def _something(money: Money) -> Money | None:
    return money if money else None
