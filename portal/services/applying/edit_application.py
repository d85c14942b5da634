"""修改申请: an application changed while nobody has decided. Its units are its own to ask for again."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.cases import steps
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.case import Case
from portal.domain.errors import Conflict, Invalid, RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.orders.decisions import Refused
from portal.domain.results import CaseEdited
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import lock_case
from portal.services.applying.apply_for import approve_by_rule, keep_decision, notify_of_submission, submission_of
from portal.services.applying.decide_now import decide_application_now
from portal.services.applying.variants import with_prices
from portal.services.evidence.receive_files import attach_evidence
from portal.services.request_digest import digest_of
from portal.services.waiting_proposals import lapse_proposal


def edit_application(
    *,
    case_no: str,
    ask: ApplicationAsk,
    evidence_ids: Sequence[str] = (),
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
) -> CaseEdited:
    """Errors: NotFound, Conflict (somebody has decided), RefusedError, Invalid, Reused.

    The shop's time to answer begins again: it has something new to look at.
    """
    with unit_of_work(deps) as work:
        asked = digest_of("edit", case_no, ask, list(evidence_ids))
        if done := work.requests.claim(actor, request_id, asked, CaseEdited):
            return done
        act = lock_case(work, case_no, actor, deps)
        _check(act.case, ask)
        ask = with_prices(act, ask)
        freed = effects.released(act.order, act.case.units)
        decision, terms = decide_application_now(act.situation_without(act.case, freed), ask)
        if isinstance(decision, Refused):
            raise RefusedError(decision)
        units = decision.plan.units
        lapse_proposal(act)
        act.save(steps.edited(act.case, submission_of(ask, decision), at=act.now))
        act.case = work.cases.replace_claims(act.case, units)
        act.save_order(effects.claimed(freed, units))
        attach_evidence(act, evidence_ids, exactly=True)
        keep_decision(act, {"order": freed, "ask": ask, "terms": terms, "now": act.now}, decision)
        notify_of_submission(act, ask, decision, "edited")
        approve_by_rule(act, decision)
        return work.requests.finish(actor, request_id, CaseEdited(case_no=case_no))


def _check(case: Case, ask: ApplicationAsk) -> None:
    if not case.may("edit"):
        raise Conflict("decided", at=case.closed_at)
    if ask.kind != case.kind:
        raise Invalid((("kind", "fixed"),))
