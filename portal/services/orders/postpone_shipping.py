"""延后发货: the shop is told to ship later, or as promised again (S17). The customer's words stay out of the event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from portal.domain.codec import fingerprint
from portal.domain.deadlines.spans import end_of_day
from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.orders.postponing import LaterOffer, offer_later
from portal.domain.results import ShippingPostponed
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import Act, lock_order


def postpone_shipping(
    *, order_no: str, day: date | None, note: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> ShippingPostponed:
    """`day` of the shop's calendar, by whose end it ships; None takes back what was agreed.

    Errors: NotFound, Conflict("later_fixed": it is being picked, has left, or nothing was agreed), Invalid (no such day
    on offer), Reused.
    """
    with unit_of_work(deps) as work:
        asked = fingerprint(["later", order_no, day, note])
        if done := work.requests.claim(actor, request_id, asked, ShippingPostponed):
            return done
        act = lock_order(work, order_no, actor, deps)
        offer = later_now(act)
        if offer is None or (day is None and offer.agreed is None):
            raise Conflict("later_fixed")
        if day is not None and not offer.has(day):
            raise Invalid((("date", "out_of_range"),))
        result = _postpone(act, day, note) if day else _restore(act, offer)
        return work.requests.finish(actor, request_id, result)


def later_now(act: Act) -> LaterOffer | None:
    """For the page and the act (N2)."""
    plain = replace(act.order, agreed_ship_by=None)
    return offer_later(
        act.order,
        promised=plain.ship_due(act.policy.ship_within.nominal),
        now=act.now,
        zone=ZoneInfo(act.settings.zone),
        most_days=act.settings.limits.later_days,
    )


def _postpone(act: Act, day: date, note: str) -> ShippingPostponed:
    until = end_of_day(day, ZoneInfo(act.settings.zone))
    act.record.ships_later(until, note, until)
    act.happened("shipping:postponed", day=day.isoformat(), until=until.isoformat())
    act.notify_customer("shipping_postponed", deadline=until)
    act.notify_staff("shipping_postponed", is_new_turn=True)
    return ShippingPostponed(order_no=act.order.no, until=until)


def _restore(act: Act, offer: LaterOffer) -> ShippingPostponed:
    act.record.ships_later(None, "", offer.promised)
    act.happened("shipping:restored", **({"until": offer.promised.isoformat()} if offer.promised else {}))
    act.notify_staff("shipping_restored", is_new_turn=True)
    return ShippingPostponed(order_no=act.order.no, until=None)
