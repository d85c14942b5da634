"""What staff lists hand out: an order with whose it is, one of a customer's history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.codec import from_plain
from portal.domain.money import Money
from portal.domain.orders.card import Card
from portal.repos.rows import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedForStaff:
    """An order with what its customer is called and reached by; None where it has no account."""

    id: int
    number: str
    state: str
    placed_at: datetime
    card: Card
    units: int
    total: Money
    recipient: str
    customer: tuple[str, str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierOrder:
    """One order of a customer's history: `cases` it has, `of_all` orders of theirs."""

    number: str
    state: str
    placed_at: datetime
    total: Money
    cases: int
    of_all: int


def listed_for_staff(row: Row) -> ListedForStaff:
    reached = (row["customer_name"] or "", row["customer_phone"] or "", row["customer_mail"] or "")
    return ListedForStaff(
        id=row["id"],
        number=row["number"],
        state=row["state"],
        placed_at=row["placed_at"],
        card=from_plain(Card, row["card"]),
        units=row["item_count"],
        total=Money(row["total_minor"], row["currency"]),
        recipient=row["recipient"],
        customer=reached if row["customer_id"] else None,
    )


def earlier_order(row: Row) -> EarlierOrder:
    return EarlierOrder(
        number=row["number"],
        state=row["state"],
        placed_at=row["placed_at"],
        total=Money(row["total_minor"], row["currency"]),
        cases=row["cases"],
        of_all=row["of_all"],
    )
