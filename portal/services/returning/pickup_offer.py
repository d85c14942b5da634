"""What a courier is offered for: the same for the page that shows it and for the act (N2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.domain.deadlines.spans import OpenHours
from portal.domain.policy.jurisdictions import order_zone
from portal.domain.returning.pickup import PickupOffer, slots_on_offer
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps, SlotAsk
from portal.services.act import CaseAct


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupTerms:
    """What the carrier is asked, and what of its answer fits: `hours` and `zone` are the shop's."""

    ask: SlotAsk
    hours: OpenHours
    zone: ZoneInfo
    now: datetime


def offers_pickup(settings: ShopSettings, deps: Deps) -> bool:
    """The shop has switched it on, and there is whoever comes."""
    return bool(settings.pickup.carrier) and deps.couriers is not None


def pickup_terms(act: CaseAct) -> PickupTerms:
    """At the address of the order, by the end of the time to send the goods. No query of its own."""
    order, settings, ship_to = act.order, act.settings, act.record.kept.ship_to
    its = order_zone(jurisdiction=order.jurisdiction, country=order.country)
    ask = SlotAsk(
        carrier=settings.pickup.carrier,
        address=f"{ship_to.get('region') or ''}{ship_to.get('address') or ''}",
        country=(order.country or order.jurisdiction or "").upper(),
        zone=its or settings.zone,
        currency=order.currency,
        since=act.now,
        until=act.case.due_at,
    )
    return PickupTerms(ask=ask, hours=settings.warehouse_hours, zone=ZoneInfo(settings.zone), now=act.now)


def ask_for_offer(terms: PickupTerms, deps: Deps) -> PickupOffer:
    """Between transactions. What of the carrier's offer fits. Raises ProviderUnavailable."""
    assert deps.couriers is not None
    offer = deps.couriers.offer(terms.ask)
    fitting = slots_on_offer(offer.slots, now=terms.now, until=terms.ask.until, zone=terms.zone, hours=terms.hours)
    return replace(offer, slots=fitting)
