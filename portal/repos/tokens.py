"""Tokens of the machine API: added, found by their hash, used, retired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, or_, select, update

from portal.domain.errors import NotFound
from portal.domain.identity.scopes import Scope
from portal.models.shop import Shop, ShopToken
from portal.repos.rows import all_rows, row_or_none, value_of
from portal.repos.shops import StoredShop

TOKENS = ShopToken.__table__
SHOPS = Shop.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptToken:
    """A token without its hash."""

    id: int
    scopes: list[Scope]
    created_at: datetime
    last_used_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveToken:
    """One that is accepted, and whose it is."""

    id: int
    scopes: tuple[Scope, ...]
    last_used_at: datetime | None
    shop: StoredShop


class Tokens:
    """`work.tokens`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def add(self, shop_id: int, token_hash: str, scopes: tuple[Scope, ...]) -> int:
        row = {"shop_id": shop_id, "token_hash": token_hash, "scopes": list(scopes), "created_at": self._now}
        return int(self._connection.execute(insert(TOKENS).values(row).returning(TOKENS.c.id)).scalar_one())

    def find_live(self, token_hash: str) -> LiveToken | None:
        """None for a retired token."""
        mine = (TOKENS.c.token_hash == token_hash) & TOKENS.c.retired_at.is_(None)
        columns = (TOKENS.c.id.label("token_id"), TOKENS.c.scopes, TOKENS.c.last_used_at)
        query = select(SHOPS, *columns).join(TOKENS, TOKENS.c.shop_id == SHOPS.c.id).where(mine)
        row = row_or_none(self._connection.execute(query))
        if row is None:
            return None
        scopes, used_at = tuple(row["scopes"]), row["last_used_at"]
        return LiveToken(id=row["token_id"], scopes=scopes, last_used_at=used_at, shop=value_of(StoredShop, row))

    def of_shop(self, shop_id: int) -> list[KeptToken]:
        """All the shop ever had, oldest first, without their hashes."""
        columns = (TOKENS.c.id, TOKENS.c.scopes, TOKENS.c.created_at, TOKENS.c.last_used_at, TOKENS.c.retired_at)
        query = select(*columns).where(TOKENS.c.shop_id == shop_id).order_by(TOKENS.c.id)
        return [value_of(KeptToken, row) for row in all_rows(self._connection.execute(query))]

    def note_use(self, token_id: int, *, every: timedelta) -> None:
        """Written at most once in `every`, however often it is used."""
        stale = or_(TOKENS.c.last_used_at.is_(None), TOKENS.c.last_used_at <= self._now - every)
        self._connection.execute(update(TOKENS).where(TOKENS.c.id == token_id, stale).values(last_used_at=self._now))

    def retire(self, shop_id: int, token_id: int) -> None:
        """Raises NotFound for one that is not live in this shop."""
        mine = (TOKENS.c.id == token_id) & (TOKENS.c.shop_id == shop_id) & TOKENS.c.retired_at.is_(None)
        if self._connection.execute(update(TOKENS).where(mine).values(retired_at=self._now)).rowcount != 1:
            raise NotFound("token")
