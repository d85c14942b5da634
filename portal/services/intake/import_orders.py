"""Orders in: one by the machine API, many from a file. The same checks, the same merge, the same rows for both."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from portal.domain.errors import Invalid
from portal.domain.identity.phones import country_of
from portal.domain.intake.balance import balance_problem
from portal.domain.intake.imported_order import ImportedOrder, OrderProblem, Read, Reject, TakenIn
from portal.domain.intake.merge import seen_before
from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.intake.keep_erased_out import REASON, erased_orders, without_person
from portal.services.intake.merge_order import merge_into
from portal.services.intake.order_batch import OrderBatch, ParsedOrder, add_orders, digest_of, import_batch
from portal.services.policy.order_terms import ShopTerms

MOST_NAMES = 100
ReadOrder = Callable[[Mapping[str, Any]], ImportedOrder | tuple[OrderProblem, ...]]
FEWEST_ORDERS, FIRST_ORDERS, MOST_ORDERS = 20, 100, 500
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
    taken = deps.schemas.read_order(data, country=country_of_shop(shop_id, deps))
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
        if record is None and (archived := work.intake.known(shop_id, [taken.number]).get(taken.number)):
            if seen := seen_before(archived.updated_at, archived.digest, taken, digest):
                return TakenIn(seen, left_out)
            record = work.orders.get_by_id_for_update(archived.id)
        if record is None:
            if problem := balance_problem(taken):
                raise Invalid(((problem.field, problem.reason),))
            add_orders(work, terms, [(taken, digest)])
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
    read_order = partial(deps.schemas.read_order, country=country_of_shop(shop_id, deps))
    for batch in _batches(orders, counts, size, read_order):
        try:
            with unit_of_work(deps) as work:
                began, is_alone = time.monotonic(), work.intake.is_the_only_writer
                import_batch(work, shop_id, batch, deps)
                if is_dry_run:
                    work.flush()
                    raise _NotKept
        except _NotKept:
            pass
        size.adapt(time.monotonic() - began if is_alone else 0.0)
        _report(batch, counts, on_reject)
        on_batch(counts)
        # Gone before the next one is read: two at a time would be twice the memory.
        del batch
    return counts


class _NotKept(Exception):
    """Undoes the batch of a dry run."""


@dataclass(slots=True)
class BatchSize:
    """How many orders a transaction takes: as many as the last one says can be written within LONGEST_LOCK."""

    orders: int = FIRST_ORDERS

    def adapt(self, seconds: float) -> None:
        """`seconds` that a batch of this size kept others from writing; 0 where it kept nobody."""
        fitting = self.orders * LONGEST_LOCK / max(seconds, LONGEST_LOCK / 2)
        self.orders = min(MOST_ORDERS, max(FEWEST_ORDERS, int(fitting)))


def _report(batch: OrderBatch, counts: Counts, on_reject: Callable[[Reject], None]) -> None:
    for reject in sorted(batch.rejects, key=lambda reject: reject.line):
        on_reject(reject)
    results = list(batch.results.values())
    counts.rejected += batch.rejected
    counts.created += results.count("created")
    counts.updated += results.count("updated")
    counts.unchanged += results.count("unchanged") + results.count("older")


def country_of_shop(shop_id: int, deps: Deps) -> str:
    """Where the shop's numbers are from, as far as its clock says."""
    with reading(deps) as work:
        return country_of(deps.schemas.read_settings(work.shops.get_by_id(shop_id).settings).zone)


def _batches(
    orders: Iterable[Read | Reject], counts: Counts, size: BatchSize, read_order: ReadOrder
) -> Iterator[OrderBatch]:
    """No number is twice in a batch: the second is a version of the first, which must be in before it."""
    batch = OrderBatch()
    for item in orders:
        if batch.is_full(size.orders):
            yield batch
            batch = OrderBatch()
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
            batch = OrderBatch()
        batch.put(ParsedOrder(item, taken, digest_of(item.data)))
        if taken.left_out:
            batch.leave_out(item, taken.left_out)
    yield batch
