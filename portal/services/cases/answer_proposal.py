"""The second person: approves what somebody else has proposed beyond policy, or declines it; or it is taken back (S44).

An approval does what was shown and nothing else: the case is as its proposer left it, and it costs as much. Nobody
approves their own, whatever accounts they have, and nothing is ever paid because nobody answered.
"""

from __future__ import annotations

from typing import Literal

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden
from portal.domain.given_reason import given_reason
from portal.domain.goodwill.proposal import Goodwill, stand_of
from portal.domain.goodwill.results import ProposalAnswered
from portal.domain.identity.access import Actor, may
from portal.domain.money import Money
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import CaseAct
from portal.services.applying.grant import Answer, Grant, effect_of_granting, grant
from portal.services.cases.decide_appeal import check_second_person, grant_appeal
from portal.services.cases.decide_case import effect_of_less
from portal.services.goodwill.give_amount import pay_goodwill, release_goodwill
from portal.services.goodwill.late_return import worth_of
from portal.services.notify_staff import notify_staff
from portal.services.waiting_proposals import close_proposal_task, facts_of

ProposalAnswer = Literal["approve", "decline", "take_back"]


def answer_proposal(
    *, number: str, answer: ProposalAnswer, reason: str = "", actor: Actor, request_id: RequestKey, deps: Deps
) -> ProposalAnswered:
    """`reason`: why it is declined, which its proposer reads.

    Errors: NotFound, Forbidden, Conflict (decided; same_person; edited: the case or its cost is another), Invalid.
    """
    _check_role(answer, actor)
    with unit_of_work(deps) as work:
        asked = fingerprint(["proposal", number, answer, reason])
        if done := work.requests.claim(actor, request_id, asked, ProposalAnswered):
            return done
        act, one = _locked(work, number, actor, deps)
        if one.state != "waiting":
            raise Conflict("decided", at=one.answered_at)
        if answer == "approve":
            _approve(act, one)
        elif answer == "decline":
            _decline(act, one, given_reason(reason))
        else:
            _take_back(act, one)
        close_proposal_task(act, one)
        what: Literal["approved", "declined", "taken_back"] = (
            "approved" if answer == "approve" else "declined" if answer == "decline" else "taken_back"
        )
        return work.requests.finish(actor, request_id, ProposalAnswered(number=number, what=what))


def _check_role(answer: ProposalAnswer, actor: Actor) -> None:
    thing = "propose" if answer == "take_back" else "approvals"
    if actor.kind != "staff" or not may(actor, "write", thing):
        raise Forbidden(thing)


def _locked(work: UnitOfWork, number: str, actor: Actor, deps: Deps) -> tuple[CaseAct, Goodwill]:
    """The order, the case, the proposal (law 5)."""
    record = work.orders.get_by_id_for_update(work.goodwill.order_id_of(actor.shop_id, number))
    one = work.goodwill.get_for_update(number)
    return CaseAct(work, record, work.cases.get_by_id_for_update(one.case_id), actor, deps), one


def is_same_person(one: Goodwill, actor: Actor, person: int) -> bool:
    """By account, and by who is behind it (`GoodwillRows.person_of`)."""
    return one.proposed_by == actor.key or one.proposed_person == person


def _approve(act: CaseAct, one: Goodwill) -> None:
    person = act.work.goodwill.person_of(act.actor.id)
    if is_same_person(one, act.actor, person):
        raise Conflict("same_person")
    if one.stand != stand_of(act.case):
        raise Conflict("edited")
    granted = act.work.goodwill.answer(one, "granted", by=act.actor.key, person=person)
    act.happened("goodwill:approved", **facts_of(one))
    if one.kind == "amount":
        pay_goodwill(act, granted)
    else:
        _grant_return(act, granted)


def _grant_return(act: CaseAct, one: Goodwill) -> None:
    """As if the second person had answered the application: who refused it first still does not decide an appeal."""
    if act.case.is_under_appeal:
        check_second_person(act.case, act.actor)
    granted = effect_of_proposal(act, one)
    if worth_of(act, granted) != one.amount:
        raise Conflict("edited")
    act.happened("goodwill:return_granted", **facts_of(one))
    answer = Answer("partly" if one.said.is_part else "accept", one.said.reason)
    give = grant_appeal if act.case.is_under_appeal else grant
    give(act, granted, answer)


def effect_of_proposal(act: CaseAct, one: Goodwill) -> Grant:
    """What a late return would do now. Raises Invalid where that part cannot be granted any more."""
    whole = effect_of_granting(act.order, act.case, act.policy)
    if not one.said.is_part:
        return whole
    amount = Money(one.said.amount, act.order.currency).decimal() if one.said.amount is not None else ""
    return effect_of_less(act, whole, one.said.units, amount)


def _decline(act: CaseAct, one: Goodwill, reason: str) -> None:
    person = act.work.goodwill.person_of(act.actor.id)
    act.work.goodwill.answer(one, "declined", by=act.actor.key, person=person, why=reason)
    act.happened("goodwill:declined", **facts_of(one))
    release_goodwill(act, one)
    proposer = int(one.proposed_by.partition(":")[2])
    if proposer != act.actor.id:
        notify_staff(act.work, "proposal_declined", act.record, act.case_no, only=proposer)


def _take_back(act: CaseAct, one: Goodwill) -> None:
    """By whoever proposed it, or a supervisor while they are away."""
    person = act.work.goodwill.person_of(act.actor.id)
    if not is_same_person(one, act.actor, person) and not may(act.actor, "write", "approvals"):
        raise Forbidden("propose")
    act.work.goodwill.answer(one, "taken_back", by=act.actor.key, person=person)
    act.happened("goodwill:taken_back", **facts_of(one))
    release_goodwill(act, one)
