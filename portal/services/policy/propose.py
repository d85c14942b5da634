"""A draft is proposed with a day to start on, and published once a second person has approved it (N4; decision 55)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Invalid
from portal.domain.given_reason import LONGEST_REASON, given_reason
from portal.domain.identity.access import Actor
from portal.domain.policy.canonical import canonical_text, digest
from portal.domain.policy.differences import differences
from portal.domain.policy.drafts import PolicyProposal
from portal.domain.policy.results import PolicyAnswered
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.policy.drafts import check_writer, in_use, note, the_draft
from portal.services.policy.publish import publish_version

FURTHEST = timedelta(days=366)
PolicyAnswer = Literal["approve", "decline", "take_back"]


def propose_policy(
    *, revision: int, starts_at: datetime | None, reason: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> PolicyAnswered:
    """`starts_at` None: from the moment it is approved. Errors: Forbidden, Invalid (starts_at, reason), Conflict
    (no_draft, draft_changed, draft_same, policy_proposed; simulate_first: nobody has seen yet what it changes)."""
    check_writer(actor)
    with unit_of_work(deps) as work:
        asked = fingerprint(["propose policy", revision, starts_at.isoformat() if starts_at else "", reason])
        if first := work.requests.claim(actor, request_id, asked, PolicyAnswered):
            return first
        _check_said(work, starts_at, reason)
        draft = the_draft(work, actor, revision)
        if one := work.policy_drafts.open_proposal(actor.shop_id):
            raise Conflict("policy_proposed", at=one.proposed_at)
        pack, version_id = deps.packs.read_pack(draft.text), in_use(work, actor.shop_id)[1]
        if not differences(work.policies.pack_of(version_id), pack):
            raise Conflict("draft_same")
        values = {
            "body": canonical_text(pack),
            "digest": digest(pack),
            "based_on": version_id,
            "simulation_id": _simulated(work, actor, digest(pack), version_id),
            "starts_at": starts_at,
            "note": reason.strip(),
            "proposed_by": actor.key,
            "proposed_person": work.goodwill.person_of(actor.id),
        }
        number = work.policy_drafts.propose(actor.shop_id, values)
        starts = starts_at.isoformat() if starts_at else ""
        note(work, actor, "policy:proposed", proposal=number, digest=values["digest"], **{"from": starts})
        _notify(work, actor, number)
        return work.requests.finish(actor, request_id, PolicyAnswered(what="proposed"))


def answer_policy(
    *,
    proposal_id: int,
    answer: PolicyAnswer,
    reason: str = "",
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
) -> PolicyAnswered:
    """Approved by a supervisor who has not proposed it, by whatever account, and published with that; declined with a
    reason; or taken back. The draft stays where it is not published.

    Errors: Forbidden, Invalid (reason), Conflict (policy_answered: by somebody, or void; same_person; policy_moved:
    another version is in use since).
    """
    check_writer(actor)
    with unit_of_work(deps) as work:
        asked = fingerprint(["policy answer", proposal_id, answer, reason])
        if first := work.requests.claim(actor, request_id, asked, PolicyAnswered):
            return first
        work.shops.lock(actor.shop_id)
        one = work.policy_drafts.open_proposal(actor.shop_id)
        if one is None or one.id != proposal_id:
            raise Conflict("policy_answered")
        if answer == "approve":
            done = _approve(work, one, actor, given_reason(reason, is_required=False), deps)
        else:
            done = _end(work, one, answer, actor, given_reason(reason, is_required=answer == "decline"))
        return work.requests.finish(actor, request_id, done)


def _approve(work: UnitOfWork, one: PolicyProposal, actor: Actor, reason: str, deps: Deps) -> PolicyAnswered:
    person = work.goodwill.person_of(actor.id)
    if one.proposed_by == actor.key or one.proposed_person == person:
        raise Conflict("same_person")
    shop, version_id = in_use(work, actor.shop_id)
    if version_id != one.based_on:
        raise Conflict("policy_moved")
    starts = one.starts_at if one.starts_at and one.starts_at > work.now else work.now
    pack = replace(deps.schemas.read_stored_pack(one.body), effective_from=starts)
    published = publish_version(work, actor, pack, in_use=shop.policy, proposal=one.id)
    by = {"answered_by": actor.key, "answered_person": person, "answered_at": work.now}
    work.policy_drafts.answer(one, "approved", answer=reason, version_id=published.version_id, **by)
    if draft := work.policy_drafts.find(actor.shop_id):
        work.policy_drafts.forget(draft)
    return PolicyAnswered(what="approved", version_id=published.version_id)


def _end(work: UnitOfWork, one: PolicyProposal, answer: PolicyAnswer, actor: Actor, reason: str) -> PolicyAnswered:
    by = {"answered_by": actor.key, "answered_person": work.goodwill.person_of(actor.id), "answered_at": work.now}
    if answer == "decline":
        work.policy_drafts.answer(one, "declined", answer=reason, **by)
        note(work, actor, "policy:declined", proposal=one.id)
        return PolicyAnswered(what="declined")
    work.policy_drafts.answer(one, "taken_back", **by)
    note(work, actor, "policy:taken_back", proposal=one.id)
    return PolicyAnswered(what="taken_back")


def _check_said(work: UnitOfWork, starts_at: datetime | None, reason: str) -> None:
    problems = []
    if starts_at is not None and starts_at <= work.now:
        problems.append(("starts_at", "past"))
    if starts_at is not None and starts_at > work.now + FURTHEST:
        problems.append(("starts_at", "too_far"))
    if len(reason.strip()) > LONGEST_REASON:
        problems.append(("reason", "too_long"))
    if problems:
        raise Invalid(tuple(problems))


def _simulated(work: UnitOfWork, actor: Actor, wanted: str, version_id: int) -> int:
    one = work.policy_simulations.newest(actor.shop_id)
    if one is None or one.state != "done" or (one.digest, one.based_on) != (wanted, version_id):
        raise Conflict("simulate_first")
    return one.id


def _notify(work: UnitOfWork, actor: Actor, number: int) -> None:
    payload = {"what": "policy_waiting", "shop": actor.shop_id, "order_no": "", "case_no": "", "only": None}
    payload |= {"about": f"policy:{number}", "page": "policies", "turn": 0, "but": actor.id}
    work.jobs.enqueue("tell_staff", payload, dedup_key=f"tell-staff:policy_waiting:{number}")
