"""Shops: added, set, found by key, host, id or token."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from portal.domain.errors import Invalid, NotFound
from portal.domain.shops.settings import ShopSettings
from portal.models.order import Order
from portal.models.shop import Shop, ShopHost
from portal.ports import Schemas
from portal.repos.dialects import upsert
from portal.repos.rows import Row, all_rows, one_row, row_or_none, value_of

SHOPS = Shop.__table__
HOSTS = ShopHost.__table__
ORDERS = Order.__table__


_parsed: dict[tuple[str, int], tuple[int, ShopSettings]] = {}
"""By database and shop, with the version: an act must not pay for reading them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredShop:
    """A shop as it is kept: `settings` as they were set, `version` rises with every change."""

    id: int
    key: str
    name: str
    policy: str
    settings: dict[str, Any]
    origins: list[str]
    image_origins: list[str]
    version: int


class Shops:
    """`work.shops`."""

    def __init__(self, connection: Connection, now: datetime, schemas: Schemas) -> None:
        self._connection, self._now, self._schemas = connection, now, schemas

    def add(self, hosts: tuple[str, ...], **values: Any) -> int:
        """Raises Invalid where the key or a host is taken."""
        row = values | {"created_at": self._now, "version": 1}
        statement = upsert(self._connection, SHOPS).values(row).on_conflict_do_nothing().returning(SHOPS.c.id)
        shop_id = self._connection.execute(statement).scalar_one_or_none()
        if shop_id is None:
            raise Invalid((("key", "taken"),))
        for host in hosts:
            row = upsert(self._connection, HOSTS).values(host=host, shop_id=shop_id).on_conflict_do_nothing()
            if self._connection.execute(row.returning(HOSTS.c.host)).first() is None:
                raise Invalid((("host", "taken"),))
        return int(shop_id)

    def set(self, shop_id: int, **values: Any) -> None:
        """Changes columns; the version rises, so every cached page and setting is read again."""
        self._connection.execute(
            update(SHOPS).where(SHOPS.c.id == shop_id).values(version=SHOPS.c.version + 1, **values)
        )

    def get(self, key: str) -> StoredShop:
        """Raises NotFound."""
        found = self.find(SHOPS.c.key == key)
        if found is None:
            raise NotFound("shop")
        return found

    def lock(self, shop_id: int) -> None:
        """Others who lock this shop wait for the end of the transaction."""
        self._connection.execute(select(SHOPS.c.id).where(SHOPS.c.id == shop_id).with_for_update())

    def get_by_id(self, shop_id: int) -> StoredShop:
        return _stored(one_row(self._connection.execute(select(SHOPS).where(SHOPS.c.id == shop_id))))

    def settings_of(self, shop_id: int) -> ShopSettings:
        """The shop's settings, parsed once per process and version."""
        row = self._connection.execute(
            select(SHOPS.c.id, SHOPS.c.version, SHOPS.c.settings).where(SHOPS.c.id == shop_id)
        ).one()
        database = str(self._connection.engine.url)
        kept = _parsed.get((database, shop_id))
        if kept is None or kept[0] != row.version:
            settings = self._schemas.read_settings(row.settings)
            kept = _parsed[database, shop_id] = (row.version, settings)
        return kept[1]

    def find(self, condition: Any) -> StoredShop | None:
        row = row_or_none(self._connection.execute(select(SHOPS).where(condition)))
        return _stored(row) if row else None

    def has_orders(self, shop_id: int) -> bool:
        """Whether anything was ever sold here in the shop's currency."""
        query = select(ORDERS.c.id).where(ORDERS.c.shop_id == shop_id).limit(1)
        return self._connection.execute(query).first() is not None

    def find_by_host(self, host: str) -> StoredShop | None:
        return self.find(SHOPS.c.id == select(HOSTS.c.shop_id).where(HOSTS.c.host == host).scalar_subquery())

    def only_one(self) -> StoredShop | None:
        """The shop where there is just one; None for none or several."""
        found = all_rows(self._connection.execute(select(SHOPS).limit(2)))
        return _stored(found[0]) if len(found) == 1 else None

    def all(self) -> list[StoredShop]:
        return [_stored(row) for row in all_rows(self._connection.execute(select(SHOPS).order_by(SHOPS.c.id)))]

    def first_host(self, shop_id: int) -> str:
        """A host name that stands for this shop, "" where none does."""
        query = select(HOSTS.c.host).where(HOSTS.c.shop_id == shop_id).order_by(HOSTS.c.host).limit(1)
        return self._connection.execute(query).scalar_one_or_none() or ""

    def hosts(self) -> list[str]:
        return list(self._connection.execute(select(HOSTS.c.host)).scalars())


def _stored(row: Row) -> StoredShop:
    return value_of(StoredShop, row)
