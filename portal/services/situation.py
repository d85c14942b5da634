"""An order as an application would find it now: facts, policy, calendar, what other cases hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from portal.domain.applying.early import EarlyStanding
from portal.domain.applying.terms import ApplicationTerms, Surroundings, application_terms
from portal.domain.applying.units import Claim
from portal.domain.orders.order import Order
from portal.domain.policy.jurisdictions import place_of
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Situation:
    """An order as an application would find it at `now`. `claims`: what other open cases hold.

    `noticed_at`: when it was first asked for, where that was before now; windows are judged by it (CN-8). `early`: how
    its customer stands where the shop refunds at hand-over.
    """

    order: Order
    policy: Policy
    around: Surroundings
    claims: tuple[Claim, ...]
    now: datetime
    takes_returns: bool = True
    noticed_at: datetime | None = None
    early: EarlyStanding | None = None

    @property
    def judged_at(self) -> datetime:
        """The moment that windows are held against."""
        return self.noticed_at or self.now

    @cached_property
    def terms(self) -> ApplicationTerms:
        """Of every line of the order."""
        return application_terms(self.order, self.policy, self.around, self.now, claims=self.claims, early=self.early)


def terms_at(found: Situation, *, line_ids: Iterable[str] | None = None) -> ApplicationTerms:
    """The terms of these lines (all unless told) at the moment of the situation; of a few, all are not worked out."""
    if line_ids is None:
        return found.terms
    if "terms" in vars(found):
        return found.terms.only(line_ids)
    about = (found.order, found.policy, found.around, found.now)
    return application_terms(*about, line_ids=line_ids, claims=found.claims, early=found.early)


def surroundings_of(
    work: UnitOfWork, record: OrderRecord, policy: Policy, settings: ShopSettings, deps: Deps
) -> Surroundings:
    """Where and by which calendar deadlines run. One query for an order judged in its customer's zone, else none."""
    is_by_customer = policy.clock.zone == "customer" and record.customer_id is not None
    place = place_of(
        policy.clock,
        jurisdiction=record.order.jurisdiction,
        country=record.order.country,
        customer_zone=work.accounts.zone_of(record.customer_id or 0) if is_by_customer else "",
        shop_zone=settings.zone,
    )
    return Surroundings(
        place=place,
        calendar=deps.calendar,
        zone=ZoneInfo(settings.zone),
        hours=settings.warehouse_hours,
        informed=settings.eu_information_given,
        freight_cap=settings.fees.return_freight_cap,
    )
