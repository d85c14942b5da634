"""What an application would get at this moment: for the order page, the form, the quote and the act (N2)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.applying.decide import decide_application
from portal.domain.applying.offer import ApplicationOffer, KindAvailable, KindOffer, kinds_available, offer_application
from portal.domain.applying.terms import ApplicationTerms
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.life_cycle import RETURNING_KINDS, CaseKind
from portal.domain.orders.decisions import Decision, Refused
from portal.services.situation import Situation, terms_at

NO_RETURNS_HERE = Refused(rules=("SHOP-7",), why="person_decides", instead=("contact",))
"""The shop's people do not take parcels back in the portal yet: the way on is its customer service."""


def decide_application_now(found: Situation, ask: ApplicationAsk) -> tuple[Decision, ApplicationTerms]:
    """Raises Invalid for an amount above what is computed."""
    if ask.kind in RETURNING_KINDS and not found.takes_returns:
        return NO_RETURNS_HERE, terms_at(found, line_ids=())
    terms = terms_at(found, line_ids=[line_id for line_id, _ in ask.units] or None)
    return decide_application(found.order, ask, found.policy, terms, found.judged_at), terms


def offer_now(found: Situation, kinds: tuple[CaseKind, ...]) -> ApplicationOffer:
    """What can be applied for, judged at the moment that counts; no returns where the shop takes none here."""
    offer = offer_application(found.order, found.policy, terms_at(found), found.judged_at, kinds=kinds)
    return offer if found.takes_returns else ApplicationOffer(kinds=tuple(_unless_return(kind) for kind in offer.kinds))


def kinds_available_now(found: Situation, kinds: tuple[CaseKind, ...]) -> dict[CaseKind, KindAvailable]:
    """What `offer_now` says of each kind as a whole, for a page that only names them."""
    open_kinds = kinds_available(found.order, found.policy, terms_at(found), found.judged_at, kinds=kinds)
    if found.takes_returns:
        return open_kinds
    refused = {kind for kind in RETURNING_KINDS if kind in open_kinds and not open_kinds[kind].refused}
    return open_kinds | {kind: KindAvailable(refused=NO_RETURNS_HERE) for kind in refused}


def offers_exchange(found: Situation) -> bool:
    """The shop exchanges goods at all: by its policy, and its people receive parcels in the portal."""
    return found.takes_returns and "exchange" in found.policy.kinds


def _unless_return(offer: KindOffer) -> KindOffer:
    if offer.kind not in RETURNING_KINDS or offer.refused:
        return offer
    return replace(offer, lines=(), reasons=(), conditions=(), refused=NO_RETURNS_HERE)
