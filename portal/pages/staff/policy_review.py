"""A draft before it is published: what is different, what it would have decided, and who approves it (N4)."""

from __future__ import annotations

from portal.domain.identity.access import Actor, may
from portal.domain.money import Money
from portal.domain.policy.canonical import digest
from portal.domain.policy.differences import differences
from portal.domain.policy.drafts import VERDICTS, PolicySimulation
from portal.pages.staff.facts import people_of
from portal.pages.staff.policies import People, draft_row, proposal_row
from portal.pages.staff.policy_words import difference_rows
from portal.pages.values.policies import ChangeRow, ReviewPage, SimulationPage, VerdictRow
from portal.ports import Deps
from portal.repos.policy_simulations import ListedChange
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.policy.drafts import in_use

PAGE_SIZE = 50
POLL_SECONDS = 2
ANSWERED = 5


def review_page(*, after: str, locale: str, actor: Actor, deps: Deps) -> ReviewPage:
    """`after`: where the list of changed cases goes on. Raises Conflict (no_policy)."""
    with reading(deps) as work:
        shop, version_id = in_use(work, actor.shop_id)
        current = work.policies.pack_of(version_id)
        people = people_of(work.staff_sessions.colleagues(actor.shop_id))
        draft = work.policy_drafts.find(actor.shop_id)
        pack = deps.packs.read_pack(draft.text) if draft else None
        proposals = work.policy_drafts.proposals(actor.shop_id, ANSWERED)
        simulated = work.policy_simulations.newest(actor.shop_id) if pack else None
        is_of_draft = bool(simulated and pack and (simulated.digest, simulated.based_on) == (digest(pack), version_id))
        simulation = _simulation(work, simulated, is_of_draft, after, people) if simulated else None
        person = work.goodwill.person_of(actor.id)
    waiting = next((one for one in proposals if one.state == "proposed"), None)
    is_own = waiting is not None and (waiting.proposed_by == actor.key or waiting.proposed_person == person)
    may_write = may(actor, "write", "policies")
    found = differences(current, pack) if pack else ()
    is_simulated = is_of_draft and simulation is not None and simulation.state == "done"
    return ReviewPage(
        name=shop.policy,
        draft=draft_row(draft, current, version_id, people, deps) if draft else None,
        differences=difference_rows(found, locale),
        simulation=simulation,
        proposal=proposal_row(waiting, people) if waiting else None,
        answered=tuple(proposal_row(one, people) for one in proposals if one is not waiting),
        is_own=is_own,
        may_write=may_write,
        may_propose=may_write and waiting is None and bool(found) and is_simulated,
        may_answer=may_write and waiting is not None and not is_own,
    )


def _simulation(
    work: UnitOfWork, one: PolicySimulation, is_of_draft: bool, after: str, people: People
) -> SimulationPage:
    place = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    found = work.policy_simulations.changes(one.id, place, PAGE_SIZE + 1)
    counts = one.counts
    currencies = sorted({*counts["sums_before"], *counts["sums_after"]})
    return SimulationPage(
        id=one.id,
        state=one.state,
        days=one.days,
        since=one.since,
        total=one.total,
        done=one.done,
        percent=one.percent,
        by=people.get(one.started_by, ""),
        finished_at=one.finished_at,
        is_of_draft=is_of_draft,
        verdicts=tuple(
            VerdictRow(verdict=name, before=counts["before"].get(name, 0), after=counts["after"].get(name, 0))
            for name in VERDICTS
        ),
        sums=tuple(
            (Money(counts["sums_before"].get(code, 0), code), Money(counts["sums_after"].get(code, 0), code))
            for code in currencies
        ),
        changed=counts["changed"],
        changes=tuple(_change(row) for row in found[:PAGE_SIZE]),
        next_after=found[PAGE_SIZE - 1].id if len(found) > PAGE_SIZE else 0,
        poll_seconds=POLL_SECONDS if one.state == "running" else 0,
    )


def _change(row: ListedChange) -> ChangeRow:
    change = row.change
    return ChangeRow(
        case_no=row.case_no,
        order_no=row.order_no,
        kind=row.kind,
        reason=row.reason,
        opened_at=row.opened_at,
        before=change.before,
        after=change.after,
        refund_before=Money(change.before_minor, change.currency),
        refund_after=Money(change.after_minor, change.currency),
        rules_before=change.before_rules,
        rules_after=change.after_rules,
    )
