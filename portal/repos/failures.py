"""Failed tries, counted under the HMAC of an account or an address (INTERFACE: sign-in counts failures only)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from portal.models.account import Failure
from portal.repos.dialects import delete_some

FAILURES = Failure.__table__


def lock_digests(connection: Connection, digests: Iterable[str]) -> None:
    """Whoever names the same digest waits for this transaction to end. SQLite's writers wait for each other anyway."""
    if connection.dialect.name == "postgresql":
        for digest in sorted(set(digests)):
            connection.execute(select(func.pg_advisory_xact_lock(int(digest[:15], 16))))


class Failures:
    """`work.failures`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def lock_digests(self, *buckets: str) -> None:
        """Tries of one bucket are counted one after another."""
        lock_digests(self._connection, buckets)

    def seconds_until_free(self, bucket: str, *, most: int, span: timedelta) -> int:
        """0 while fewer than `most` failed in the last `span`; else whole seconds until one more may be tried."""
        recent = (FAILURES.c.bucket == bucket) & (FAILURES.c.at > self._now - span)
        query = select(FAILURES.c.at).where(recent).order_by(FAILURES.c.at.desc()).offset(most - 1).limit(1)
        at = self._connection.execute(query).scalar_one_or_none()
        return 0 if at is None else max(1, -(-(at + span - self._now) // timedelta(seconds=1)))

    def count(self, bucket: str, *, since: datetime) -> int:
        mine = (FAILURES.c.bucket == bucket) & (FAILURES.c.at >= since)
        return int(self._connection.execute(select(func.count()).select_from(FAILURES).where(mine)).scalar_one())

    def add(self, *buckets: str) -> None:
        self._connection.execute(insert(FAILURES), [{"bucket": bucket, "at": self._now} for bucket in buckets])

    def forget(self, bucket: str) -> None:
        self._connection.execute(delete(FAILURES).where(FAILURES.c.bucket == bucket))

    def sweep(self, before: datetime, most: int) -> int:
        """Up to `most` failures from before; how many it were."""
        return delete_some(self._connection, FAILURES, FAILURES.c.at < before, FAILURES.c.at, most)
