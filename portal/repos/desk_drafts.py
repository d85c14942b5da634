"""Drafts of the desk: one row a person and case, a part for each of its forms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, or_, select, update

from portal.domain.cases.case import Case
from portal.domain.cases.drafts import Draft, DraftPart
from portal.domain.codec import from_plain, to_plain
from portal.models.case import Case as CaseRow
from portal.models.desk import DeskDraft
from portal.repos.dialects import delete_some, upsert

CASES = CaseRow.__table__
DRAFTS = DeskDraft.__table__


def draft_of(parts: dict[str, Any] | None) -> Draft:
    """As it stands in a row."""
    return {name: from_plain(DraftPart, part) for name, part in (parts or {}).items()}


class DeskDrafts:
    """`work.desk_drafts`. Whoever writes holds the case's row: parts of one draft are saved one after another."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def get(self, case_id: int, staff_id: int) -> Draft:
        """{} where there is none."""
        return draft_of(self._connection.execute(self._mine(case_id, staff_id)).scalar_one_or_none())

    def save(self, case: Case, shop_id: int, staff_id: int, part: str, written: DraftPart) -> None:
        """The last one written is the one kept, from whichever window it comes."""
        parts = to_plain(dict(self.get(case.id, staff_id)) | {part: written})
        row = {"shop_id": shop_id, "case_id": case.id, "staff_id": staff_id, "parts": parts, "saved_at": self._now}
        mine = [DRAFTS.c.case_id, DRAFTS.c.staff_id]
        statement = upsert(self._connection, DRAFTS).values(row)
        told = {"parts": statement.excluded.parts, "saved_at": statement.excluded.saved_at}
        self._connection.execute(statement.on_conflict_do_update(index_elements=mine, set_=told))

    def forget(self, case_id: int, staff_id: int, part: str) -> None:
        """It was sent, or is given up."""
        draft = dict(self.get(case_id, staff_id))
        if draft.pop(part, None) is None:
            return
        mine = (DRAFTS.c.case_id == case_id) & (DRAFTS.c.staff_id == staff_id)
        change = update(DRAFTS).values(parts=to_plain(draft)) if draft else delete(DRAFTS)
        self._connection.execute(change.where(mine))

    def sweep(self, before: datetime, most: int) -> int:
        """Up to `most` that were saved before, or before their case was closed; how many it were."""
        closed = exists().where(CASES.c.id == DRAFTS.c.case_id, CASES.c.closed_at >= DRAFTS.c.saved_at)
        is_over = or_(DRAFTS.c.saved_at < before, closed)
        return delete_some(self._connection, DRAFTS, is_over, DRAFTS.c.saved_at, most)

    def _mine(self, case_id: int, staff_id: int) -> Any:
        return select(DRAFTS.c.parts).where(DRAFTS.c.case_id == case_id, DRAFTS.c.staff_id == staff_id)
