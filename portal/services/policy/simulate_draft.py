"""What a draft would have decided: past cases decided again, under the version in use and under the draft (N4).

A job does it a batch at a time and yields in between, so that refunds and notices do not wait; what was found is
written down with each batch. Both sides are computed alike, so nothing differs but what the packs say differently.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from portal.domain.applying.comparison import CaseVerdict, Tally
from portal.domain.applying.simulation import SimulatedOrder
from portal.domain.codec import fingerprint
from portal.domain.errors import Invalid
from portal.domain.identity.access import Actor
from portal.domain.policy.canonical import canonical_text, digest
from portal.domain.policy.drafts import DAYS, MOST_CHANGES, ChangedCase, PolicySimulation
from portal.domain.policy.merge_packs import merge_packs
from portal.domain.policy.pack import Pack, Policy
from portal.domain.policy.results import SimulationAsked
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.past_cases import NOT_DECIDED, PastCase
from portal.repos.past_orders import StoredOrder, past_orders
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.policy.drafts import check_writer, in_use, note, the_draft
from portal.services.policy.simulate import surroundings_of

LEFT_OUT = (*NOT_DECIDED, "cancel")
"""What was cancelled is gone from its order: it cannot be asked for again."""
AT_ONCE = 100
LONGEST = 0.5
"""Seconds of one go, after which other jobs have their turn."""


def start_simulation(*, days: int, revision: int, actor: Actor, request_id: RequestKey, deps: Deps) -> SimulationAsked:
    """Of the draft as it is, over the cases of the last `days`. One that is running is stopped.

    Errors: Forbidden, Invalid (days), Conflict (no_draft, draft_changed, no_policy).
    """
    check_writer(actor)
    if days not in DAYS:
        raise Invalid((("days", "not_offered"),))
    with unit_of_work(deps) as work:
        asked = fingerprint(["simulate", days, revision])
        if first := work.requests.claim(actor, request_id, asked, SimulationAsked):
            return first
        draft = the_draft(work, actor, revision)
        pack = deps.packs.read_pack(draft.text)
        since = work.now - timedelta(days=days)
        values = {"days": days, "since": since, "until": work.now, "after_at": since}
        values |= {"total": work.past_cases.count(actor.shop_id, since, work.now, LEFT_OUT), "counts": Tally().counts}
        values |= {"body": canonical_text(pack), "digest": digest(pack), "based_on": in_use(work, actor.shop_id)[1]}
        simulation_id = work.policy_simulations.start(actor.shop_id, values | {"started_by": actor.key})
        work.jobs.enqueue("simulation", {"simulation": simulation_id}, dedup_key=f"simulation:{simulation_id}")
        note(work, actor, "policy:simulated", days=days, revision=revision)
        return work.requests.finish(actor, request_id, SimulationAsked(simulation_id=simulation_id))


def continue_simulation(*, simulation_id: int, deps: Deps) -> bool:
    """Some batches more; True where there is nothing left to do. A job that comes twice counts nothing twice."""
    ends = time.monotonic() + LONGEST
    while time.monotonic() < ends:
        if not _batch(simulation_id, deps):
            return True
    return False


def _batch(simulation_id: int, deps: Deps) -> bool:
    """False once it is done, stopped or gone."""
    with reading(deps) as work:
        found = work.policy_simulations.find(simulation_id)
        if found is None or found[1].state != "running":
            return False
        shop_id, one = found
        place = (one.after_at, one.after_id)
        rows, cases = work.past_cases.page(shop_id, place, one.until, LEFT_OUT, AT_ONCE)
        tally, changes = Tally(dict(one.counts)), []
        listed = one.counts["changed"]
        for change in _Batch(work, one, shop_id, deps).changes(_first_here(rows, cases, one), tally):
            if listed < MOST_CHANGES:
                changes.append(change)
            listed += 1
    is_last = len(rows) < AT_ONCE
    values: dict[str, Any] = {"counts": tally.counts, "done": one.done + len(rows)}
    if rows:
        values |= {"after_at": rows[-1][0], "after_id": rows[-1][1]}
    if is_last:
        values["state"] = "done"
    with unit_of_work(deps) as work:
        return work.policy_simulations.go_on(one, changes, **values) and not is_last


def _first_here(
    rows: Sequence[tuple[Any, int, int]], cases: Sequence[PastCase], one: PolicySimulation
) -> dict[str, list[PastCase]]:
    """By order, those whose first case of the simulation stands in this batch: each order is decided once, whole."""
    here = {case_id for _, case_id, _ in rows}
    by_order: dict[str, list[PastCase]] = defaultdict(list)
    for case in cases:
        by_order[case.order_no].append(case)
    firsts = {number: next(c.id for c in of if c.opened_at >= one.since) for number, of in by_order.items()}
    return {number: of for number, of in by_order.items() if firsts[number] in here}


class _Batch:
    """The orders of one batch, under both policies."""

    def __init__(self, work: UnitOfWork, one: PolicySimulation, shop_id: int, deps: Deps) -> None:
        self._work, self._one, self._shop_id, self._deps = work, one, shop_id, deps
        self._draft: Pack = deps.schemas.read_stored_pack(one.body)
        self._settings = work.shops.settings_of(shop_id)
        self._policies: dict[int | None, tuple[Policy, Policy]] = {}

    def changes(self, by_order: Mapping[str, list[PastCase]], tally: Tally) -> Iterator[ChangedCase]:
        """Counts every case of the period, and gives those that change."""
        asked = {number: {past.line_id for case in of for past in case.applications} for number, of in by_order.items()}
        is_whole = any(policy.thresholds == "reprice" for pair in self._pairs(by_order) for policy in pair)
        for stored in past_orders(self._work.connection, self._shop_id, asked, whole=is_whole):
            cases = by_order[stored.order.no]
            orders = [self._order(stored, asked[stored.order.no], policy) for policy in self._pair(cases[0])]
            for case in cases:
                before, after = ([order.decide(past) for past in case.applications] for order in orders)
                if case.opened_at < self._one.since or not before:
                    continue
                verdicts = CaseVerdict.of(before), CaseVerdict.of(after)
                if tally.add(*verdicts, stored.order.currency):
                    yield _changed(case, *verdicts, stored.order.currency)

    def _order(self, stored: StoredOrder, lines: set[str], policy: Policy) -> SimulatedOrder:
        return SimulatedOrder(stored.order, lines, policy, surroundings_of(stored, policy, self._settings, self._deps))

    def _pairs(self, by_order: Mapping[str, list[PastCase]]) -> Iterator[tuple[Policy, Policy]]:
        return (self._pair(of[0]) for of in by_order.values())

    def _pair(self, case: PastCase) -> tuple[Policy, Policy]:
        """The version in use and the draft, each on the law that the order stands under."""
        law = case.law_version_id
        if law not in self._policies:
            below = self._work.policies.pack_of(law) if law else None
            now = self._work.policies.in_force(self._one.based_on, law)
            self._policies[law] = now, merge_packs(self._draft, below)
        return self._policies[law]


def _changed(case: PastCase, before: CaseVerdict, after: CaseVerdict, currency: str) -> ChangedCase:
    return ChangedCase(
        case_id=case.id,
        before=before.verdict,
        after=after.verdict,
        currency=currency,
        before_minor=before.minor,
        after_minor=after.minor,
        before_rules=before.rules,
        after_rules=after.rules,
    )
