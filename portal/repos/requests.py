"""Requests that acted: the id is inserted first, in the transaction of the effect (SECURITY, double effects)."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from sqlalchemy import Connection, bindparam, select, update

from portal.domain.errors import Reused
from portal.domain.identity.access import Actor
from portal.domain.kept_results import Kept, keep, restore
from portal.domain.results import Done
from portal.domain.sent import RequestKey, Sent, id_of
from portal.models.event import Request
from portal.repos.dialects import delete_some, upsert

REQUESTS = Request.__table__
_MINE = (REQUESTS.c.actor == bindparam("who")) & (REQUESTS.c.request_id == bindparam("which"))
_FIRST = select(REQUESTS.c.digest, REQUESTS.c.kind, REQUESTS.c.number, REQUESTS.c.facts).where(_MINE)
_FINISH = update(REQUESTS).where(_MINE)
T = TypeVar("T", bound=Done)


class Requests:
    """`work.requests`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def claim(self, actor: Actor, key: RequestKey | None, digest: str, kind: type[T]) -> T | None:
        """None: it is ours to do. Else what the first one led to, a `kind`. Raises Reused for the same id with another
        body. `digest` counts where `key` brings none of its own; a program that names no key acts each time it asks.

        A second one at the same moment waits here for the first to commit, then gets its answer.
        """
        if key is None:
            return None
        sent = key if isinstance(key, Sent) else Sent(key, digest)
        row = {
            "actor": _who(actor),
            "request_id": sent.request_id,
            "digest": sent.digest,
            "created_at": self._now,
        }
        new = upsert(self._connection, REQUESTS).on_conflict_do_nothing().returning(REQUESTS.c.id)
        if self._connection.execute(new, row).first():
            return None
        first = self.answer(actor, sent)
        if isinstance(first, kind):
            return first
        raise Reused(first or Done())

    def answer(self, actor: Actor, sent: Sent) -> Done | None:
        """What a request led to that acted and was committed; None where it has not. Raises Reused."""
        mine = {"who": _who(actor), "which": sent.request_id}
        first = self._connection.execute(_FIRST, mine).one_or_none()
        if first is None:
            return None
        done = restore(Kept(kind=first.kind, number=first.number, facts=first.facts))
        if first.digest != sent.digest:
            raise Reused(done)
        return done

    def is_known(self, actor: Actor, request_id: str) -> bool:
        """Whether a form of this id has acted, whatever it said."""
        return self._connection.execute(_FIRST, {"who": _who(actor), "which": request_id}).first() is not None

    def finish(self, actor: Actor, key: RequestKey | None, done: T) -> T:
        """Keeps where it led, for whoever asks again."""
        if key is None:
            return done
        kept = keep(done)
        values = {"kind": kept.kind, "number": kept.number, "facts": kept.facts}
        self._connection.execute(_FINISH, {"who": _who(actor), "which": id_of(key), **values})
        return done

    def sweep(self, before: datetime, most: int) -> int:
        """Up to `most` that were claimed before; how many it were."""
        return delete_some(self._connection, REQUESTS, REQUESTS.c.created_at < before, REQUESTS.c.created_at, most)


def _who(actor: Actor) -> str:
    """Feeds, guests and the system are called alike in every shop; their requests are not each other's (law 12)."""
    return f"{actor.shop_id}/{actor.key}"
