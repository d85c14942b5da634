"""Published packs: immutable, so merged once per process and kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from portal.domain.policy.canonical import canonical_text, digest_of
from portal.domain.policy.merge_packs import merge_packs
from portal.domain.policy.pack import ENGINE, Pack, Policy
from portal.models.shop import PolicyVersion
from portal.ports import Schemas
from portal.repos.dialects import insert_or_ignore
from portal.repos.order_record import OrderRecord

VERSIONS = PolicyVersion.__table__


_kept: dict[tuple[str, int, int | None], Policy] = {}
_MOST_KEPT = 1_000

# Asked for each batch of an import: put together once.
_NEWEST = (
    select(VERSIONS.c.id)
    .where(VERSIONS.c.shop_id == bindparam("shop"), VERSIONS.c.name == bindparam("name"))
    .where(VERSIONS.c.effective_from.is_(None) | (VERSIONS.c.effective_from <= bindparam("now")))
    .order_by(VERSIONS.c.id.desc())
    .limit(1)
)


class Policies:
    """`work.policies`."""

    def __init__(self, connection: Connection, now: datetime, schemas: Schemas) -> None:
        self._connection, self._now, self._schemas = connection, now, schemas

    def ensure(self, shop_id: int, pack: Pack, *, by: str) -> int:
        """The version of exactly this pack for this shop, published now if it was not yet."""
        body = canonical_text(pack)
        row = {
            "shop_id": shop_id,
            "name": pack.name,
            "digest": digest_of(body),
            "engine": ENGINE,
            "body": body,
            "published_at": self._now,
            "published_by": by,
            "effective_from": pack.effective_from,
        }
        insert_or_ignore(self._connection, VERSIONS, [row])
        mine = (VERSIONS.c.shop_id == shop_id) & (VERSIONS.c.name == pack.name) & (VERSIONS.c.digest == row["digest"])
        return int(self._connection.execute(select(VERSIONS.c.id).where(mine)).scalar_one())

    def in_force(self, shop_version_id: int, law_version_id: int | None) -> Policy:
        """The rules an order was placed under, by the versions on its row. No query once they are known."""
        key = (str(self._connection.engine.url), shop_version_id, law_version_id)
        if key not in _kept:
            if len(_kept) >= _MOST_KEPT:
                _kept.clear()
            wanted = [version_id for version_id in key[1:] if version_id]
            rows = self._connection.execute(select(VERSIONS.c.id, VERSIONS.c.body).where(VERSIONS.c.id.in_(wanted)))
            packs = {row.id: self._schemas.read_stored_pack(row.body) for row in rows}
            _kept[key] = merge_packs(packs[shop_version_id], packs[law_version_id] if law_version_id else None)
        return _kept[key]

    def with_law(self, shop_version_id: int, law: Pack) -> Policy:
        """The shop's pack on a law that has not been published for it yet."""
        return merge_packs(self.pack_of(shop_version_id), law)

    def pack_of(self, version_id: int) -> Pack:
        """A version as it was published, by itself."""
        body = self._connection.execute(select(VERSIONS.c.body).where(VERSIONS.c.id == version_id)).scalar_one()
        return self._schemas.read_stored_pack(body)

    def of(self, record: OrderRecord) -> Policy:
        """The rules the order was placed under."""
        return self.in_force(record.kept.shop_version_id, record.kept.law_version_id)

    def at(self, shop_id: int, name: str, moment: datetime) -> int | None:
        """The version of that name that held for orders placed at `moment`: the last one published by then that was in
        force; of a moment before the first, the first."""
        started = VERSIONS.c.effective_from.is_(None) | (VERSIONS.c.effective_from <= moment)
        there = VERSIONS.c.published_at <= moment
        query = select(VERSIONS.c.id).where(VERSIONS.c.shop_id == shop_id, VERSIONS.c.name == name)
        last = query.where(started, there).order_by(VERSIONS.c.id.desc()).limit(1)
        first = query.order_by(VERSIONS.c.id).limit(1)
        found = self._connection.execute(last).scalar_one_or_none()
        return found or self._connection.execute(first).scalar_one_or_none()

    def newest(self, shop_id: int, name: str) -> int | None:
        """The version of that name that holds for imported orders now: the last one published that is in force."""
        return self._connection.execute(_NEWEST, {"shop": shop_id, "name": name, "now": self._now}).scalar_one_or_none()
