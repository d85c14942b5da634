"""What is to become a shop's next policy: a draft that several may write on, what it would have decided, and the
proposal that a second person answers (N4; decision 55)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

ProposalState = Literal["proposed", "approved", "declined", "taken_back", "void"]
"""`void`: the draft was changed or given up, so what was proposed is no longer what would be published."""
SimulationState = Literal["running", "done", "stopped"]
VERDICTS = ("approved", "review", "refused")
DAYS = (30, 90, 180, 365)
"""How far back a simulation may look."""
USUAL_DAYS = 90
MOST_CHANGES = 1_000
"""Cases that change and are listed; all of them are counted."""
LONGEST_TEXT = 200_000
"""Characters of a pack's file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDraft:
    """`text`: the pack's file. `revision` rises with each change; `based_on`: the version in use when it was begun;
    `changed_by`: a key of staff."""

    id: int
    text: str
    revision: int
    based_on: int
    begun_at: datetime
    changed_by: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyProposal:
    """`digest`: of the pack in `body`; `starts_at` None: it holds from the moment it is approved. `based_on`: the
    version in use when it was proposed, `simulation_id` what it would have decided. `…_by` are keys of
    staff, `proposed_person` who that is, whatever accounts they have. `version_id`: once it is published."""

    id: int
    state: ProposalState
    body: str
    digest: str
    based_on: int
    simulation_id: int
    starts_at: datetime | None
    note: str
    proposed_by: str
    proposed_person: int
    proposed_at: datetime
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer: str = ""
    version_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySimulation:
    """Of the pack in `body` against the version `based_on`, over the cases opened since `since`. `done` of `total`;
    `after_at`, `after_id`: the last of them. `counts`: see `Tally`."""

    id: int
    state: SimulationState
    body: str
    digest: str
    based_on: int
    days: int
    since: datetime
    until: datetime
    total: int
    done: int
    after_at: datetime
    after_id: int
    counts: Mapping[str, Any]
    started_by: str
    started_at: datetime
    finished_at: datetime | None = None

    @property
    def percent(self) -> int:
        """Of the cases, rounded down; a simulation of none is done."""
        return 100 if self.state == "done" else min(self.done * 100 // max(self.total, 1), 99)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedCase:
    """A past case that would be decided otherwise. Verdicts as in VERDICTS, refunds in minor units of `currency`;
    rules of the decision, as codes."""

    case_id: int
    before: str
    after: str
    currency: str
    before_minor: int
    after_minor: int
    before_rules: tuple[str, ...]
    after_rules: tuple[str, ...]
