"""A shop's draft of its next policy, and what was proposed of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from portal.domain.errors import Conflict
from portal.domain.policy.drafts import PolicyDraft, PolicyProposal, ProposalState
from portal.models.policy import PolicyDraft as DraftRow
from portal.models.policy import PolicyProposal as ProposalRow
from portal.models.shop import PolicyVersion
from portal.repos.rows import all_rows, row_or_none, value_of

DRAFTS: Table = DraftRow.__table__
PROPOSALS: Table = ProposalRow.__table__
VERSIONS: Table = PolicyVersion.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedVersion:
    """`body`: its canonical text, "" in lists. `proposed_by`, `approved_by`: keys of staff, None of what was published
    by a command."""

    id: int
    name: str
    digest: str
    published_at: datetime
    published_by: str
    effective_from: datetime | None
    proposed_by: str | None
    approved_by: str | None
    body: str = ""


class PolicyDrafts:
    """`work.policy_drafts`. The shop is locked by whoever writes."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def find(self, shop_id: int) -> PolicyDraft | None:
        row = row_or_none(self._connection.execute(select(DRAFTS).where(DRAFTS.c.shop_id == shop_id)))
        return value_of(PolicyDraft, row) if row else None

    def begin(self, shop_id: int, text: str, *, based_on: int, by: str) -> None:
        row = {"shop_id": shop_id, "text": text, "revision": 1, "based_on": based_on, "begun_at": self._now}
        self._connection.execute(insert(DRAFTS).values(**row, changed_by=by, changed_at=self._now))

    def save(self, draft: PolicyDraft, text: str, *, by: str) -> None:
        """Written only over the revision that was read. Raises Conflict."""
        mine = (DRAFTS.c.id == draft.id) & (DRAFTS.c.revision == draft.revision)
        values = {"text": text, "revision": draft.revision + 1, "changed_by": by, "changed_at": self._now}
        if self._connection.execute(update(DRAFTS).where(mine).values(values)).rowcount != 1:
            raise Conflict("draft_changed")

    def forget(self, draft: PolicyDraft) -> None:
        self._connection.execute(delete(DRAFTS).where(DRAFTS.c.id == draft.id))

    def propose(self, shop_id: int, values: Mapping[str, Any]) -> int:
        """A second one meets the unique index, which the caller has looked at before."""
        row = {"shop_id": shop_id, "state": "proposed", "answer": "", "proposed_at": self._now, **values}
        return int(self._connection.execute(insert(PROPOSALS).values(row).returning(PROPOSALS.c.id)).scalar_one())

    def open_proposal(self, shop_id: int) -> PolicyProposal | None:
        query = select(PROPOSALS).where(PROPOSALS.c.shop_id == shop_id, PROPOSALS.c.state == "proposed")
        row = row_or_none(self._connection.execute(query))
        return value_of(PolicyProposal, row) if row else None

    def proposals(self, shop_id: int, limit: int) -> list[PolicyProposal]:
        """Newest first."""
        query = select(PROPOSALS).where(PROPOSALS.c.shop_id == shop_id).order_by(PROPOSALS.c.id.desc()).limit(limit)
        return [value_of(PolicyProposal, row) for row in all_rows(self._connection.execute(query))]

    def answer(self, one: PolicyProposal, state: ProposalState, **values: Any) -> None:
        """Once. Raises Conflict."""
        mine = (PROPOSALS.c.id == one.id) & (PROPOSALS.c.state == "proposed")
        if self._connection.execute(update(PROPOSALS).where(mine).values(state=state, **values)).rowcount != 1:
            raise Conflict("policy_answered")

    def versions(self, shop_id: int, names: tuple[str, ...], limit: int) -> list[PublishedVersion]:
        """Those published under these names, newest first, without their text."""
        columns = [column for column in VERSIONS.c if column.name != "body"]
        query = self._with_people(*columns).where(VERSIONS.c.shop_id == shop_id, VERSIONS.c.name.in_(names))
        rows = all_rows(self._connection.execute(query.order_by(VERSIONS.c.id.desc()).limit(limit)))
        return [value_of(PublishedVersion, {**row, "body": ""}) for row in rows]

    def version(self, shop_id: int, version_id: int) -> PublishedVersion | None:
        query = self._with_people(*VERSIONS.c).where(VERSIONS.c.shop_id == shop_id, VERSIONS.c.id == version_id)
        row = row_or_none(self._connection.execute(query))
        return value_of(PublishedVersion, row) if row else None

    def version_before(self, shop_id: int, version: PublishedVersion) -> int | None:
        """The one published before it under the same name."""
        query = select(VERSIONS.c.id).where(VERSIONS.c.shop_id == shop_id, VERSIONS.c.name == version.name)
        query = query.where(VERSIONS.c.id < version.id).order_by(VERSIONS.c.id.desc()).limit(1)
        return self._connection.execute(query).scalar_one_or_none()

    def names(self, shop_id: int) -> tuple[str, ...]:
        """Of every policy that was published for the shop."""
        query = select(VERSIONS.c.name).where(VERSIONS.c.shop_id == shop_id).distinct().order_by(VERSIONS.c.name)
        return tuple(self._connection.execute(query).scalars())

    def _with_people(self, *columns: Any) -> Any:
        """An identical pack published again is one version: it has the answer it came by."""
        people = (PROPOSALS.c.proposed_by, PROPOSALS.c.answered_by.label("approved_by"))
        return select(*columns, *people).outerjoin(PROPOSALS, PROPOSALS.c.version_id == VERSIONS.c.id)
