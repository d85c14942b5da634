"""Asks the rail once more about a refund that had succeeded: a bank may send it back for 30 days (PAYMENTS, Stripe);
and about one that is parked, since its rail may have learnt what became of it, or answer again.

What makes us ask is only a hint, a callback or a statement; what is recorded is what the rail says of the number.
"""

from __future__ import annotations

from datetime import timedelta

from portal.domain.errors import ProviderUnavailable
from portal.domain.refunds.life_cycle import IN_FLIGHT_STATES
from portal.ports import Deps, NoLookUp
from portal.repos.unit_of_work import UnitOfWork, looking, unit_of_work
from portal.services.refunds.choose_rail import open_rail, rail_of
from portal.services.refunds.record_answer import PARKED, NextTry, locked, record_answer
from portal.services.refunds.refund_money import ask_by

JOB = "refund_recheck"
_AGAIN_IN = timedelta(minutes=10)


def plan_recheck(work: UnitOfWork, refund_id: str) -> None:
    """In the caller's transaction; several hints within a minute, on two processes at once, are asked about once."""
    work.jobs.enqueue(JOB, {"refund": refund_id}, dedup_key=f"{JOB}:{refund_id}:{work.now:%Y-%m-%dT%H:%M}")


def plan_fee_recheck(work: UnitOfWork, return_number: str) -> None:
    """The same for money of a fee that went back under this number: its own job asks."""
    number = return_number.rpartition("-R")[0]
    work.jobs.enqueue("fee_payment", {"payment": number}, dedup_key=f"fee_recheck:{number}:{work.now:%Y-%m-%dT%H:%M}")


def recheck_refund(*, refund_id: str, deps: Deps) -> NextTry:
    """What had succeeded changes where the rail's books have it as failed: it is owed again. What is parked goes on
    once its rail can be asked about it."""
    with looking(deps) as work:
        act, refund = locked(work, refund_id, deps)
        choice = rail_of(work, act.record.shop_id, refund, deps)
        if not (refund.state == "succeeded" or refund.parked_at) or not refund.rail or choice is None:
            return NextTry(None)
        ask = ask_by(choice, refund, act)
    try:
        answer = open_rail(choice, deps).find_refund(ask)
    except ProviderUnavailable as problem:
        later = deps.clock.now() + _AGAIN_IN if refund.parked_at is None else None
        return NextTry(later, f"{problem.provider}: {problem.reason}")
    except NoLookUp:
        return NextTry(None)
    if refund.parked_at:
        return _go_on(refund_id, ask.number, deps)
    if answer.outcome != "failed":
        return NextTry(None)
    return record_answer(refund_id, ask.number, answer, deps)


def _go_on(refund_id: str, number: str, deps: Deps) -> NextTry:
    """Its own job asks, and does what follows from the answer."""
    with unit_of_work(deps) as work:
        _, refund = locked(work, refund_id, deps)
        if refund.parked_at and refund.number == number and refund.state in IN_FLIGHT_STATES:
            work.refunds.unparked(refund)
            work.tasks.close(f"{PARKED}:{refund_id}")
            key = f"refund:{refund_id}:asked:{work.now:%Y-%m-%dT%H:%M:%S}"
            work.jobs.enqueue("refund", {"refund": refund_id}, dedup_key=key)
    return NextTry(None)
