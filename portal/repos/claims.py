"""What the cases of an order hold of its units, and what was found of them."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import Connection, bindparam, select, update

from portal.domain.applying.units import Claim
from portal.domain.cases.found import Found
from portal.domain.orders.order import Units
from portal.models.case import Case, CaseLine
from portal.repos.rows import Row, all_rows

CASES = Case.__table__
CASE_LINES = CaseLine.__table__
_KEPT = (
    update(CASE_LINES)
    .where(CASE_LINES.c.case_id == bindparam("of_case"), CASE_LINES.c.line_id == bindparam("of_line"))
    .values(claimed=bindparam("kept"))
)
Keeps = Literal["rejected", "accepted", "received"]
_FOUND = update(CASE_LINES).where(
    CASE_LINES.c.case_id == bindparam("of_case"), CASE_LINES.c.line_id == bindparam("of_line")
)


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


def write_found(connection: Connection, case_id: int, found: Found, *, keeps: Keeps) -> None:
    """What was found of each line, and which of it the case claims on. One statement, however many lines."""
    rows = [
        {
            "of_case": case_id,
            "of_line": line.line_id,
            "received": line.received,
            "accepted": line.accepted,
            "rejected": line.rejected,
            "resellable": line.resellable,
            "claimed": getattr(line, keeps),
        }
        for line in found
    ]
    if rows:
        connection.execute(_FOUND, rows)


def write_kept(connection: Connection, case_id: int, units: Units) -> None:
    """What the case claims of these lines."""
    rows = [{"of_case": case_id, "of_line": line_id, "kept": count} for line_id, count in units]
    if rows:
        connection.execute(_KEPT, rows)
