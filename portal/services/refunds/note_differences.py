"""The daily reconciliation: every difference becomes a task of its shop, and is gone once the books agree again.

A job a rail, a day of it at a time, oldest first; which day was compared is kept, so that whatever stops it goes on
with the next one. Nothing is inferred from it: no state changes, no money moves (PAYMENTS rule 10, TRAPS T17).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden, ProviderUnavailable
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.refunds.book_days import BookSpan, days_ago
from portal.domain.refunds.results import ReconciliationAsked
from portal.domain.sent import RequestKey
from portal.ports import Deps, NoLookUp, NoStatementYet
from portal.repos.rail_days import NO_BOOKS, NOT_YET, SETTLED, KeptDay
from portal.repos.rail_statement import RailStatement
from portal.repos.tasks import KeyedTask
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.refunds.differences import NOT_ARRIVED, Difference
from portal.services.refunds.recheck_refund import plan_fee_recheck, plan_recheck
from portal.services.refunds.reconcile import GIVE_UP_AFTER, ComparedRail, comparing, rails_of
from portal.services.refunds.record_answer import PARKED, NextTry

DIFFERS, UNCOMPARED, JOB = "rail_differs", "rail_uncompared", "reconcile"
TOLD = f"{DIFFERS}:told:"
"""Of a difference that a rail has told of by itself: no comparison finds it, so none takes it back."""
LOOKS_BACK = 40
"""Days. A refund may fail up to 30 days after it succeeded (PAYMENTS)."""
SETTLES_WITHIN = timedelta(minutes=10)
"""What was sent so lately is still on its way in one of the two books."""
RETRY_AFTER, NEXT_ROUND = timedelta(minutes=15), timedelta(days=1)
_AT_ONCE = 50
"""Differences noted in a transaction."""


def plan_reconciliation(*, deps: Deps) -> None:
    """For the worker, now and then: one job a day."""
    with unit_of_work(deps) as work:
        work.jobs.enqueue(JOB, _since(work), dedup_key=f"{JOB}:{work.now:%Y-%m-%d}")


def reconcile_now(*, actor: Actor, request_id: RequestKey, deps: Deps) -> ReconciliationAsked:
    """By a person, before the day is over: the rails of their shop. Errors: Forbidden, Reused."""
    if not may(actor, "write", "refunds"):
        raise Forbidden("refunds")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint([JOB]), ReconciliationAsked):
            return done
        # Asked for by several within a minute it is one.
        key = f"{JOB}:of:{actor.shop_id}:{work.now:%Y-%m-%dT%H:%M}"
        work.jobs.enqueue(JOB, _since(work) | {"shop": actor.shop_id}, dedup_key=key)
        work.events.append_without_order(actor, NewEvent(kind="staff:rails:reconciled", data={}))
        return work.requests.finish(actor, request_id, ReconciliationAsked())


def reconcile(*, asked: Mapping[str, Any], deps: Deps) -> NextTry:
    """The job. `asked`: `since` when it was planned; `shop` for whose rails alone; `rail`, once it is for one of them,
    that of `shop` or of all shops. A day of that rail at a time."""
    since = datetime.fromisoformat(asked["since"]) if "since" in asked else deps.clock.now()
    with reading(deps) as work:
        rails = rails_of(work, deps)
    if "rail" not in asked:
        _ask_about_parked(deps)
        wanted = [rail for rail in rails if rail.shop_id in (None, asked.get("shop")) or "shop" not in asked]
        _share_out(wanted, since, deps)
        return NextTry(None)
    named = (asked["rail"], asked.get("shop"))
    rail = next((rail for rail in rails if (rail.choice.name, rail.shop_id) == named), None)
    return _next_day(rail, since, deps) if rail else NextTry(None)


def _since(work: UnitOfWork) -> dict[str, Any]:
    return {"since": work.now.isoformat()}


def _ask_about_parked(deps: Deps) -> None:
    """No statement has what was never paid, or the rail may not have answered for days."""
    with unit_of_work(deps) as work:
        for key in work.tasks.open_keys(PARKED):
            plan_recheck(work, key.partition(":")[2])


def _share_out(rails: list[ComparedRail], since: datetime, deps: Deps) -> None:
    """A job each: one that is slow or down holds up no other."""
    for at in range(0, len(rails), _AT_ONCE):
        with unit_of_work(deps) as work:
            for rail in rails[at : at + _AT_ONCE]:
                payload = {"since": since.isoformat(), "rail": rail.choice.name, "shop": rail.shop_id}
                work.jobs.enqueue(JOB, payload, dedup_key=f"{JOB}:{rail.key.text}:{since:%Y-%m-%dT%H:%M}")


def _next_day(rail: ComparedRail, since: datetime, deps: Deps) -> NextTry:
    now = deps.clock.now()
    spans = list(rail.spans(days_ago(since, LOOKS_BACK), since))
    with reading(deps) as work:
        kept = work.rail_days.of(rail.key, spans[0].day)
    tried = {day: one for day, one in kept.items() if one.tried_at >= since}
    failing = [one for one in tried.values() if one.problem not in SETTLED]
    is_down = sum(one.tried_at > now - RETRY_AFTER for one in failing) >= GIVE_UP_AFTER
    due = None if is_down else next((span for span in spans if _is_due(tried.get(span.day), now)), None)
    if due is not None:
        problem = _compare(rail, due, deps)
        if problem != NO_BOOKS:
            return NextTry(now)
        failing = []
    _finish(rail, spans[0], failing, deps)
    if not failing:
        _forget_those_without_a_day(rail, deps)
    if not failing or now >= since + NEXT_ROUND:
        return NextTry(None)
    return NextTry(min(one.tried_at for one in failing) + RETRY_AFTER, f"{rail.name}: {failing[-1].problem}")


def _is_due(tried: KeptDay | None, now: datetime) -> bool:
    """Not in this round, or so long ago that trying again may do."""
    return tried is None or (tried.problem not in SETTLED and tried.tried_at <= now - RETRY_AFTER)


def _finish(rail: ComparedRail, first: BookSpan, failing: list[KeptDay], deps: Deps) -> None:
    """As far as it goes for now: days that could not be compared are a task of the shop until they are."""
    with unit_of_work(deps) as work:
        work.rail_days.forget_before(rail.key, first.day)
        if rail.shop_id is None:
            return
        key = f"{UNCOMPARED}:{rail.key.text}"
        if failing:
            work.tasks.reopen(rail.shop_id, UNCOMPARED, dedup_key=key, detail={"code": rail.choice.name})
        else:
            work.tasks.close(key)


def _forget_those_without_a_day(rail: ComparedRail, deps: Deps) -> None:
    """Tasks of differences from before they named their day: what still differs has been given one by this round."""
    with reading(deps) as work:
        shop_ids = tuple(shop.id for shop in work.shops.all()) if rail.shop_id is None else (rail.shop_id,)
    for page in _open_pages(shop_ids, deps):
        _forget([task.key for task in page if "of" not in task.detail and "refund" in task.detail], deps)


def _compare(rail: ComparedRail, span: BookSpan, deps: Deps) -> str:
    """Why it was not; "" where it was. Kept either way."""
    problem = ""
    try:
        with comparing(rail, deps) as comparison:
            found = (one for one in comparison.of(span) if not _is_fresh(one, deps))
            label = f"{rail.key.text}:{span.day}" if span.until else rail.key.text
            while some := list(islice(found, _AT_ONCE)):
                _note_some(some, label, comparison.statement, deps)
            _forget_others(comparison.on.shop_ids, label, comparison.statement, deps)
    except NoLookUp:
        problem = NO_BOOKS
    except NoStatementYet:
        problem = NOT_YET
    except ProviderUnavailable as away:
        if away.provider == "database":
            raise
        problem = away.reason or away.provider
    with unit_of_work(deps) as work:
        work.rail_days.note(rail.key, span.day, problem)
    return problem


def _is_fresh(one: Difference, deps: Deps) -> bool:
    """Sent just now: one of the two books has not been told yet."""
    return one.touched_at is not None and one.touched_at > deps.clock.now() - SETTLES_WITHIN


def _note_some(some: list[Difference], label: str, statement: RailStatement, deps: Deps) -> None:
    with unit_of_work(deps) as work:
        for one in some:
            if key := _note(work, one, label):
                statement.note(key)


def _forget_others(shop_ids: tuple[int, ...], label: str, statement: RailStatement, deps: Deps) -> None:
    """Tasks of that day whose difference has gone: forgotten, so that the same number can differ once more; what a
    person has handled stays handled."""
    for page in _open_pages(shop_ids, deps):
        _forget(
            [task.key for task in page if task.detail.get("of") == label and not statement.is_noted(task.key)], deps
        )


def _forget(keys: list[str], deps: Deps) -> None:
    if keys:
        with unit_of_work(deps) as work:
            for key in keys:
                work.tasks.forget(key)


def _open_pages(shop_ids: tuple[int, ...], deps: Deps) -> Iterator[list[KeyedTask]]:
    """Each open difference, some at a time."""
    after = 0
    while True:
        with reading(deps) as work:
            page = work.tasks.open_after(DIFFERS, shop_ids, after, limit=_AT_ONCE)
        if not page:
            return
        after = page[-1].id
        yield page


def _note(work: UnitOfWork, one: Difference, label: str) -> str:
    """Its task's key; "" where no shop of ours has the payment, which the operator's command lists."""
    order_id = one.order_id or work.refunds.find_paid_order(one.reference)
    if order_id is None:
        return ""
    if one.refund_id:
        plan_recheck(work, one.refund_id)
    elif one.order_id and one.kind in NOT_ARRIVED:
        plan_fee_recheck(work, one.number)
    key = f"{DIFFERS}:{one.kind}:{one.number}"[:120]
    amounts = " / ".join(f"{money.decimal()} {money.currency}" for money in (one.ours, one.theirs) if money)
    reason = f"{one.number} {amounts}".strip()
    detail = {"code": one.kind, "refund": one.number, "reason": reason, "of": label}
    shop_id = work.refunds.shop_of_order(order_id)
    if work.archive_lists.among([order_id]):
        work.orders.get_by_id_for_update(order_id)
    work.tasks.keep_open(shop_id, DIFFERS, dedup_key=key, detail=detail, order_id=order_id)
    return key
