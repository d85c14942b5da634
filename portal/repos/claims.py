"""What the cases of an order hold of its units."""

from __future__ import annotations

from sqlalchemy import Connection, select

from portal.domain.applying.units import Claim
from portal.models.case import Case, CaseLine
from portal.repos.rows import Row, all_rows

CASES = Case.__table__
CASE_LINES = CaseLine.__table__


def claims_by_case(connection: Connection, order_id: int) -> dict[int, Claim]:
    """By the case's id, the oldest first; cases that hold nothing are left out.

    Nothing else of a case is read: it says as much as it has lines, and would be read again for each of them.
    """
    said = (CASES.c.id, CASES.c.case_no, CASES.c.kind, CASES.c.reason, CASES.c.state)
    query = (
        select(*said, CASE_LINES.c.line_id, CASE_LINES.c.claimed)
        .join(CASE_LINES, CASE_LINES.c.case_id == CASES.c.id)
        .where(CASES.c.order_id == order_id, CASE_LINES.c.claimed > 0)
        .order_by(CASES.c.opened_at, CASES.c.id, CASE_LINES.c.id)
    )
    found: dict[int, Row] = {}
    units: dict[int, list[tuple[str, int]]] = {}
    for row in all_rows(connection.execute(query)):
        found.setdefault(row["id"], row)
        units.setdefault(row["id"], []).append((row["line_id"], row["claimed"]))
    return {case_id: _claim_of(row, tuple(units[case_id])) for case_id, row in found.items()}


def _claim_of(row: Row, units: tuple[tuple[str, int], ...]) -> Claim:
    return Claim(case_no=row["case_no"], kind=row["kind"], reason=row["reason"], state=row["state"], units=units)
