"""What an application would get at this moment: for the order page, the form, the quote and the act (N2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from portal.domain.applying import ApplicationAsk, decide_application
from portal.domain.applying_offer import ApplicationOffer, KindOffer, Opening, offer_application, openings
from portal.domain.applying_terms import ApplicationTerms, Surroundings, application_terms
from portal.domain.applying_units import Claim
from portal.domain.cases import CaseKind
from portal.domain.decisions import Decision, Refused
from portal.domain.jurisdictions import place_of
from portal.domain.orders import Order
from portal.domain.policy import Policy
from portal.domain.shop_settings import ShopSettings
from portal.ports import Deps
from portal.repos.orders import OrderRecord
from portal.repos.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Situation:
    """An order as an application would find it at `now`. `claims`: what other open cases hold.

    `noticed_at`: when it was first asked for, where that was before now; windows are judged by it (CN-8).
    """

    order: Order
    policy: Policy
    around: Surroundings
    claims: tuple[Claim, ...]
    now: datetime
    takes_returns: bool = True
    noticed_at: datetime | None = None

    @property
    def judged_at(self) -> datetime:
        """The moment that windows are held against."""
        return self.noticed_at or self.now

    @cached_property
    def terms(self) -> ApplicationTerms:
        """Of every line of the order."""
        return application_terms(self.order, self.policy, self.around, self.now, claims=self.claims)


NO_RETURNS_HERE = Refused(rules=("SHOP-7",), why="person_decides", instead=("contact",))
"""The shop's people do not take parcels back in the portal yet: the way on is its customer service."""


def situation_of(
    work: UnitOfWork,
    record: OrderRecord,
    settings: ShopSettings,
    deps: Deps,
    *,
    order: Order | None = None,
    but: str = "",
    policy: Policy | None = None,
    claims: tuple[Claim, ...] | None = None,
) -> Situation:
    """`order` and `but`: the facts without what the case `but` holds, where that one is being edited.

    `policy` and `claims`, where they have been read already.
    """
    policy = policy or work.policies.in_force(record.row["shop_version_id"], record.row["law_version_id"])
    if claims is None:
        claims = work.cases.claims_of(record.id) if record.after_sales else ()
    return Situation(
        order=order or record.order,
        policy=policy,
        around=_surroundings(work, record, policy, settings, deps),
        claims=tuple(claim for claim in claims if claim.case_no != but),
        now=work.now,
        takes_returns=settings.returns,
    )


def terms_at(found: Situation, *, line_ids: Iterable[str] | None = None) -> ApplicationTerms:
    """The terms of these lines (all unless told) at the moment of the situation; of a few, all are not worked out."""
    if line_ids is None:
        return found.terms
    if "terms" in vars(found):
        return found.terms.only(line_ids)
    return application_terms(found.order, found.policy, found.around, found.now, line_ids=line_ids, claims=found.claims)


def decide_application_now(found: Situation, ask: ApplicationAsk) -> tuple[Decision, ApplicationTerms]:
    """Raises Invalid for an amount above what is computed."""
    if ask.kind == "return_refund" and not found.takes_returns:
        return NO_RETURNS_HERE, terms_at(found, line_ids=())
    terms = terms_at(found, line_ids=[line_id for line_id, _ in ask.units] or None)
    return decide_application(found.order, ask, found.policy, terms, found.judged_at), terms


def offer_now(found: Situation, kinds: tuple[CaseKind, ...]) -> ApplicationOffer:
    """What can be applied for, judged at the moment that counts; no returns where the shop takes none here."""
    offer = offer_application(found.order, found.policy, terms_at(found), found.judged_at, kinds=kinds)
    return offer if found.takes_returns else ApplicationOffer(kinds=tuple(_unless_return(kind) for kind in offer.kinds))


def openings_now(found: Situation, kinds: tuple[CaseKind, ...]) -> dict[CaseKind, Opening]:
    """What `offer_now` says of each kind as a whole, for a page that only names them. A return is one of `kinds`."""
    open_kinds = openings(found.order, found.policy, terms_at(found), found.judged_at, kinds=kinds)
    if found.takes_returns or open_kinds["return_refund"].refused:
        return open_kinds
    return open_kinds | {"return_refund": Opening(refused=NO_RETURNS_HERE)}


def _unless_return(offer: KindOffer) -> KindOffer:
    if offer.kind != "return_refund" or offer.refused:
        return offer
    return replace(offer, lines=(), reasons=(), conditions=(), refused=NO_RETURNS_HERE)


def _surroundings(
    work: UnitOfWork, record: OrderRecord, policy: Policy, settings: ShopSettings, deps: Deps
) -> Surroundings:
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
    )
