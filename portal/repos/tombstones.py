"""Who was erased: nobody can read who, but whoever comes again is known (POLICY, personal data)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from portal.models.tombstone import Tombstone
from portal.ports import Vault
from portal.repos.dialects import insert_or_ignore

TOMBSTONES = Tombstone.__table__
_PURPOSE = "tombstone"
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Person:
    """By what a shop knows somebody: its own id of them, a phone in E.164, a mail address; "" for what is not known."""

    external_id: str
    phone: str = ""
    mail: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        known = (("id", self.external_id), ("phone", self.phone), ("mail", self.mail.casefold()))
        return tuple(f"{kind}:{value}" for kind, value in known if value)


class Tombstones:
    """`work.tombstones`."""

    def __init__(self, connection: Connection, now: datetime, vault: Vault) -> None:
        self._connection, self._now, self._vault = connection, now, vault

    def add(self, shop_id: int, person: Person) -> None:
        """From now on they are kept out."""
        digests = [self._vault.digest(_PURPOSE, f"{shop_id}:{name}") for name in person.names]
        rows = [{"shop_id": shop_id, "digest": digest, "erased_at": self._now} for digest in digests]
        insert_or_ignore(self._connection, TOMBSTONES, rows)

    def erased(self, shop_id: int, people: Iterable[Person]) -> set[Person]:
        """Those of `people` who were erased: one name that fits is enough."""
        wanted: dict[str, list[Person]] = {}
        if not self._has_any(shop_id):
            return set()
        for person in people:
            for name in person.names:
                for digest in self._vault.digests(_PURPOSE, f"{shop_id}:{name}"):
                    wanted.setdefault(digest, []).append(person)
        return {person for digest in self._found(shop_id, wanted) for person in wanted[digest]}

    def _has_any(self, shop_id: int) -> bool:
        query = select(TOMBSTONES.c.digest).where(TOMBSTONES.c.shop_id == shop_id).limit(1)
        return self._connection.execute(query).first() is not None

    def _found(self, shop_id: int, digests: Collection[str]) -> Iterable[str]:
        named = list(digests)
        for start in range(0, len(named), _AT_ONCE):
            mine = TOMBSTONES.c.digest.in_(named[start : start + _AT_ONCE])
            query = select(TOMBSTONES.c.digest).where(TOMBSTONES.c.shop_id == shop_id, mine)
            yield from self._connection.execute(query).scalars()
