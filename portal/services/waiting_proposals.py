"""What waits for a second person on a case, seen by the acts that make another case of it."""

from __future__ import annotations

from portal.domain.goodwill.proposal import Goodwill
from portal.services.act import CaseAct

TASK = "approval_waiting"


def lapse_proposal(act: CaseAct) -> None:
    """The case is asked for otherwise, or has ended: what was to be approved of it is not there any more."""
    if waiting := act.work.goodwill.waiting_return(act.case.id):
        act.work.goodwill.answer(waiting, "lapsed", by=act.actor.key, person=None)
        act.happened("goodwill:lapsed", **facts_of(waiting))
        close_proposal_task(act, waiting)


def close_proposal_task(act: CaseAct, one: Goodwill) -> None:
    """It has been answered."""
    act.work.tasks.close(f"{TASK}:{one.number}")


def facts_of(one: Goodwill) -> dict[str, str | int]:
    """What events say of a proposal: its number, what it is and what it is worth, in minor units."""
    return {
        "goodwill": one.number,
        "given": one.kind,
        "amount": one.amount.minor,
        "currency": one.amount.currency,
    }
