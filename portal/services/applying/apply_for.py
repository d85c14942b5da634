"""申请退款 and 申请退货: approved by rule at once, or a case that somebody answers by a deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.case import Case, Deadline, Outcome, Submission
from portal.domain.cases.life_cycle import CaseKind, case_priority
from portal.domain.codec import canonical
from portal.domain.deadlines.table import DeadlineKind
from portal.domain.errors import RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.orders.decisions import Allowed, Refused, Review
from portal.domain.results import CaseOpened
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.case_rows import NewCase
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import Act, CaseAct, lock_order
from portal.services.applying.decide_now import decide_application_now
from portal.services.applying.grant import Answer, effect_of_granting, grant
from portal.services.applying.variants import with_prices
from portal.services.evidence.receive_files import attach_evidence
from portal.services.numbers import new_case_no
from portal.services.refunds.choose_payout import payout_asked
from portal.services.request_digest import digest_of
from portal.services.situation import Situation


def apply_for(
    *,
    order_no: str,
    ask: ApplicationAsk,
    evidence_ids: Sequence[str] = (),
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
) -> CaseOpened:
    """Errors: NotFound, RefusedError (a duplicate names the first case in its facts), Invalid (amount
    above what is computed), Conflict("payout_fixed"), EvidenceRefused, Reused."""
    with unit_of_work(deps) as work:
        asked = digest_of("apply", order_no, ask, list(evidence_ids))
        if done := work.requests.claim(actor, request_id, asked, CaseOpened):
            return done
        act = lock_order(work, order_no, actor, deps)
        case = open_application(act, with_prices(act, ask), act.situation, evidence_ids)
        return work.requests.finish(actor, request_id, CaseOpened(case_no=case.case_no))


def open_application(
    act: Act,
    ask: ApplicationAsk,
    found: Situation,
    evidence_ids: Sequence[str] = (),
    *,
    follows: Case | None = None,
) -> Case:
    """A new case, decided and kept, approved at once where a rule approves it; the order is under lock.

    `follows`: the case it was asked for again after. Errors as of `apply_for`.
    """
    decision, terms = decide_application_now(found, ask)
    if isinstance(decision, Refused):
        raise RefusedError(decision)
    # Asked for again, a case is younger than the notice that its windows are judged by.
    opened = _open(act, ask, decision, follows, opened_at=None if follows else found.noticed_at)
    notify_of_submission(opened, ask, decision, "submitted")
    if opened.case.payout:
        opened.happened("payout:credit")
    facts = {"order": found.order, "ask": ask, "terms": terms, "now": found.judged_at}
    keep_decision(opened, facts, decision)
    if evidence_ids:
        attach_evidence(opened, evidence_ids)
    approve_by_rule(opened, decision)
    return opened.case


def _open(
    act: Act,
    ask: ApplicationAsk,
    decision: Allowed | Review,
    follows: Case | None,
    *,
    opened_at: datetime | None,
) -> CaseAct:
    """A case that claims its units, counted under the order's row and by its lines' CHECK (T23)."""
    units = decision.plan.units
    case = act.work.cases.open(
        act.record,
        NewCase(
            case_no=new_case_no(act.now, act.deps),
            kind=ask.kind,
            opened_by=act.actor.key,
            proof_id=act.actor.proof or None,
            submission=submission_of(ask, decision),
            units=units,
            follows_id=follows.id if follows else None,
            opened_at=opened_at,
            payout=payout_asked(act, ask.payout, kind=ask.kind, refund=decision.plan.refund),
        ),
    )
    act.save_order(effects.claimed(act.order, units))
    return act.on(case)


def submission_of(ask: ApplicationAsk, decision: Allowed | Review) -> Submission:
    """What of a case follows from what is asked and how it was decided."""
    review = decision if isinstance(decision, Review) else None
    return Submission(
        reason=ask.reason,
        note=ask.note,
        priority=case_priority(ask.reason, is_late=review is not None and review.priority),
        plan=decision.plan,
        asked=replace(ask, note="", units=decision.plan.units),
        outcome=Outcome(
            rules=decision.rules,
            notes=decision.notes,
            handling=decision.handling,
            at_zero=review.at_zero if review else "",
        ),
        deadline=Deadline(shop_answers(ask.kind), review.answer_by) if review else None,
    )


def shop_answers(kind: CaseKind) -> DeadlineKind:
    """Whose time runs while an application waits for the shop: money alone is answered sooner than a return."""
    return "shop_answers_refund" if kind == "refund_only" else "shop_answers_return"


def notify_of_submission(act: CaseAct, ask: ApplicationAsk, decision: Allowed | Review, what: str) -> None:
    """`what`: submitted or edited. What a rule approves is told of by the approval."""
    until = {"until": decision.answer_by.isoformat()} if isinstance(decision, Review) else {}
    if isinstance(decision, Review):
        act.notify_customer("application_received", deadline=decision.answer_by, at_zero=decision.at_zero)
        act.notify_staff("new_case")
    act.happened(
        f"application:{what}",
        units=[list(pair) for pair in decision.plan.units],
        refund=decision.plan.refund.minor,
        currency=decision.plan.refund.currency,
        reason=ask.reason,
        **until,
    )


def keep_decision(act: CaseAct, facts: dict[str, Any], decision: Allowed | Review) -> None:
    """Facts as they were decided on, before the effect: what replay computes again (N4)."""
    act.work.cases.record_decision(
        act.record,
        kind="application",
        case_id=act.case.id,
        by=act.actor.key,
        facts=canonical(facts),
        decision=canonical(decision),
    )


def approve_by_rule(act: CaseAct, decision: Allowed | Review) -> None:
    """At once, where nobody has to answer."""
    if isinstance(decision, Allowed):
        grant(act, effect_of_granting(act.order, act.case, act.policy), Answer())
