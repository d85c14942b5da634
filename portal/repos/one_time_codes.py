"""One-time codes: replaced by the next, tried at most so often, spent once (SECURITY, one-time codes)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from portal.models.account import OneTimeCode
from portal.repos.dialects import delete_some
from portal.repos.failures import lock_digests
from portal.repos.rows import row_or_none, value_of

CODES = OneTimeCode.__table__


@dataclass(frozen=True, slots=True)
class LiveCode:
    """A code that may still be used; of itself only the hash is known."""

    id: int
    code_hash: str


class OneTimeCodes:
    """`work.codes`. `subject` is what a code is for within its purpose; `destination` and `network` are HMACs."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def lock_digests(self, *digests: str) -> None:
        """What is sent for, to or from one of `digests` is counted one after another."""
        lock_digests(self._connection, digests)

    def sent_for(self, shop_id: int, purpose: str, subject: str, since: timedelta) -> list[datetime]:
        mine = self._of(shop_id, purpose, subject) & (CODES.c.created_at > self._now - since)
        return list(self._connection.execute(select(CODES.c.created_at).where(mine)).scalars())

    def sent_to(self, destination: str, since: timedelta) -> list[datetime]:
        theirs = (CODES.c.destination == destination) & (CODES.c.created_at > self._now - since)
        return list(self._connection.execute(select(CODES.c.created_at).where(theirs)).scalars())

    def sent_from(self, network: str, since: timedelta) -> list[datetime]:
        theirs = (CODES.c.network == network) & (CODES.c.created_at > self._now - since)
        return list(self._connection.execute(select(CODES.c.created_at).where(theirs)).scalars())

    def replace(self, **values: Any) -> None:
        """Ends what was sent before for the same subject, and adds: shop_id, purpose, subject, destination, network,
        code_hash, expires_at."""
        before = self._of(values["shop_id"], values["purpose"], values["subject"]) & (CODES.c.expires_at > self._now)
        self._connection.execute(update(CODES).where(before).values(expires_at=self._now))
        self._connection.execute(insert(CODES).values(values | {"created_at": self._now, "tries": 0}))

    def use_attempt(self, shop_id: int, purpose: str, subject: str, *, most: int) -> LiveCode | None:
        """The live code, with one attempt used, in one statement: reading first would let parallel guesses through."""
        live = self._of(shop_id, purpose, subject) & (CODES.c.expires_at > self._now) & CODES.c.used_at.is_(None)
        statement = (
            update(CODES)
            .where(live, CODES.c.tries < most)
            .values(tries=CODES.c.tries + 1)
            .returning(CODES.c.id, CODES.c.code_hash)
        )
        row = row_or_none(self._connection.execute(statement))
        return value_of(LiveCode, row) if row else None

    def spend(self, code_id: int) -> bool:
        """False where somebody was faster."""
        unused = (CODES.c.id == code_id) & CODES.c.used_at.is_(None)
        return self._connection.execute(update(CODES).where(unused).values(used_at=self._now)).rowcount == 1

    def sweep(self, before: datetime, most: int) -> int:
        """Up to `most` codes from before; how many it were."""
        return delete_some(self._connection, CODES, CODES.c.created_at < before, CODES.c.created_at, most)

    @staticmethod
    def _of(shop_id: int, purpose: str, subject: str) -> Any:
        return (CODES.c.shop_id == shop_id) & (CODES.c.purpose == purpose) & (CODES.c.subject == subject)
