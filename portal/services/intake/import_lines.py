"""Orders in by the machine API, many in one body: an answer for each line, in their order, as they are imported.

A stretch of lines is one transaction. Where it ends depends on the lines alone, so the same body sent again under the
same key has the same stretches: those that were imported are answered as they were, and the rest is imported now.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO

from portal.domain.codec import fingerprint
from portal.domain.errors import ProviderUnavailable
from portal.domain.identity.access import Actor
from portal.domain.intake.imported_order import ImportedOrder, OrderProblem, Read, Reject
from portal.domain.intake.results import BulkBegun, LinesTaken
from portal.domain.sent import Sent
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.intake.import_orders import ReadOrder, country_of_shop
from portal.services.intake.order_batch import OrderBatch, ParsedOrder, digest_of, import_batch

ORDERS = 40
"""Of one transaction: what else is written waits no longer than for a page (LONGEST_LOCK of an import)."""
MOST_UNPACKED = 1 << 30
"""Bytes of a body once it is unpacked."""
_NOT_NOW = {"errors": [{"field": "", "reason": "could not be imported just now: send it again"}]}


def import_lines(*, raw: BinaryIO, key: Sent | None, actor: Actor, deps: Deps) -> Iterator[str]:
    """Answers, JSON with a line end each, a few at a time. Nothing is read before the first is asked for.

    `key`: what the whole body is known by. Raises Reused before that: the same key with another body.
    """
    if key:
        with unit_of_work(deps) as work:
            if not work.requests.claim(actor, key, "", BulkBegun):
                work.requests.finish(actor, key, BulkBegun())
    return _answers(deps.schemas.read_lines(raw, MOST_UNPACKED), key, actor, deps)


def _answers(lines: Iterable[Read | Reject], key: Sent | None, actor: Actor, deps: Deps) -> Iterator[str]:
    read_order = partial(deps.schemas.read_order, country=country_of_shop(actor.shop_id, deps))
    for number, stretch in enumerate(_stretches(lines, read_order)):
        part = Sent(f"{key.request_id}:{number}", fingerprint(stretch.said)) if key else None
        try:
            yield _take(stretch, part, actor, deps)
        except ProviderUnavailable:
            yield stretch.told(dict.fromkeys(stretch.numbers, _NOT_NOW))


@dataclass(slots=True)
class _Stretch:
    """Lines of one transaction: `numbers` of their orders by line, `said` what they say, for the digest."""

    batch: OrderBatch = field(default_factory=OrderBatch)
    numbers: dict[int, str] = field(default_factory=dict)
    said: list[list[Any]] = field(default_factory=list)

    def is_full(self) -> bool:
        return len(self.said) >= ORDERS or self.batch.is_full(ORDERS)

    def add(self, one: Read | Reject, taken: ImportedOrder | tuple[OrderProblem, ...]) -> None:
        self.numbers[one.line] = one.order
        if isinstance(one, Reject):
            self.batch.rejects.append(one)
            self.said.append([one.line, one.reason])
            return
        digest = digest_of(one.data)
        self.said.append([one.line, digest])
        if isinstance(taken, tuple):
            self.batch.reject(one, *taken)
            return
        self.batch.put(ParsedOrder(one, taken, digest))
        self.batch.leave_out(one, taken.left_out)

    def outcomes(self) -> dict[int, dict[str, Any]]:
        """By line: `result`, with what was left out of it, or `errors`."""
        orders, found = self.batch.orders, dict[int, dict[str, Any]]()
        for number, result in self.batch.results.items():
            found[orders[number].read.line] = {"result": result}
        for reject in self.batch.rejects:
            line = found.setdefault(reject.line, {})
            problem = {"field": reject.field, "reason": reject.reason}
            line.setdefault("left_out" if "result" in line else "errors", []).append(problem)
        return found

    def told(self, outcomes: Mapping[int, Mapping[str, Any]]) -> str:
        rows = ({"line": line, "number": number or None, **outcomes[line]} for line, number in self.numbers.items())
        return "".join(f"{json.dumps(row)}\n" for row in rows)


def _stretches(lines: Iterable[Read | Reject], read_order: ReadOrder) -> Iterator[_Stretch]:
    """No number is twice in one: the second is a version of the first, which must be in before it."""
    stretch = _Stretch()
    for one in lines:
        taken = read_order(one.data) if isinstance(one, Read) else ()
        is_twice = not isinstance(taken, tuple) and taken.number in stretch.batch.orders
        if stretch.is_full() or is_twice:
            yield stretch
            stretch = _Stretch()
        stretch.add(one, taken)
    if stretch.said:
        yield stretch


def _take(stretch: _Stretch, part: Sent | None, actor: Actor, deps: Deps) -> str:
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, part, "", LinesTaken):
            return done.answers
        import_batch(work, actor.shop_id, stretch.batch, deps)
        done = LinesTaken(answers=stretch.told(stretch.outcomes()))
        return work.requests.finish(actor, part, done).answers
