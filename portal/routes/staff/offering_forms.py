"""The form of a counter-offer, with the kinds that can be made now."""

from __future__ import annotations

from portal.domain.cases.offer import OFFER_KINDS
from portal.forms import Offer, OfferForm
from portal.pages.values.offering import OfferDesk


def offer_form(found: OfferDesk | None, *, is_sent: bool) -> OfferForm:
    """`is_sent`: read from this request, else empty. Where nothing can be offered as it came: the service says why."""
    kinds = tuple(kind for kind, _ in found.most) if found else ()
    offer = Offer(reasons=kinds or OFFER_KINDS, shown=found.shown if found else "")
    return OfferForm(offer=offer) if is_sent else OfferForm(None, offer=offer)
