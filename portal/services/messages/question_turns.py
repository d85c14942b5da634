"""Whose turn it is in a thread of questions, and until when the shop has to answer."""

from __future__ import annotations

from datetime import datetime

from portal.domain.cases.life_cycle import may_step
from portal.domain.deadlines.spans import ROUND_THE_CLOCK, due
from portal.domain.identity.access import Actor
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork
from portal.services.situation import situation_of

DEADLINE = "shop_answers_question"


def take_turn(work: UnitOfWork, record: OrderRecord, case: CaseRecord, actor: Actor, deps: Deps) -> None:
    """After a message: the shop has answered, or the customer asks on. Of any other case nothing follows."""
    if actor.kind == "staff" and may_step(case.row["kind"], case.state, "reply"):
        work.cases.step(case, "reply", deadline_at=None, deadline_kind=None, escalated_at=None, decided_by=actor.key)
        work.tasks.close(f"question_unanswered:{case.case_no}")
    elif actor.kind != "staff" and may_step(case.row["kind"], case.state, "ask_again"):
        by = answer_by(work, record, deps)
        work.cases.step(case, "ask_again", deadline_at=by, deadline_kind=DEADLINE, closed_at=None, decided_by=None)


def answer_by(work: UnitOfWork, record: OrderRecord, deps: Deps) -> datetime:
    """The shop has as long as for a refund that is asked for."""
    found = situation_of(work, record, work.shops.settings_of(record.shop_id), deps, claims=())
    span = found.policy.timers.shop_answers_refund
    return due(span, work.now, zone=found.around.zone, hours=ROUND_THE_CLOCK)
