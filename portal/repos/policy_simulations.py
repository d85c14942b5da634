"""What a draft would have decided: written down batch by batch, with the cases that change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from portal.domain.policy.drafts import ChangedCase, PolicySimulation
from portal.models.case import Case
from portal.models.order import Order
from portal.models.policy import PolicyChange, PolicyProposal
from portal.models.policy import PolicySimulation as SimulationRow
from portal.repos.rows import all_rows, row_or_none, value_of

SIMULATIONS: Table = SimulationRow.__table__
CHANGES: Table = PolicyChange.__table__
PROPOSALS: Table = PolicyProposal.__table__
CASES: Table = Case.__table__
ORDERS: Table = Order.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChange:
    """With the numbers that people know its case by, and what it asked for."""

    id: int
    change: ChangedCase
    case_no: str
    order_no: str
    kind: str
    reason: str
    opened_at: datetime


class PolicySimulations:
    """`work.policy_simulations`. The shop is locked by whoever starts one."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def start(self, shop_id: int, values: Mapping[str, Any]) -> int:
        """The one that is running is stopped. Those before it that no proposal is based on are forgotten once this one
        is there, so that no number is given twice: a job of the old one would be taken for this one's."""
        running = (SIMULATIONS.c.shop_id == shop_id) & (SIMULATIONS.c.state == "running")
        stopped = update(SIMULATIONS).where(running)
        self._connection.execute(stopped.values(state="stopped", finished_at=self._now))
        row = {"shop_id": shop_id, "state": "running", "done": 0, "after_id": 0, "started_at": self._now, **values}
        new = self._connection.execute(insert(SIMULATIONS).values(row).returning(SIMULATIONS.c.id)).scalar_one()
        self._forget_before(shop_id, new)
        return int(new)

    def _forget_before(self, shop_id: int, new: int) -> None:
        used = select(PROPOSALS.c.id).where(PROPOSALS.c.simulation_id == SIMULATIONS.c.id).exists()
        ids = select(SIMULATIONS.c.id).where(SIMULATIONS.c.shop_id == shop_id, SIMULATIONS.c.id < new, ~used)
        found = list(self._connection.execute(ids).scalars())
        self._connection.execute(delete(CHANGES).where(CHANGES.c.simulation_id.in_(found)))
        self._connection.execute(delete(SIMULATIONS).where(SIMULATIONS.c.id.in_(found)))

    def find(self, simulation_id: int) -> tuple[int, PolicySimulation] | None:
        """With the row of its shop."""
        query = select(SIMULATIONS).where(SIMULATIONS.c.id == simulation_id)
        row = row_or_none(self._connection.execute(query))
        return (row["shop_id"], value_of(PolicySimulation, row)) if row else None

    def newest(self, shop_id: int) -> PolicySimulation | None:
        query = select(SIMULATIONS).where(SIMULATIONS.c.shop_id == shop_id).order_by(SIMULATIONS.c.id.desc()).limit(1)
        row = row_or_none(self._connection.execute(query))
        return value_of(PolicySimulation, row) if row else None

    def go_on(self, one: PolicySimulation, changes: Sequence[ChangedCase], **values: Any) -> bool:
        """Writes a batch down, once: False where somebody else has, or it was stopped."""
        mine = (SIMULATIONS.c.id == one.id) & (SIMULATIONS.c.state == "running")
        mine &= (SIMULATIONS.c.after_id == one.after_id) & (SIMULATIONS.c.done == one.done)
        if values.get("state") == "done":
            values["finished_at"] = self._now
        if self._connection.execute(update(SIMULATIONS).where(mine).values(values)).rowcount != 1:
            return False
        if changes:
            # Orders are read as the database likes.
            in_order = sorted(changes, key=lambda change: change.case_id)
            rows = [{"simulation_id": one.id, **_row(change)} for change in in_order]
            self._connection.execute(insert(CHANGES), rows)
        return True

    def changes(self, simulation_id: int, after: int, limit: int) -> list[ListedChange]:
        """In the order they were found, which is that of their cases."""
        names = ("case_no", "kind", "reason", "opened_at")
        columns = (*CHANGES.c, *(CASES.c[name] for name in names), ORDERS.c.number.label("order_no"))
        query = (
            select(*columns).join(CASES, CASES.c.id == CHANGES.c.case_id).join(ORDERS, ORDERS.c.id == CASES.c.order_id)
        )
        query = query.where(CHANGES.c.simulation_id == simulation_id, CHANGES.c.id > after)
        rows = all_rows(self._connection.execute(query.order_by(CHANGES.c.id).limit(limit)))
        about = ("case_no", "order_no", "kind", "reason", "opened_at")
        return [
            ListedChange(
                id=row["id"],
                change=value_of(ChangedCase, {**row, **{name: tuple(row[name]) for name in _RULES}}),
                **{name: row[name] for name in about},
            )
            for row in rows
        ]


_RULES = ("before_rules", "after_rules")


def _row(change: ChangedCase) -> dict[str, Any]:
    return asdict(change) | {name: list(getattr(change, name)) for name in _RULES}
