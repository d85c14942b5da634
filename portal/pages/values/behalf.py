"""Customers as staff find them, and what it takes to act in a customer's place. Templates mask what is personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.pages.values.proofs import ProofRow
from portal.pages.values.staff import CustomerShown, OtherOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCustomer:
    """A row of a search, in clear."""

    id: int
    shown: CustomerShown
    orders: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomersPage:
    """What a search found; `is_cut`: there are more than are listed. may_act: in their place."""

    query: str
    customers: tuple[FoundCustomer, ...]
    is_cut: bool
    may_act: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPage:
    """A customer with their newest orders, and who acted for them."""

    id: int
    shown: CustomerShown
    history: tuple[OtherOrder, ...]
    history_count: int
    proofs: tuple[ProofRow, ...]
    may_act: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage:
    """The check of who calls. `customer_id` 0: it is about `order_no`, which has no customer; else `order_no` is where
    it goes on, "" for the list. `reachable`: ways that a code can go, `sent` the one it went just now; `wait`: seconds
    until another one may be sent; `number`: to be called, in clear, where it was asked for."""

    customer_id: int
    order_no: str
    shown: CustomerShown
    reachable: tuple[str, ...]
    history: tuple[OtherOrder, ...]
    history_count: int
    sent: str = ""
    wait: int = 0
    number: str = ""
