"""The daily reconciliation: every difference becomes a task of its shop, and is gone once the books agree again.

Nothing is inferred from it: no state changes, no money moves (PAYMENTS rule 10, TRAPS T17).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.refunds.results import ReconciliationAsked
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.refunds.recheck_refund import plan_fee_recheck, plan_recheck
from portal.services.refunds.reconcile import NOT_ARRIVED, Difference, find_differences

DIFFERS, JOB = "rail_differs", "reconcile"
TOLD = f"{DIFFERS}:told:"
"""Of a difference that a rail has told of by itself: no comparison finds it, so none takes it back."""
LOOKS_BACK = timedelta(days=40)
"""A refund may fail up to 30 days after it succeeded (PAYMENTS)."""
SETTLES_WITHIN = timedelta(minutes=10)
"""What was sent so lately is still on its way in one of the two books."""


def plan_reconciliation(*, deps: Deps) -> None:
    """For the worker, now and then: one job a day."""
    with unit_of_work(deps) as work:
        work.jobs.enqueue(JOB, {}, dedup_key=f"{JOB}:{work.now:%Y-%m-%d}")


def reconcile_now(*, actor: Actor, request_id: RequestKey, deps: Deps) -> ReconciliationAsked:
    """By a person, before the day is over. Errors: Forbidden, Reused."""
    if not may(actor, "write", "refunds"):
        raise Forbidden("refunds")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint([JOB]), ReconciliationAsked):
            return done
        # Asked for by several within a minute it is one.
        work.jobs.enqueue(JOB, {}, dedup_key=f"{JOB}:{work.now:%Y-%m-%dT%H:%M}")
        work.events.append_without_order(actor, NewEvent(kind="staff:rails:reconciled", data={}))
        return work.requests.finish(actor, request_id, ReconciliationAsked())


def note_differences(*, deps: Deps) -> int:
    """How many there are now. Raises ProviderUnavailable; the job comes back."""
    now = deps.clock.now()
    found = find_differences(since=now - LOOKS_BACK, deps=deps)
    lasting = _that_last(found, deps)
    with unit_of_work(deps) as work:
        kept = {key for key in (_note(work, one) for one in lasting) if key}
        for key in work.tasks.open_keys(DIFFERS) - kept:
            # Forgotten, so that the same number can differ once more; what a person has handled stays handled.
            if not key.startswith(TOLD):
                work.tasks.forget(key)
        for shop in work.shops.all():
            work.tasks.reopen(shop.id, JOB, dedup_key=reconciled_key(shop.id))
            work.tasks.close(reconciled_key(shop.id))
    return len(kept)


def reconciled_key(shop_id: int) -> str:
    """Of the task that comparing is: when it was done last."""
    return f"{JOB}:{shop_id}"


def _that_last(found: Iterable[Difference], deps: Deps) -> list[Difference]:
    """Without refunds that were sent just now: one of the two books has not been told yet."""
    with reading(deps) as work:
        fresh = work.refunds.sent_after(work.now - SETTLES_WITHIN)
    return [one for one in found if one.number not in fresh]


def _note(work: UnitOfWork, one: Difference) -> str:
    """Its task's key; "" where no shop of ours has the payment, which the operator's command lists."""
    order_id = one.order_id or work.refunds.find_paid_order(one.reference)
    if order_id is None:
        return ""
    if one.refund_id:
        plan_recheck(work, one.refund_id)
    elif one.order_id and one.kind in NOT_ARRIVED:
        plan_fee_recheck(work, one.number)
    key = f"{DIFFERS}:{one.kind}:{one.number}"
    amounts = " / ".join(f"{money.decimal()} {money.currency}" for money in (one.ours, one.theirs) if money)
    work.tasks.open(
        work.refunds.shop_of_order(order_id),
        DIFFERS,
        dedup_key=key[:120],
        detail={"code": one.kind, "refund": one.number, "reason": f"{one.number} {amounts}".strip()},
        order_id=order_id,
    )
    return key[:120]
