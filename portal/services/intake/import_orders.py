"""Orders in: one by the machine API, many from a file. The same checks, the same merge, the same rows for both."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.identity.phones import country_of
from portal.domain.intake.balance import balance_problem
from portal.domain.intake.feed_refunds import with_feed_refunds
from portal.domain.intake.imported_order import ImportedOrder, OrderProblem, Read, Reject, Result, TakenIn
from portal.domain.intake.merge import money_tasks, seen_before
from portal.domain.intake.order_facts import called_off, order_of
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.intake_rows import NewOrder
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.intake.keep_erased_out import REASON, erased_orders, without_person
from portal.services.intake.merge_order import merge_into, open_tasks
from portal.services.policy.order_terms import ShopTerms

MOST_NAMES = 100
_SORTED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str)
ReadOrder = Callable[[Mapping[str, Any]], ImportedOrder | tuple[OrderProblem, ...]]
FEWEST_ORDERS, FIRST_ORDERS, MOST_ORDERS = 20, 100, 500
LINES_AN_ORDER = 6
"""A batch of an import is one transaction of at most so many orders, and of about six lines for each of them."""
LONGEST_LOCK = 0.05
"""Seconds that an import keeps others from writing at a time, where there is one writer: a cancel waits no longer."""


@dataclass(slots=True)
class Counts:
    """Of orders. `older` ones are counted among `unchanged`; `unknown_fields` are counted, and named once each."""

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    unknown_fields: dict[str, int] = field(default_factory=dict)

    def add_unknown(self, names: Iterable[str]) -> None:
        """Beyond the first of them, names are counted together: a file may have a new one in every order."""
        for name in names:
            is_one_too_many = name not in self.unknown_fields and len(self.unknown_fields) >= MOST_NAMES
            counted = "…" if is_one_too_many else name
            self.unknown_fields[counted] = self.unknown_fields.get(counted, 0) + 1

    def summary(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in ("read", "created", "updated", "unchanged", "rejected")}


def import_order(*, shop_id: int, data: Mapping[str, Any], deps: Deps) -> TakenIn:
    """One order of the order format. Raises Invalid with every problem; Conflict `frozen` or `cancel_open`."""
    taken = deps.schemas.read_order(data, country=_country_of(shop_id, deps))
    if isinstance(taken, tuple):
        raise Invalid(tuple((problem.field, problem.reason) for problem in taken))
    digest = digest_of(data)
    with unit_of_work(deps) as work:
        terms = ShopTerms(work, shop_id, deps.laws)
        left_out = taken.left_out
        if erased_orders(work, shop_id, [taken]):
            taken, digest = without_person(taken), ""
            left_out = (*left_out, OrderProblem("customer", REASON))
        record = work.orders.find_for_update(shop_id, taken.number)
        if record is None:
            work.intake.lock_new_orders(shop_id)
            record = work.orders.find_for_update(shop_id, taken.number)
        if record is None:
            if problem := balance_problem(taken):
                raise Invalid(((problem.field, problem.reason),))
            _add(work, terms, [(taken, digest)])
            return TakenIn("created", left_out)
        outcome = merge_into(work, record, taken, digest, terms=terms, deps=deps)
        if isinstance(outcome, OrderProblem):
            raise Invalid(((outcome.field, outcome.reason),))
        return TakenIn(outcome, left_out)


def import_stream(
    *,
    shop_id: int,
    orders: Iterable[Read | Reject],
    deps: Deps,
    on_reject: Callable[[Reject], None],
    on_batch: Callable[[Counts], None] = lambda _counts: None,
    is_dry_run: bool = False,
) -> Counts:
    """Imports a file, batch by batch, each one transaction. What is rejected is told to `on_reject` as it comes.

    A dry run does everything but keep it, so an order that is in the file twice counts as new twice.
    """
    counts, size = Counts(), BatchSize()
    read_order = partial(deps.schemas.read_order, country=_country_of(shop_id, deps))
    for batch in _batches(orders, counts, size, read_order):
        try:
            with unit_of_work(deps) as work:
                began, is_alone = time.monotonic(), work.intake.is_the_only_writer
                _import_batch(work, shop_id, batch, deps)
                if is_dry_run:
                    work.flush()
                    raise _NotKept
        except _NotKept:
            pass
        size.adapt(time.monotonic() - began if is_alone else 0.0)
        batch.report(counts, on_reject)
        on_batch(counts)
        # Gone before the next one is read: two at a time would be twice the memory.
        del batch
    return counts


class _NotKept(Exception):
    """Undoes the batch of a dry run."""


@dataclass(frozen=True, slots=True)
class _Parsed:
    read: Read
    taken: ImportedOrder
    digest: str


@dataclass(slots=True)
class BatchSize:
    """How many orders a transaction takes: as many as the last one says can be written within LONGEST_LOCK."""

    orders: int = FIRST_ORDERS

    def adapt(self, seconds: float) -> None:
        """`seconds` that a batch of this size kept others from writing; 0 where it kept nobody."""
        fitting = self.orders * LONGEST_LOCK / max(seconds, LONGEST_LOCK / 2)
        self.orders = min(MOST_ORDERS, max(FEWEST_ORDERS, int(fitting)))


@dataclass(slots=True)
class _Batch:
    """Orders of one transaction, and what of that stretch of the file was rejected, in whatever order it came out."""

    orders: dict[str, _Parsed] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    lines: int = 0
    rejected: int = 0

    def is_full(self, size: BatchSize) -> bool:
        is_long = self.lines + len(self.rejects) >= size.orders * LINES_AN_ORDER
        return is_long or len(self.orders) + self.rejected >= size.orders

    def put(self, item: _Parsed) -> None:
        self.orders[item.taken.number] = item
        self.lines += len(item.taken.lines)

    def reject(self, read: Read, *problems: OrderProblem) -> None:
        """One order, however many problems it has."""
        self.rejected += 1
        self.rejects += [Reject(read.where(one.field), read.order, one.field, one.reason) for one in problems]

    def leave_out(self, read: Read, problems: Iterable[OrderProblem]) -> None:
        """Parts of an order that is taken in without them."""
        self.rejects += [
            Reject(read.where(one.field), read.order, one.field, one.reason, is_order=False) for one in problems
        ]

    def forget(self, numbers: Iterable[str]) -> None:
        """Orders of people who were erased: taken in without them, and told."""
        for number in numbers:
            item = self.orders[number]
            self.orders[number] = replace(item, taken=without_person(item.taken), digest="")
            self.leave_out(item.read, [OrderProblem("customer", REASON)])

    def report(self, counts: Counts, on_reject: Callable[[Reject], None]) -> None:
        for reject in sorted(self.rejects, key=lambda reject: reject.line):
            on_reject(reject)
        counts.rejected += self.rejected
        counts.created += self.results.count("created")
        counts.updated += self.results.count("updated")
        counts.unchanged += self.results.count("unchanged") + self.results.count("older")


def _country_of(shop_id: int, deps: Deps) -> str:
    """Where the shop's numbers are from, as far as its clock says."""
    with reading(deps) as work:
        return country_of(deps.schemas.read_settings(work.shops.get_by_id(shop_id).settings).zone)


def _batches(
    orders: Iterable[Read | Reject], counts: Counts, size: BatchSize, read_order: ReadOrder
) -> Iterator[_Batch]:
    """No number is twice in a batch: the second is a version of the first, which must be in before it."""
    batch = _Batch()
    for item in orders:
        if batch.is_full(size):
            yield batch
            batch = _Batch()
        if isinstance(item, Reject):
            counts.read += item.is_order
            batch.rejected += item.is_order
            batch.rejects.append(item)
            continue
        counts.read += 1
        taken = read_order(item.data)
        if isinstance(taken, tuple):
            batch.reject(item, *taken)
            continue
        counts.add_unknown(taken.unknown)
        if taken.number in batch.orders:
            yield batch
            batch = _Batch()
        batch.put(_Parsed(item, taken, digest_of(item.data)))
        if taken.left_out:
            batch.leave_out(item, taken.left_out)
    yield batch


def _import_batch(work: UnitOfWork, shop_id: int, batch: _Batch, deps: Deps) -> None:
    terms = ShopTerms(work, shop_id, deps.laws)
    batch.forget(erased_orders(work, shop_id, [item.taken for item in batch.orders.values()]))
    work.intake.lock_new_orders(shop_id)
    known = work.intake.known(shop_id, list(batch.orders))
    new: list[tuple[ImportedOrder, str]] = []
    stored: list[tuple[int, _Parsed]] = []
    for number, item in batch.orders.items():
        found = known.get(number)
        if found and (seen := seen_before(found.updated_at, found.digest, item.taken, item.digest)):
            batch.results.append(seen)
        elif found:
            stored.append((found.id, item))
        elif problem := balance_problem(item.taken):
            batch.reject(item.read, problem)
        else:
            new.append((item.taken, item.digest))
    # All orders are locked, in id order, before the first customer's row is written: a cancel of one of them goes the
    # same way, so neither waits for the other endlessly.
    stored.sort(key=lambda pair: pair[0])
    records = [work.orders.get_by_id_for_update(order_id) for order_id, _ in stored]
    for record, (_, item) in zip(records, stored, strict=True):
        _import_again(work, record, item, terms, batch, deps)
    if new:
        _add(work, terms, new)
        batch.results += ["created"] * len(new)


def _import_again(
    work: UnitOfWork, record: OrderRecord, item: _Parsed, terms: ShopTerms, batch: _Batch, deps: Deps
) -> None:
    try:
        outcome = merge_into(work, record, item.taken, item.digest, terms=terms, deps=deps)
    except Conflict as refused:
        outcome = OrderProblem(str(refused.detail.get("field", "")), refused.what)
    if isinstance(outcome, OrderProblem):
        batch.reject(item.read, outcome)
    else:
        batch.results.append(outcome)


def _add(work: UnitOfWork, terms: ShopTerms, orders: list[tuple[ImportedOrder, str]]) -> None:
    """Stores new orders with their first event; tells people what only they can settle."""
    feed = Actor(kind="feed", shop_id=terms.shop_id)
    new, events, tasks = [], [], []
    for taken, digest in orders:
        given = with_feed_refunds(order_of(taken), taken.refunds)
        order = given.order
        is_off = taken.status == "cancelled"
        if is_off:
            order = called_off(order)
        policy = terms.of(taken)
        new.append(
            NewOrder(
                taken=taken,
                order=order,
                shop_version_id=policy.shop_version_id,
                law_version_id=policy.law_version_id,
                ship_due_at=order.ship_due(policy.ship_within),
                digest=digest,
                feed_refunds=given.refunds,
            )
        )
        data = {"status": taken.status, "total": taken.total.minor, "currency": taken.currency}
        events.append(NewEvent(kind="feed:order:taken_in", data=data))
        tasks.append(money_tasks(order, given.collided, by_feed=is_off))
    for order_id, one, found in zip(work.intake.add(feed, new, events), new, tasks, strict=True):
        open_tasks(work, feed.shop_id, order_id, one.order.no, found)


def digest_of(data: Mapping[str, Any]) -> str:
    """What was imported, word for word: SHA-256 over its JSON with sorted keys, hex."""
    return hashlib.sha256(_SORTED.encode(data).encode("ascii")).hexdigest()
