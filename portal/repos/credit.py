"""Balances of customers with a shop: read, and changed under the lock of the account's row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select, update

from portal.domain.credit.ledger import Balance, CreditEntry, Lot, balance_of
from portal.domain.errors import Conflict
from portal.domain.money import Money
from portal.models.credit import CreditAccount as AccountRow
from portal.models.credit import CreditEntry as EntryRow
from portal.models.credit import CreditLot
from portal.repos.dialects import upsert
from portal.repos.rows import Row, all_rows, one_row, row_or_none

ACCOUNTS: Table = AccountRow.__table__
LOTS: Table = CreditLot.__table__
ENTRIES: Table = EntryRow.__table__
_TOLD = (ENTRIES, ACCOUNTS.c.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAccount:
    """A customer's balance in one currency, under lock, with the lots that something is left of."""

    id: int
    shop_id: int
    customer_id: int
    currency: str
    lots: tuple[Lot, ...]


@dataclass(frozen=True, slots=True)
class ExpiredAccount:
    """One with lots that have expired and are not written down yet."""

    customer_id: int
    shop_id: int
    currency: str


class Credit:
    """`work.credit`. Amounts in minor units."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def open_for_update(self, shop_id: int, customer_id: int, currency: str) -> CreditAccount:
        """Made where there was none; whoever comes at the same time waits for the row."""
        named: dict[str, Any] = {"shop_id": shop_id, "customer_id": customer_id, "currency": currency}
        made = upsert(self._connection, ACCOUNTS).values(named | {"balance_minor": 0}).on_conflict_do_nothing()
        self._connection.execute(made)
        mine = (ACCOUNTS.c.customer_id == customer_id) & (ACCOUNTS.c.currency == currency)
        row = one_row(self._connection.execute(select(ACCOUNTS).where(mine).with_for_update()))
        return CreditAccount(id=row["id"], lots=self._lots(row["id"]), **named)

    def _lots(self, account_id: int) -> tuple[Lot, ...]:
        query = select(LOTS).where(LOTS.c.account_id == account_id, LOTS.c.left_minor > 0).order_by(LOTS.c.id)
        return tuple(
            Lot(id=row["id"], left=row["left_minor"], expires_at=row["expires_at"])
            for row in all_rows(self._connection.execute(query))
        )

    def find_entry(self, shop_id: int, number: str) -> tuple[CreditEntry, int] | None:
        """The entry of that number in the shop, and whose it is (a customer's row id)."""
        query = select(*_TOLD, ACCOUNTS.c.customer_id).join(ACCOUNTS, ACCOUNTS.c.id == ENTRIES.c.account_id)
        query = query.where(ENTRIES.c.shop_id == shop_id, ENTRIES.c.number == number)
        row = row_or_none(self._connection.execute(query))
        return (_entry(row), row["customer_id"]) if row else None

    def put_in(self, account: CreditAccount, entry: CreditEntry) -> None:
        """A lot of its own. Raises Conflict("number_used")."""
        lot = {"account_id": account.id, "amount_minor": entry.amount.minor, "left_minor": entry.amount.minor}
        self._connection.execute(insert(LOTS).values(lot | {"expires_at": entry.expires_at}))
        self._book(account, entry)

    def take_out(self, account: CreditAccount, entry: CreditEntry, parts: tuple[tuple[int, int], ...]) -> None:
        """`parts`: of which lots how much. Raises Conflict("not_enough") or Conflict("number_used")."""
        for lot_id, minor in parts:
            mine = (LOTS.c.id == lot_id) & (LOTS.c.left_minor >= minor)
            left = update(LOTS).where(mine).values(left_minor=LOTS.c.left_minor - minor)
            if self._connection.execute(left).rowcount != 1:
                raise Conflict("not_enough")
        self._book(account, entry)

    def _book(self, account: CreditAccount, entry: CreditEntry) -> None:
        values: dict[str, Any] = {name: getattr(entry, name) for name in ("number", "kind", "order_no", "case_no")}
        values |= {"shop_id": account.shop_id, "account_id": account.id, "minor": entry.signed}
        values |= {"expires_at": entry.expires_at, "at": self._now}
        booked = upsert(self._connection, ENTRIES).values(values).on_conflict_do_nothing().returning(ENTRIES.c.id)
        if self._connection.execute(booked).first() is None:
            # Another account's entry took the number since it was looked for: this one has to wait for nobody's row.
            raise Conflict("number_used")
        changed = {"balance_minor": ACCOUNTS.c.balance_minor + entry.signed}
        self._connection.execute(update(ACCOUNTS).where(ACCOUNTS.c.id == account.id).values(changed))

    def balances(self, customer_id: int) -> tuple[Balance, ...]:
        """In every currency that the customer ever had any of, for reading."""
        query = select(ACCOUNTS).where(ACCOUNTS.c.customer_id == customer_id).order_by(ACCOUNTS.c.currency)
        rows = all_rows(self._connection.execute(query))
        return tuple(balance_of(self._lots(row["id"]), row["currency"], self._now) for row in rows)

    def entries(self, customer_id: int, limit: int) -> tuple[CreditEntry, ...]:
        """Newest first."""
        query = select(*_TOLD).join(ACCOUNTS, ACCOUNTS.c.id == ENTRIES.c.account_id)
        query = query.where(ACCOUNTS.c.customer_id == customer_id).order_by(ENTRIES.c.id.desc()).limit(limit)
        return tuple(_entry(row) for row in all_rows(self._connection.execute(query)))

    def expired(self, limit: int) -> list[ExpiredAccount]:
        """The longest expired first."""
        over = select(LOTS.c.account_id).where(
            LOTS.c.left_minor > 0, LOTS.c.expires_at.is_not(None), LOTS.c.expires_at <= self._now
        )
        ids = list(self._connection.execute(over.order_by(LOTS.c.expires_at).limit(limit)).scalars())
        query = select(ACCOUNTS.c.customer_id, ACCOUNTS.c.shop_id, ACCOUNTS.c.currency).where(ACCOUNTS.c.id.in_(ids))
        return [ExpiredAccount(**row) for row in all_rows(self._connection.execute(query.order_by(ACCOUNTS.c.id)))]


def _entry(row: Row) -> CreditEntry:
    return CreditEntry(
        number=row["number"],
        kind=row["kind"],
        amount=Money(abs(row["minor"]), row["currency"]),
        expires_at=row["expires_at"],
        order_no=row["order_no"],
        case_no=row["case_no"],
        at=row["at"],
    )
