"""Orders of one transaction: the same checks, the same merge, the same rows however many come at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.intake.balance import balance_problem
from portal.domain.intake.feed_refunds import with_feed_refunds
from portal.domain.intake.imported_order import ImportedOrder, OrderProblem, Read, Reject, Result
from portal.domain.intake.merge import money_tasks, seen_before
from portal.domain.intake.order_facts import called_off, order_of
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.intake_rows import NewOrder
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork
from portal.services.intake.keep_erased_out import REASON, erased_orders, without_person
from portal.services.intake.merge_order import merge_into, open_tasks
from portal.services.policy.order_terms import ShopTerms

LINES_AN_ORDER = 6
"""A batch is one transaction of at most so many orders, and of about six lines for each of them."""
_SORTED = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str)


@dataclass(frozen=True, slots=True)
class ParsedOrder:
    read: Read
    taken: ImportedOrder
    digest: str


@dataclass(slots=True)
class OrderBatch:
    """Orders of one transaction, and what of that stretch of the file was rejected, in whatever order it came out."""

    orders: dict[str, ParsedOrder] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    results: dict[str, Result] = field(default_factory=dict)
    lines: int = 0
    rejected: int = 0

    def is_full(self, most: int) -> bool:
        """Of `most` orders at once."""
        is_long = self.lines + len(self.rejects) >= most * LINES_AN_ORDER
        return is_long or len(self.orders) + self.rejected >= most

    def put(self, item: ParsedOrder) -> None:
        self.orders[item.taken.number] = item
        self.lines += len(item.taken.lines)

    def reject(self, read: Read, *problems: OrderProblem) -> None:
        """One order, however many problems it has."""
        self.rejected += 1
        self.rejects += [Reject(read.where(one.field), read.order, one.field, one.reason) for one in problems]

    def leave_out(self, read: Read, problems: Iterable[OrderProblem]) -> None:
        """Parts of an order that is imported without them."""
        self.rejects += [
            Reject(read.where(one.field), read.order, one.field, one.reason, is_order=False) for one in problems
        ]

    def forget(self, numbers: Iterable[str]) -> None:
        """Orders of people who were erased: imported without them, and told."""
        for number in numbers:
            item = self.orders[number]
            self.orders[number] = replace(item, taken=without_person(item.taken), digest="")
            self.leave_out(item.read, [OrderProblem("customer", REASON)])


def import_batch(work: UnitOfWork, shop_id: int, batch: OrderBatch, deps: Deps) -> None:
    """What becomes of each is in `batch.results`, by number, or among its rejects."""
    terms = ShopTerms(work, shop_id, deps.laws)
    batch.forget(erased_orders(work, shop_id, [item.taken for item in batch.orders.values()]))
    work.intake.lock_new_orders(shop_id)
    known = work.intake.known(shop_id, list(batch.orders))
    new: list[tuple[ImportedOrder, str]] = []
    stored: list[tuple[int, ParsedOrder]] = []
    for number, item in batch.orders.items():
        found = known.get(number)
        if found and (seen := seen_before(found.updated_at, found.digest, item.taken, item.digest)):
            batch.results[number] = seen
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
        add_orders(work, terms, new)
        batch.results.update(dict.fromkeys((taken.number for taken, _ in new), "created"))


def _import_again(
    work: UnitOfWork, record: OrderRecord, item: ParsedOrder, terms: ShopTerms, batch: OrderBatch, deps: Deps
) -> None:
    try:
        outcome = merge_into(work, record, item.taken, item.digest, terms=terms, deps=deps)
    except Conflict as refused:
        outcome = OrderProblem(str(refused.detail.get("field", "")), refused.what)
    if isinstance(outcome, OrderProblem):
        batch.reject(item.read, outcome)
    else:
        batch.results[item.taken.number] = outcome


def add_orders(work: UnitOfWork, terms: ShopTerms, orders: list[tuple[ImportedOrder, str]]) -> None:
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
