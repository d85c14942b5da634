"""Requests that acted: the id is inserted first, in the transaction of the effect (SECURITY, double effects)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from portal.domain.errors import Reused
from portal.domain.identity.access import Actor
from portal.models.event import Request
from portal.repos.dialects import delete_some, upsert

REQUESTS = Request.__table__
_MINE = (REQUESTS.c.actor == bindparam("who")) & (REQUESTS.c.request_id == bindparam("which"))
_FIRST = select(REQUESTS.c.digest, REQUESTS.c.location).where(_MINE)
_FINISH = update(REQUESTS).where(_MINE)


class Requests:
    """`work.requests`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def claim(self, actor: Actor, request_id: str, digest: str) -> str | None:
        """None: it is ours to do. A text: what the first one led to. Raises Reused for the same id with another body.

        A second one at the same moment waits here for the first to commit, then gets its answer.
        """
        row = {
            "actor": _who(actor),
            "request_id": request_id,
            "digest": digest,
            "location": "",
            "created_at": self._now,
        }
        new = upsert(self._connection, REQUESTS).on_conflict_do_nothing().returning(REQUESTS.c.id)
        if self._connection.execute(new, row).first():
            return None
        mine = {"who": _who(actor), "which": request_id}
        first = self._connection.execute(_FIRST, mine).one()
        if first.digest != digest:
            raise Reused(first.location)
        return str(first.location)

    def find(self, actor: Actor, request_id: str) -> str | None:
        """What a request led to that acted and was committed."""
        first = self._connection.execute(_FIRST, {"who": _who(actor), "which": request_id}).one_or_none()
        return str(first.location) if first else None

    def finish(self, actor: Actor, request_id: str, location: str) -> str:
        """Keeps where it led, for whoever asks again."""
        self._connection.execute(_FINISH, {"who": _who(actor), "which": request_id, "location": location})
        return location

    def sweep(self, before: datetime, most: int) -> int:
        """Up to `most` that were claimed before; how many it were."""
        return delete_some(self._connection, REQUESTS, REQUESTS.c.created_at < before, REQUESTS.c.created_at, most)


def _who(actor: Actor) -> str:
    """Feeds, guests and the system are called alike in every shop; their requests are not each other's (law 12)."""
    return f"{actor.shop_id}/{actor.key}"
