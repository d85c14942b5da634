"""A shop's policy as staff see it: in words, as a draft, against what it would have decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money
from portal.domain.policy.drafts import ProposalState, SimulationState


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRow:
    """state: in_use, scheduled, past. `by`, `approved_by`: logins; `approved_by` "" of what a command has published."""

    id: int
    name: str
    digest: str
    state: str
    published_at: datetime
    starts_at: datetime | None
    by: str
    approved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackWords:
    """A pack to read: what holds in lines, and its rules with their sources."""

    name: str
    title: str
    lines: tuple[str, ...]
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRows:
    """A law that orders of the shop stand under, and its versions."""

    name: str
    title: str
    versions: tuple[VersionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftRow:
    """`changed_by`: a login. `is_behind`: another version is in use than when it was begun."""

    revision: int
    changed_by: str
    changed_at: datetime
    differences: int
    is_behind: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceRow:
    """One field in words, "" for a value that is not there. `key`: as the file names it."""

    key: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRow:
    """`by`, `answered_by`: logins. `starts_at` None: once it is approved."""

    id: int
    state: ProposalState
    by: str
    at: datetime
    starts_at: datetime | None
    note: str
    answered_by: str
    answered_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PoliciesPage:
    """`has_own`: the shop has a pack of its own, else it uses one that ships with the portal. `most`: rows listed."""

    words: PackWords
    has_own: bool
    versions: tuple[VersionRow, ...]
    laws: tuple[LawRows, ...]
    draft: DraftRow | None
    proposal: ProposalRow | None
    may_write: bool
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPage:
    row: VersionRow
    words: PackWords
    before_id: int | None
    differences: tuple[DifferenceRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LawRule:
    """What a law says of a field, and where."""

    code: str
    says: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorField:
    """`inputs`: what stands in each, by name. `below`: what holds where nothing is typed. `choices`: (value, words).
    `problem`: what is wrong with it."""

    key: str
    kind: str
    label: str
    tag: str
    inputs: Mapping[str, str]
    choices: tuple[tuple[str, str], ...]
    below: str
    rules: tuple[LawRule, ...]
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorSection:
    name: str
    fields: tuple[EditorField, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorProblem:
    """`place`: the id of the control it is about."""

    place: str
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorPage:
    """`base`: the title of the pack it is written on. `text`: the draft's file, or the one that could not be saved."""

    draft: DraftRow
    name: str
    base: str
    sections: tuple[EditorSection, ...]
    problems: tuple[EditorProblem, ...]
    text: str
    is_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictRow:
    verdict: str
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A case that would be decided otherwise; rules as codes."""

    case_no: str
    order_no: str
    kind: str
    reason: str
    opened_at: datetime
    before: str
    after: str
    refund_before: Money
    refund_after: Money
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationPage:
    """`is_of_draft`: of the draft as it is now, against the version in use now. `sums`: approved by rule, before and
    after, by currency. `poll_seconds`: 0 where there is nothing to wait for."""

    id: int
    state: SimulationState
    days: int
    since: datetime
    total: int
    done: int
    percent: int
    by: str
    finished_at: datetime | None
    is_of_draft: bool
    verdicts: tuple[VerdictRow, ...]
    sums: tuple[tuple[Money, Money], ...]
    changed: int
    changes: tuple[ChangeRow, ...]
    next_after: int
    poll_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPage:
    """`draft` None: there is nothing to look at. `may_…`: what the reader may do. `is_own`: they have proposed it."""

    name: str
    draft: DraftRow | None
    differences: tuple[DifferenceRow, ...]
    simulation: SimulationPage | None
    proposal: ProposalRow | None
    answered: tuple[ProposalRow, ...]
    is_own: bool
    may_write: bool
    may_propose: bool
    may_answer: bool
