"""修改申请: an application asked for anew while nobody has decided. Its units are its own to ask for again."""

from __future__ import annotations

from collections.abc import Sequence

from portal.domain.applying.decide import ApplicationAsk
from portal.domain.cases.life_cycle import may_step
from portal.domain.errors import Conflict, Invalid
from portal.domain.errors import Refused as RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.orders.decisions import Allowed, Refused
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.applying.apply_for import case_values, keep_decision, tell_of_submitting
from portal.services.applying.decide_now import decide_application_now
from portal.services.applying.grant import Granting, effect_of_granting, grant
from portal.services.evidence.receive_files import attach_evidence
from portal.services.request_digest import digest_of
from portal.services.situation import situation_of


def edit_application(
    *,
    case_no: str,
    ask: ApplicationAsk,
    evidence_ids: Sequence[str] = (),
    actor: Actor,
    request_id: str,
    deps: Deps,
) -> str:
    """Returns `case:<no>`. Errors: NotFound, Conflict (somebody has decided), Refused, Invalid, Reused.

    The shop's time to answer begins again: it has something new to look at.
    """
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, digest_of("edit", case_no, ask, list(evidence_ids))):
            return done
        record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
        case = work.cases.get_for_update(case_no, actor)
        if not may_step(case.row["kind"], case.state, "edit"):
            raise Conflict("decided", at=case.row["closed_at"])
        if ask.kind != case.row["kind"]:
            raise Invalid((("kind", "fixed"),))
        settings = work.shops.settings_of(record.shop_id)
        freed = effects.released(record.order, case.units)
        found = situation_of(work, record, settings, deps, order=freed, but=case_no)
        decision, terms = decide_application_now(found, ask)
        if isinstance(decision, Refused):
            raise RefusedError(decision)
        units = decision.plan.units
        work.cases.step(case, "edit", escalated_at=None, **case_values(ask, decision))
        work.cases.claim_instead(case, units)
        work.orders.save(record, effects.claimed(freed, units))
        attach_evidence(work, ids=evidence_ids, actor=actor, order_id=record.id, case_id=case.id, exactly=True)
        keep_decision(work, record, freed, ask, terms, decision, actor, case.id)
        tell_of_submitting(work, record, case_no, ask, decision, actor, "edited")
        if isinstance(decision, Allowed):
            case = work.cases.get_by_id_for_update(case.id)
            granted = effect_of_granting(record.order, case, found.policy)
            grant(work, record, case, granted, Granting(policy=found.policy, actor=actor, settings=settings), deps)
        return work.requests.finish(actor, request_id, f"case:{case_no}")
