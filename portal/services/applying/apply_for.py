"""申请退款 and 申请退货: approved by rule at once, or a case that somebody answers by a deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.domain.applying.decide import ApplicationAsk
from portal.domain.applying.terms import ApplicationTerms
from portal.domain.cases.life_cycle import case_priority
from portal.domain.codec import canonical, to_plain
from portal.domain.errors import Refused as RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders import effects
from portal.domain.orders.decisions import Allowed, Refused, Review
from portal.domain.orders.order import Order
from portal.domain.records.events import Event
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.cases import NewCase
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.actor_source import event_source
from portal.services.applying.decide_now import decide_application_now
from portal.services.applying.grant import Granting, effect_of_granting, grant
from portal.services.evidence.receive_files import attach_evidence
from portal.services.notify import tell
from portal.services.numbers import new_case_no
from portal.services.request_digest import digest_of
from portal.services.situation import Situation, situation_of


def apply_for(
    *,
    order_no: str,
    ask: ApplicationAsk,
    evidence_ids: Sequence[str] = (),
    actor: Actor,
    request_id: str,
    deps: Deps,
) -> str:
    """Returns `case:<no>`. Errors: NotFound, Refused (a duplicate names the first case in its facts), Invalid (amount
    above what is computed), EvidenceRefused, Reused."""
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, digest_of("apply", order_no, ask, list(evidence_ids))):
            return done
        record = work.orders.get_for_update(order_no, actor)
        settings = work.shops.settings_of(record.shop_id)
        found = situation_of(work, record, settings, deps)
        case_no = open_application(work, record, found, ask, evidence_ids, actor, settings, deps)
        return work.requests.finish(actor, request_id, f"case:{case_no}")


def open_application(
    work: UnitOfWork,
    record: OrderRecord,
    found: Situation,
    ask: ApplicationAsk,
    evidence_ids: Sequence[str],
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
    *,
    follows_id: int | None = None,
) -> str:
    """The number of a new case, decided and kept, approved at once where a rule says so; the order is under lock.

    `follows_id`: the case it was asked for again after. Errors as of `apply_for`.
    """
    decision, terms = decide_application_now(found, ask)
    if isinstance(decision, Refused):
        raise RefusedError(decision)
    case_id, case_no = _open(work, record, ask, decision, actor, deps, follows_id)
    keep_decision(work, record, found.order, ask, terms, decision, actor, case_id, now=found.judged_at)
    if evidence_ids:
        attach_evidence(work, ids=evidence_ids, actor=actor, order_id=record.id, case_id=case_id)
    if isinstance(decision, Allowed):
        case = work.cases.get_by_id_for_update(case_id)
        granted = effect_of_granting(record.order, case, found.policy)
        grant(work, record, case, granted, Granting(policy=found.policy, actor=actor, settings=settings), deps)
    return case_no


def _open(
    work: UnitOfWork,
    record: OrderRecord,
    ask: ApplicationAsk,
    decision: Allowed | Review,
    actor: Actor,
    deps: Deps,
    follows_id: int | None,
) -> tuple[int, str]:
    """A case that claims its units, counted under the order's row and by its lines' CHECK (T23)."""
    case_no, units = new_case_no(work.now, deps), decision.plan.units
    case_id = work.cases.open(
        NewCase(
            case_no=case_no,
            shop_id=record.shop_id,
            order_id=record.id,
            customer_id=record.customer_id,
            kind=ask.kind,
            opened_by=actor.key,
            follows_id=follows_id,
            units=units,
            **case_values(ask, decision),
        )
    )
    work.orders.save(record, effects.claimed(record.order, units))
    record.opens_case()
    tell_of_submitting(work, record, case_no, ask, decision, actor, "submitted")
    return case_id, case_no


def case_values(ask: ApplicationAsk, decision: Allowed | Review) -> dict[str, Any]:
    """The columns of a case that follow from what is asked and how it was decided."""
    review = decision if isinstance(decision, Review) else None
    kind = "shop_answers_refund" if ask.kind == "refund_only" else "shop_answers_return"
    outcome = {
        "rules": list(decision.rules),
        "notes": list(decision.notes),
        "handling": to_plain(decision.handling),
    }
    return {
        "reason": ask.reason,
        "note": ask.note,
        "priority": case_priority(ask.reason, is_late=review is not None and review.priority),
        "summary": to_plain(decision.plan),
        "asked": to_plain(replace(ask, note="", units=decision.plan.units)),
        "outcome": outcome | ({"at_zero": review.at_zero} if review else {}),
        "deadline_at": review.answer_by if review else None,
        "deadline_kind": kind if review else None,
    }


def tell_of_submitting(
    work: UnitOfWork,
    record: OrderRecord,
    case_no: str,
    ask: ApplicationAsk,
    decision: Allowed | Review,
    actor: Actor,
    what: str,
) -> None:
    """`what`: submitted or edited. What a rule approves is told of by the approval."""
    data: dict[str, Any] = {
        "units": [list(pair) for pair in decision.plan.units],
        "refund": decision.plan.refund.minor,
        "currency": decision.plan.refund.currency,
        "reason": ask.reason,
    }
    if isinstance(decision, Review):
        data["until"] = decision.answer_by.isoformat()
        params = {"order_no": record.order.no, "case_no": case_no, "deadline": decision.answer_by}
        tell(work, record, case_no, "application_received", params | {"at_zero": decision.at_zero})
    event = Event(kind=f"{event_source(actor)}:application:{what}", data=data, case_no=case_no)
    work.events.append(record, actor, event)


def keep_decision(
    work: UnitOfWork,
    record: OrderRecord,
    order: Order,
    ask: ApplicationAsk,
    terms: ApplicationTerms,
    decision: Allowed | Review,
    actor: Actor,
    case_id: int,
    *,
    now: datetime | None = None,
) -> None:
    """Facts as they were decided on, before the effect: what replay computes again (N4)."""
    work.cases.record_decision(
        record,
        kind="application",
        case_id=case_id,
        by=actor.key,
        facts=canonical({"order": order, "ask": ask, "terms": terms, "now": now or work.now}),
        decision=canonical(decision),
    )
