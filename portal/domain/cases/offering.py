"""Steps of a counter-offer: made, over, accepted, paid (P13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from portal.domain.cases.case import Case, Deadline
from portal.domain.cases.offer import Offer, OfferState
from portal.domain.cases.steps import step
from portal.domain.errors import Conflict
from portal.domain.orders.decisions import Handling


def offered(case: Case, offer: Offer, *, at: datetime) -> Case:
    """The shop proposes something else; its customer answers by `offer.until`. Said again it is another offer."""
    deadline = Deadline("customer_answers_offer", offer.until)
    return step(case, "offer", at, offer=offer, deadline=deadline, escalated_at=None, closed_at=None)


def offer_over(case: Case, how: OfferState, deadline: Deadline, *, at: datetime) -> Case:
    """Declined, lapsed or taken back: it is before the shop again, with its appeal where there is one."""
    event = "appeal_goes_on" if case.is_under_appeal else "offer_over"
    return step(case, event, at, offer=_offer_answer(case, how, at), deadline=deadline, closed_at=None)


def offer_accepted(case: Case, *, at: datetime) -> Case:
    """Before the step that follows from it. Of goods that are kept the money is paid at once, and nobody sends any."""
    offer, outcome = _offer_answer(case, "accepted", at), case.outcome
    return replace(case, offer=offer, outcome=replace(outcome, handling=handling_of_offer(case, offer)))


def offer_paid(case: Case, *, at: datetime, is_paid_back: bool) -> Case:
    """What the customer accepted goes back at once."""
    return step(case, "offer_paid" if is_paid_back else "offer_paid_free", at, deadline=None)


def handling_of_offer(case: Case, offer: Offer) -> Handling:
    """How the application goes on where it is accepted."""
    if offer.kind == "amount":
        return case.handling
    return replace(case.handling, remedy="refund", carriage="none", carriage_cap=None)


def _offer_answer(case: Case, how: OfferState, at: datetime) -> Offer:
    if case.open_offer is None:
        raise Conflict("decided", at=case.closed_at)
    return replace(case.open_offer, state=how, answered_at=at)
