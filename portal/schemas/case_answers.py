"""Answers of the machine API about cases and customers."""

from __future__ import annotations

from typing import Any, Required

from typing_extensions import TypedDict

from portal.domain.cases.life_cycle import CaseKind, CaseState
from portal.schemas.api import RefundOfOrder


class CaseUnits(TypedDict):
    line: str
    quantity: int


class CaseDeadline(TypedDict):
    """`kind`: who has to act, and on what."""

    kind: str
    at: str


class CaseOfListAnswer(TypedDict):
    """`lines`: what it was asked for; `refund`: as asked for or as granted, in major units. `deadline` null: nobody is
    waited for. `customer` null: a guest's."""

    case_no: str
    order: str
    customer: str | None
    kind: CaseKind
    state: CaseState
    reason: str
    opened_at: str
    updated_at: str
    closed_at: str | None
    deadline: CaseDeadline | None
    lines: list[CaseUnits]
    refund: str
    currency: str
    return_no: str | None


class CasesAnswer(TypedDict):
    """`next` is the cursor to go on from, now or later: what changes meanwhile stands behind it."""

    cases: list[CaseOfListAnswer]
    next: str


class CaseParcel(TypedDict):
    """`way`: there, the customer's to the shop; back and replacement, the shop's to the customer. `status` null: its
    carrier has said nothing."""

    way: str
    carrier: str
    tracking_no: str
    sent_at: str | None
    status: str | None
    arrived_at: str | None


class CaseAnswer(CaseOfListAnswer):
    """`note`: the customer's words; `answer`: what the shop has said, "" before it has; `holds_shipping`: a cancel that
    waits for the warehouse, no parcel of the order may leave; `archived_at` null: its order is not in the archive."""

    note: str
    answer: str
    holds_shipping: bool
    parcels: list[CaseParcel]
    refunds: list[RefundOfOrder]
    archived_at: str | None


class CustomerDataAnswer(TypedDict, total=False):
    """All that is held on a customer, as rows by what they are."""

    shop: Required[str]
    exported_at: Required[str]
    customer: Required[dict[str, Any]]
