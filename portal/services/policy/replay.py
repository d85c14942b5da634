"""`portal policy replay`: every stored decision computed again from its facts and its policy version (N4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.applying.decide import decide_application
from portal.domain.applying.terms import ApplicationTerms
from portal.domain.cancelling.decide import CancelAsk, CancelTerms, decide_cancel
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.codec import canonical, from_plain
from portal.domain.orders.decisions import ENGINE, Decision
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy
from portal.ports import Deps
from portal.repos.decisions import StoredDecision, stored_decisions
from portal.repos.unit_of_work import UnitOfWork, reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One decision. `now` is what its facts give today, "" where that is the same; `why` where they cannot be decided.

    One of another engine is only counted: its number says that it may differ (POLICY).
    """

    id: int
    order_no: str
    kind: str
    at: datetime
    is_compared: bool = True
    stored: str = ""
    now: str = ""
    why: str = ""

    @property
    def differs(self) -> bool:
        return bool(self.now or self.why)


def replay(*, since: datetime | None, deps: Deps) -> Iterator[Replayed]:
    """Each stored decision, oldest first."""
    with reading(deps) as work:
        for stored in stored_decisions(work.connection, since=since):
            yield _replayed(stored, work)


def _replayed(stored: StoredDecision, work: UnitOfWork) -> Replayed:
    about: dict[str, Any] = {"id": stored.id, "order_no": stored.number, "kind": stored.kind, "at": stored.at}
    if stored.engine != ENGINE:
        return Replayed(**about, is_compared=False)

    def policy() -> Policy:
        return work.policies.in_force(stored.shop_version_id, stored.law_version_id)

    try:
        decision = replayed(stored.kind, json.loads(stored.facts), policy)
        if is_same(decision, json.loads(stored.decision)):
            return Replayed(**about)
    except Exception as problem:
        # One decision that cannot be computed must not hide whether the others can.
        return Replayed(**about, stored=stored.decision, why=f"{type(problem).__name__}: {problem}")
    return Replayed(**about, stored=stored.decision, now=canonical(decision))


def replayed(kind: str, facts: dict[str, Any], policy: Callable[[], Policy]) -> Decision:
    """The decision that `facts` give, as they were stored: order, ask, terms and now."""
    order, now = from_plain(Order, facts["order"]), datetime.fromisoformat(facts["now"])
    if kind == "cancel":
        return decide_cancel(order, from_plain(CancelAsk, facts["ask"]), from_plain(CancelTerms, facts["terms"]), now)
    ask, terms = from_plain(ApplicationAsk, facts["ask"]), from_plain(ApplicationTerms, facts["terms"])
    return decide_application(order, ask, policy(), terms, now)


def is_same(decision: Decision, stored: dict[str, Any]) -> bool:
    """What has been added to decisions since then stands in neither, so it is left out of the comparison."""
    try:
        return bool(from_plain(type(decision), stored) == decision)
    except TypeError:
        return False  # the stored one was of another kind: it lacks what this one cannot be without
