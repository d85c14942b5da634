"""The shop proposes something else: another amount, or that the customer keeps the goods and gets money (P13).

The customer answers in `answer_offer`; unanswered it lapses (POLICY, timers). Until then staff can take it back or
make another one, and nothing else can be decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from portal.domain.cases import offering
from portal.domain.cases.case import Case, Deadline
from portal.domain.cases.offer import OFFER_KINDS, Offer, OfferKind, OfferState, offer_wording
from portal.domain.cases.results import OfferDone
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid
from portal.domain.given_reason import given_reason
from portal.domain.identity.access import Actor, may
from portal.domain.money import BadMoney, Money, parse_amount
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.apply_for import shop_answers
from portal.services.cases.decide_appeal import check_second_person
from portal.services.cases.offer_effect import check_offer
from portal.services.cases.save_draft import forget_draft
from portal.services.cases.take_over import check_holder
from portal.services.waiting_messages import take_up


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`amount` in major units; `body`: what the customer reads, a message of the case as well."""

    kind: OfferKind
    amount: str
    body: str


def offer_instead(
    *,
    case_no: str,
    proposal: Proposal,
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
    shown: str | None = None,
) -> OfferDone:
    """`shown` as the desk's form carried it.

    Errors: NotFound, Forbidden, Conflict (decided, or not as `shown`), Invalid (kind, amount, body), Reused.
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    kind, body = proposal.kind, proposal.body.strip()
    with unit_of_work(deps) as work:
        asked = fingerprint(["offer", case_no, kind, proposal.amount, body])
        if done := work.requests.claim(actor, request_id, asked, OfferDone):
            return done
        act = lock_case(work, case_no, actor, deps)
        check_holder(act)
        _check(act, kind, body, shown)
        money = _money(proposal.amount, act.order.currency)
        check_offer(act, kind, money)
        _make(act, kind, money, body)
        take_up(act)
        forget_draft(act, "offer")
        return work.requests.finish(actor, request_id, OfferDone(case_no=case_no, what="made"))


def take_offer_back(*, case_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> OfferDone:
    """The shop has as long to answer as it had left when it made the offer.

    Errors: NotFound, Forbidden, Conflict (answered meanwhile), Reused.
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    with unit_of_work(deps) as work:
        asked = fingerprint(["offer_taken_back", case_no])
        if done := work.requests.claim(actor, request_id, asked, OfferDone):
            return done
        act = lock_case(work, case_no, actor, deps)
        offer = act.case.open_offer
        if offer is None:
            raise Conflict("decided", at=act.case.closed_at)
        check_holder(act)
        if act.case.is_under_appeal:
            check_second_person(act.case, actor)
        end_offer(act, "taken_back", rest=offer.rest)
        act.notify_customer("offer_taken_back", deadline=act.case.due_at)
        return work.requests.finish(actor, request_id, OfferDone(case_no=case_no, what="taken_back"))


def desk_stand(case: Case) -> str:
    """What the desk's form carries as `shown`: a colleague's step in between makes it another."""
    return fingerprint([case.case_no, case.version])[:32]


def end_offer(act: CaseAct, how: OfferState, *, rest: int | None = None) -> None:
    """It came to nothing: the case is the shop's again, with its full time, or the `rest` of it in seconds."""
    offer = act.case.open_offer
    deadline = answered_by_shop(act)
    if rest is not None:
        deadline = Deadline(deadline.kind, min(deadline.at, act.now + timedelta(seconds=rest)))
    act.save(offering.offer_over(act.case, how, deadline, at=act.now))
    if offer:
        act.happened(f"offer:{how}", **facts_of(offer), until=deadline.at.isoformat())


def facts_of(offer: Offer) -> dict[str, str | int]:
    """What events say of an offer: what it is and what it gives, in minor units."""
    return {"given": offer.kind, "amount": offer.amount.minor, "currency": offer.amount.currency}


def _check(act: CaseAct, kind: str, body: str, shown: str | None) -> None:
    case = act.case
    is_theirs = case.state != "rejected" or case.is_under_appeal
    if not case.may("offer") or not is_theirs:
        raise Conflict("decided", at=case.closed_at)
    if case.is_under_appeal:
        check_second_person(case, act.actor)
    if act.work.goodwill.waiting_return(case.id):
        raise Conflict("awaits_second")
    if shown is not None and shown != desk_stand(case):
        raise Conflict("edited")
    if kind not in OFFER_KINDS:
        raise Invalid((("kind", "required" if not kind else "not_offered"),))
    given_reason(body, field="body")


def _money(text: str, currency: str) -> Money:
    try:
        return parse_amount(text.strip(), currency)
    except BadMoney:
        raise Invalid((("amount", "required" if not text.strip() else "not_an_amount"),)) from None


def _make(act: CaseAct, kind: OfferKind, amount: Money, body: str) -> None:
    until, rest = act.due(act.policy.timers.customer_answers_offer), _rest(act)
    offer = Offer(kind=kind, amount=amount, body=body, by=act.actor.key, at=act.now, until=until, rest=rest)
    act.save(offering.offered(act.case, offer, at=act.now))
    message = act.work.messages.add(act.case, body, act.actor)
    act.happened("offer:made", message=message, **facts_of(offer), until=until.isoformat())
    act.close_task("appeal_unanswered" if act.case.is_under_appeal else "application_unanswered")
    given = offer_wording(kind, act.case.kind)
    act.notify_customer("offer_made", given=given, refund=amount, words=body, deadline=until)


def _rest(act: CaseAct) -> int | None:
    """Of the shop's time to answer. None: it was the customer's turn, so that the shop has all of it again."""
    case = act.case
    if case.open_offer:
        return case.open_offer.rest
    if case.escalated_at:
        return 0
    if case.deadline is None or case.state == "needs_info":
        return None
    return max(0, int((case.deadline.at - act.now).total_seconds()))


def answered_by_shop(act: CaseAct) -> Deadline:
    """Its time to answer, beginning now: of the appeal where there is one, else of the application."""
    if act.case.is_under_appeal:
        return Deadline("appeal_decided", act.due(act.policy.timers.appeal_decided))
    terms, kind = act.terms(), shop_answers(act.case.kind)
    return Deadline(kind, terms.answer_refund_by if kind == "shop_answers_refund" else terms.answer_return_by)
