"""Orders in: one by the machine API, many from a file. The same checks, the same merge, the same rows for both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from portal.domain.access import Actor
from portal.domain.errors import Conflict, Invalid
from portal.domain.events import Event
from portal.domain.intake import Problem, Read, Reject, TakenOrder
from portal.domain.intake_balance import balance_problem
from portal.domain.intake_parsing import parse_order
from portal.domain.merging import money_tasks, seen_before
from portal.domain.taking_in import called_off, order_of, with_feed_refunds
from portal.ports import Deps
from portal.repos.intake_rows import NewOrder
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.merge_order import merge_into, open_tasks
from portal.services.order_terms import ShopTerms

Result = Literal["created", "updated", "unchanged", "older"]
MOST_ORDERS, MOST_LINES = 500, 10_000
"""A batch of an import is one transaction of at most so many orders and about so many lines."""


@dataclass(slots=True)
class Counts:
    """Of orders. `older` ones are counted among `unchanged`; `unknown_fields` are counted, and named once each."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    unknown_fields: dict[str, int] = field(default_factory=dict)

    def summary(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("read", "created", "updated", "unchanged", "rejected")}


def take_in_order(*, shop_id: int, data: Mapping[str, Any], deps: Deps) -> Result:
    """One order of the order format. Raises Invalid with every problem; Conflict `frozen` or `cancel_open`."""
    taken = parse_order(data)
    if isinstance(taken, tuple):
        raise Invalid(tuple((problem.field, problem.reason) for problem in taken))
    digest = digest_of(data)
    with unit_of_work(deps) as work:
        terms = ShopTerms(work, shop_id)
        record = work.orders.find_for_update(shop_id, taken.number)
        if record is None:
            work.intake.hold_new_orders(shop_id)
            record = work.orders.find_for_update(shop_id, taken.number)
        if record is None:
            if problem := balance_problem(taken):
                raise Invalid(((problem.field, problem.reason),))
            _add(work, terms, [(taken, digest)])
            return "created"
        outcome = merge_into(work, record, taken, digest, terms=terms, deps=deps)
        if isinstance(outcome, Problem):
            raise Invalid(((outcome.field, outcome.reason),))
        return outcome


def take_in_stream(
    *,
    shop_id: int,
    orders: Iterable[Read | Reject],
    deps: Deps,
    on_reject: Callable[[Reject], None],
    on_batch: Callable[[Counts], None] = lambda counts: None,
    is_dry_run: bool = False,
) -> Counts:
    """Takes a file in, batch by batch, each one transaction. What is rejected is told to `on_reject` as it comes.

    A dry run does everything but keep it, so an order that is in the file twice counts as new twice.
    """
    counts = Counts()
    for batch in _batches(_parsed(orders, counts, on_reject)):
        try:
            with unit_of_work(deps) as work:
                _take_in_batch(work, shop_id, batch, counts, on_reject, deps)
                if is_dry_run:
                    work.flush()
                    raise _NotKept
        except _NotKept:
            pass
        on_batch(counts)
    on_batch(counts)
    return counts


class _NotKept(Exception):
    """Undoes the batch of a dry run."""


@dataclass(frozen=True, slots=True)
class _Parsed:
    read: Read
    taken: TakenOrder
    digest: str


def _parsed(orders: Iterable[Read | Reject], counts: Counts, on_reject: Callable[[Reject], None]) -> Iterator[_Parsed]:
    for item in orders:
        if isinstance(item, Reject):
            counts.read += item.is_order
            counts.rejected += item.is_order
            on_reject(item)
            continue
        counts.read += 1
        taken = parse_order(item.data)
        if isinstance(taken, tuple):
            _reject(item, taken, counts, on_reject)
            continue
        for name in taken.unknown:
            counts.unknown_fields[name] = counts.unknown_fields.get(name, 0) + 1
        yield _Parsed(item, taken, digest_of(item.data))


def _batches(parsed: Iterator[_Parsed]) -> Iterator[list[_Parsed]]:
    """No number is twice in a batch: the second is a version of the first, which must be in before it."""
    batch: list[_Parsed] = []
    numbers: set[str] = set()
    lines = 0
    for item in parsed:
        if len(batch) >= MOST_ORDERS or lines >= MOST_LINES or item.taken.number in numbers:
            yield batch
            batch, numbers, lines = [], set(), 0
        batch.append(item)
        numbers.add(item.taken.number)
        lines += len(item.taken.lines)
    if batch:
        yield batch


def _take_in_batch(
    work: UnitOfWork,
    shop_id: int,
    batch: list[_Parsed],
    counts: Counts,
    on_reject: Callable[[Reject], None],
    deps: Deps,
) -> None:
    terms = ShopTerms(work, shop_id)
    work.intake.hold_new_orders(shop_id)
    known = work.intake.known(shop_id, [item.taken.number for item in batch])
    new: list[tuple[TakenOrder, str]] = []
    stored: list[tuple[int, _Parsed]] = []
    for item in batch:
        found = known.get(item.taken.number)
        if found and seen_before(found.updated_at, item.taken):
            counts.unchanged += 1
        elif found:
            stored.append((found.id, item))
        elif problem := balance_problem(item.taken):
            _reject(item.read, (problem,), counts, on_reject)
        else:
            new.append((item.taken, item.digest))
    if new:
        _add(work, terms, new)
        counts.created += len(new)
    # Rows are locked in id order, as everywhere, so that two imports cannot wait for each other.
    for order_id, item in sorted(stored, key=lambda pair: pair[0]):
        _take_in_stored(work, order_id, item, terms, counts, on_reject, deps)


def _take_in_stored(
    work: UnitOfWork,
    order_id: int,
    item: _Parsed,
    terms: ShopTerms,
    counts: Counts,
    on_reject: Callable[[Reject], None],
    deps: Deps,
) -> None:
    record = work.orders.get_by_id_for_update(order_id)
    try:
        outcome = merge_into(work, record, item.taken, item.digest, terms=terms, deps=deps)
    except Conflict as refused:
        outcome = Problem(str(refused.detail.get("field", "")), refused.what)
    if isinstance(outcome, Problem):
        _reject(item.read, (outcome,), counts, on_reject)
    elif outcome == "updated":
        counts.updated += 1
    else:
        counts.unchanged += 1


def _reject(read: Read, problems: tuple[Problem, ...], counts: Counts, on_reject: Callable[[Reject], None]) -> None:
    """One order, however many problems it has."""
    counts.rejected += 1
    for problem in problems:
        on_reject(Reject(read.where(problem.field), read.order, problem.field, problem.reason))


def _add(work: UnitOfWork, terms: ShopTerms, orders: list[tuple[TakenOrder, str]]) -> None:
    """Stores new orders with their first event; tells people what only they can settle."""
    feed = Actor(kind="feed", shop_id=terms.shop_id)
    new, events, tasks = [], [], []
    for taken, digest in orders:
        order, collided = with_feed_refunds(order_of(taken), taken.refunds)
        is_off = taken.status == "cancelled"
        if is_off:
            order = called_off(order)
        policy = terms.of(taken)
        new.append(
            NewOrder(
                taken=taken,
                order=order,
                windows=policy.windows_of(taken.lines),
                shop_version_id=policy.shop_version_id,
                law_version_id=policy.law_version_id,
                ship_due_at=order.ship_due(policy.ship_within),
                digest=digest,
            )
        )
        data = {"status": taken.status, "total": taken.total.minor, "currency": taken.currency}
        events.append(Event(kind="feed:order:taken_in", data=data))
        tasks.append(money_tasks(order, collided, by_feed=is_off))
    for order_id, one, found in zip(work.intake.add(feed, new, events), new, tasks, strict=True):
        open_tasks(work, feed.shop_id, order_id, one.order.no, found)


def digest_of(data: Mapping[str, Any]) -> str:
    """What was taken in, word for word: SHA-256 over its JSON with sorted keys, hex."""
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
