"""Who has a case open: a row a person and case, said again every few seconds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from portal.models.desk import DeskPresence
from portal.repos.dialects import delete_some, upsert

PRESENCES = DeskPresence.__table__


class DeskPresences:
    """`work.desk_presences`. Read with the colleagues (`StaffSessions.colleagues_at`)."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def say(self, shop_id: int, case_id: int, staff_id: int) -> None:
        """They have it open now."""
        row = {"shop_id": shop_id, "case_id": case_id, "staff_id": staff_id, "seen_at": self._now}
        statement = upsert(self._connection, PRESENCES).values(row)
        mine = [PRESENCES.c.case_id, PRESENCES.c.staff_id]
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=mine, set_={"seen_at": statement.excluded.seen_at})
        )

    def sweep(self, before: datetime, most: int) -> int:
        """Up to `most` that were said before; how many it were."""
        return delete_some(self._connection, PRESENCES, PRESENCES.c.seen_at < before, PRESENCES.c.seen_at, most)
