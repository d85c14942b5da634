"""Who does the regular work: one worker at a time, however many there are, by the database's clock."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, and_, or_, select, update

from portal.models.turn import Turn
from portal.repos.dialects import database_time, upsert

TURNS = Turn.__table__


class Turns:
    """`work.turns`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def is_due(self, name: str) -> bool:
        """Whether asking for it is worth a write: nobody is at it, and it is time."""
        clock = database_time(self._connection)
        row = self._connection.execute(select(TURNS).where(TURNS.c.name == name)).one_or_none()
        if row is None:
            return True
        return bool(row.leased_until < clock if row.lease else row.due_at <= clock)

    def take(self, name: str, *, every: timedelta, token: str, lasts: timedelta) -> bool:
        """Held under `token` for so long, and due again `every` after now. False where another was first, or it is not
        time yet. Whoever held it and is gone held it up no longer than the lease."""
        clock = database_time(self._connection)
        is_time = and_(TURNS.c.lease.is_(None), TURNS.c.due_at <= clock)
        may_be_taken = or_(is_time, TURNS.c.leased_until < clock)
        values = {"due_at": clock + every, "lease": token, "leased_until": clock + lasts}
        taken = (
            upsert(self._connection, TURNS)
            .values(name=name, **values)
            .on_conflict_do_update(index_elements=["name"], set_=values, where=may_be_taken)
            .returning(TURNS.c.name)
        )
        return self._connection.execute(taken).one_or_none() is not None

    def renew(self, token: str, lasts: timedelta) -> bool:
        until = database_time(self._connection) + lasts
        held = update(TURNS).where(TURNS.c.lease == token).values(leased_until=until)
        return self._connection.execute(held).rowcount == 1

    def end(self, token: str, *, again_in: timedelta | None = None) -> None:
        """Done for now. `again_in`: there is more of it, due sooner than usual."""
        values = {"due_at": database_time(self._connection) + again_in} if again_in is not None else {}
        over = update(TURNS).where(TURNS.c.lease == token).values(lease=None, leased_until=None, **values)
        self._connection.execute(over)

    def free(self, worker: str) -> None:
        """What a worker of this name was at: it is gone, and it is due at once."""
        mine = TURNS.c.lease.startswith(f"{worker}/", autoescape=True)
        values = {"due_at": database_time(self._connection), "lease": None, "leased_until": None}
        self._connection.execute(update(TURNS).where(mine).values(values))
