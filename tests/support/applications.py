"""Applications for domain tests: orders that have been delivered, policies, and one call that decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from portal.adapters.calendars import PublishedCalendar
from portal.domain.applying.decide import CONDITIONS, decide_application
from portal.domain.applying.offer import ApplicationOffer, offer_application
from portal.domain.applying.reasons import is_in_hand
from portal.domain.applying.terms import Surroundings, application_terms
from portal.domain.applying.units import Claim
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.orders.decisions import Allowed, Decision
from portal.domain.orders.order import Line, Order, Shipment, Units, parcels_count
from portal.domain.policy.jurisdictions import place_of
from portal.domain.policy.merge_packs import merge_packs
from portal.domain.policy.pack import Pack, Policy
from portal.schemas.pack_file import load_pack
from tests.support.order_facts import make_order
from tests.support.packs import PACKS

PUBLISHED = PublishedCalendar()
CN, EU, OPEN = (merge_packs(PACKS[name], None) for name in ("cn", "eu", "open"))
SHANGHAI = ZoneInfo("Asia/Shanghai")
SIGNED = datetime(2026, 11, 13, 10, 0, tzinfo=SHANGHAI)
IN_WINDOW = datetime(2026, 11, 18, 10, 0, tzinfo=SHANGHAI)
LATE = datetime(2026, 12, 18, 10, 0, tzinfo=SHANGHAI)


def shop_policy(text: str, on: str = "cn") -> Policy:
    """A shop's own pack on a legal one, as it holds for an order."""
    words = 'title = { zh = "好店", en = "Good shop" }'
    pack = load_pack(f'name = "good"\n{words}\non = "{on}"\n{text}', "good.toml", PACKS)
    legal: Pack | None = PACKS[on] if PACKS[on].kind == "legal" else None
    return merge_packs(pack, legal)


def sent(
    order: Order, *, delivered_at: datetime | None = SIGNED, units: Units = (), status: str = "", **values: Any
) -> Order:
    """`order` with one more parcel of `units` (empty: everything), delivered or on its way."""
    shipped_at = values.pop("shipped_at", (delivered_at or SIGNED) - timedelta(days=2))
    one = Shipment(
        id=f"s-{len(order.shipments) + 1}",
        carrier="SF",
        tracking_no=f"SF{len(order.shipments) + 1}",
        shipped_at=shipped_at,
        delivered_at=delivered_at,
        status=status or ("delivered" if delivered_at else "in_transit"),
        lines=units or tuple((line.id, line.quantity) for line in order.lines),
        **values,
    )
    return with_parcels(order, (*order.shipments, one))


def with_parcels(order: Order, parcels: tuple[Shipment, ...]) -> Order:
    def counted(line: Line) -> Line:
        shipped, delivered = parcels_count(line.id, line.quantity, order.status, parcels)
        return replace(line, shipped=shipped, delivered=delivered)

    return replace(order, shipments=parcels, lines=tuple(map(counted, order.lines)))


def bought(*lines: Line, at: datetime = SIGNED, **values: Any) -> Order:
    """An order that was delivered in one parcel."""
    placed = {"placed_at": at - timedelta(days=3)}
    return sent(make_order(*lines, **(placed | values)), delivered_at=at)


def ask(
    order: Order, kind: Any = "return_refund", reason: str = "no_reason", units: Units | None = None, **values: Any
):
    """For `units`, all of every line where none are given; every condition ticked."""
    if units is None:
        units = tuple((line.id, line.quantity) for line in order.lines)
    values = {"received": is_in_hand(reason), "conditions": CONDITIONS} | values
    return ApplicationAsk(kind=kind, units=units, reason=reason, **values)


def around(order: Order, policy: Policy, zone: str = "") -> Surroundings:
    place = place_of(
        policy.clock,
        jurisdiction=order.jurisdiction,
        country=order.country,
        customer_zone=zone,
        shop_zone="Asia/Shanghai",
    )
    return Surroundings(place=place, calendar=PUBLISHED, zone=SHANGHAI)


def decide(
    order: Order,
    policy: Policy = CN,
    now: datetime = IN_WINDOW,
    *,
    claims: tuple[Claim, ...] = (),
    zone: str = "",
    **asked: Any,
) -> Decision:
    terms = application_terms(order, policy, around(order, policy, zone), now, claims=claims)
    return decide_application(order, ask(order, **asked), policy, terms, now)


def allowed(order: Order, policy: Policy = CN, now: datetime = IN_WINDOW, **asked: Any) -> Allowed:
    decision = decide(order, policy, now, **asked)
    assert isinstance(decision, Allowed), decision
    return decision


def offer(order: Order, policy: Policy = CN, now: datetime = IN_WINDOW, **values: Any) -> ApplicationOffer:
    terms = application_terms(order, policy, around(order, policy), now, claims=values.pop("claims", ()))
    return offer_application(order, policy, terms, now, **values)
