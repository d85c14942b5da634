"""Hand-off codes, keys and spent tokens. Whoever spends does it by one statement: of many, one wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, select, union_all, update

from portal.domain.embedding.hand_over import Algorithm
from portal.models.account import Customer
from portal.models.archive import ArchivedOrder
from portal.models.handoff import HandoffCode, HandoffKey, SpentToken
from portal.models.order import Order
from portal.models.shop import PolicyVersion
from portal.repos.dialects import delete_some, upsert
from portal.repos.rows import all_rows, one_row, row_or_none, value_of

ARCHIVED = ArchivedOrder.__table__
CODES = HandoffCode.__table__
KEYS = HandoffKey.__table__
SPENT = SpentToken.__table__
ORDERS = Order.__table__
CUSTOMERS = Customer.__table__
VERSIONS = PolicyVersion.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptCode:
    """Of a hand-off: whom it signs in, for which orders only (None: all of theirs), and where it leads."""

    customer_id: int
    orders: list[str] | None
    locale: str
    path: str
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptKey:
    """`sealed`: the secret or public key, encrypted; `retired_at`: since when it is refused."""

    id: int
    kid: str
    algorithm: Algorithm
    sealed: str
    created_at: datetime
    retired_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingFacts:
    """`has_policy`: one of that name is in force; `last_handover`: the last code spent, as long as codes are kept."""

    has_customer: bool
    has_policy: bool
    last_handover: datetime | None


class Handoffs:
    """`work.handoffs`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def add_code(self, **values: Any) -> bool:
        """From: shop_id, customer_id, code_hash, orders, locale, path, expires_at. False where the code is there."""
        row = values | {"created_at": self._now}
        statement = upsert(self._connection, CODES).values(row).on_conflict_do_nothing().returning(CODES.c.id)
        return self._connection.execute(statement).first() is not None

    def find_code(self, shop_id: int, code_hash: str) -> KeptCode | None:
        mine = (CODES.c.shop_id == shop_id) & (CODES.c.code_hash == code_hash)
        row = row_or_none(self._connection.execute(select(CODES).where(mine)))
        return value_of(KeptCode, row) if row else None

    def spend_code(self, shop_id: int, code_hash: str) -> KeptCode | None:
        """The code, used from now on; None where it is not there, too old or was used."""
        mine = (CODES.c.shop_id == shop_id) & (CODES.c.code_hash == code_hash)
        live = CODES.c.used_at.is_(None) & (CODES.c.expires_at > self._now)
        statement = update(CODES).where(mine, live).values(used_at=self._now).returning(*CODES.c)
        row = row_or_none(self._connection.execute(statement))
        return value_of(KeptCode, row) if row else None

    def spend(self, digest: str, expires_at: datetime) -> bool:
        """Whether a token of that digest is used for the first time. It need not be kept longer than it works."""
        row = {"digest": digest, "expires_at": expires_at}
        statement = upsert(self._connection, SPENT).values(row).on_conflict_do_nothing().returning(SPENT.c.digest)
        return self._connection.execute(statement).first() is not None

    def own_orders(self, shop_id: int, customer_id: int, numbers: tuple[str, ...]) -> set[str]:
        """Those of `numbers` that are the customer's, in the archive or not: the shop does not know which are."""
        mine = (
            select(table.c.number).where(
                table.c.shop_id == shop_id, table.c.customer_id == customer_id, table.c.number.in_(numbers)
            )
            for table in (ORDERS, ARCHIVED)
        )
        return set(self._connection.execute(union_all(*mine)).scalars())

    def add_key(self, **values: Any) -> None:
        """shop_id, kid, algorithm, sealed."""
        self._connection.execute(upsert(self._connection, KEYS).values(values | {"created_at": self._now}))

    def keys(self, shop_id: int) -> list[KeptKey]:
        """All the shop ever had, oldest first; one that is retired says since when."""
        query = select(KEYS).where(KEYS.c.shop_id == shop_id).order_by(KEYS.c.id)
        return [value_of(KeptKey, row) for row in all_rows(self._connection.execute(query))]

    def facts(self, shop_id: int, policy: str) -> EmbeddingFacts:
        """What embedding needs, in one statement; `policy` is the name of the one in use."""
        in_force = VERSIONS.c.effective_from.is_(None) | (VERSIONS.c.effective_from <= self._now)
        query = select(
            exists().where(CUSTOMERS.c.shop_id == shop_id).label("has_customer"),
            exists().where(VERSIONS.c.shop_id == shop_id, VERSIONS.c.name == policy, in_force).label("has_policy"),
            select(func.max(CODES.c.used_at))
            .where(CODES.c.shop_id == shop_id)
            .scalar_subquery()
            .label("last_handover"),
        )
        return value_of(EmbeddingFacts, one_row(self._connection.execute(query)))

    def find_live_key(self, shop_id: int, kid: str) -> KeptKey | None:
        mine = (KEYS.c.shop_id == shop_id) & (KEYS.c.kid == kid) & KEYS.c.retired_at.is_(None)
        row = row_or_none(self._connection.execute(select(KEYS).where(mine)))
        return value_of(KeptKey, row) if row else None

    def retire_key(self, key_id: int) -> None:
        self._connection.execute(update(KEYS).where(KEYS.c.id == key_id).values(retired_at=self._now))

    def sweep_codes(self, before: datetime, most: int) -> int:
        """Up to `most` codes from before; how many it were."""
        return delete_some(self._connection, CODES, CODES.c.created_at < before, CODES.c.created_at, most)

    def sweep_tokens(self, most: int) -> int:
        """Up to `most` spent tokens that would not work any more anyway; how many it were."""
        return delete_some(self._connection, SPENT, SPENT.c.expires_at < self._now, SPENT.c.expires_at, most)
