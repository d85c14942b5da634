"""Asks the rail once more about a refund that had succeeded: a bank may send it back for 30 days (PAYMENTS, Stripe).

What makes us ask is only a hint, a callback or a statement; what is recorded is what the rail says of the number.
"""

from __future__ import annotations

from datetime import timedelta

from portal.domain.errors import ProviderUnavailable
from portal.ports import Deps, NoLookUp
from portal.repos.unit_of_work import UnitOfWork, looking
from portal.services.refunds.choose_rail import open_rail, rail_of
from portal.services.refunds.record_answer import NextTry, locked, record_answer
from portal.services.refunds.refund_money import ask_of

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
    """Only a refund that the rail's books have as failed changes: it is owed again."""
    with looking(deps) as work:
        act, refund = locked(work, refund_id, deps)
        choice = rail_of(work, act.record.shop_id, refund, deps)
        if refund.state != "succeeded" or not refund.rail or choice is None:
            return NextTry(None)
        ask = ask_of(refund, act)
    try:
        answer = open_rail(choice, deps).find_refund(ask)
    except ProviderUnavailable as problem:
        return NextTry(deps.clock.now() + _AGAIN_IN, f"{problem.provider}: {problem.reason}")
    except NoLookUp:
        return NextTry(None)
    if answer.outcome != "failed":
        return NextTry(None)
    return record_answer(refund_id, ask.number, answer, deps)
