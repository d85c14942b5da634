"""A change of a customer's credit as a shop's program sends it, and its body to a CreditEntry, or to every problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Required

from pydantic import StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from portal.domain.credit.ledger import CreditEntry
from portal.domain.errors import Invalid
from portal.domain.money import is_currency
from portal.schemas.order_body import Currency
from portal.schemas.order_values import ORDER_REASONS, Amount, CodeText, Moment
from portal.schemas.reasons import dotted, problems_of

Reference = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
"""Without a colon: numbers of the portal's own have one."""


class CreditBody(TypedDict, total=False):
    """`number` names the change once in the shop: sent again, it is not booked again. `amount` is above 0, in the
    shop's currency where none is said; `expires_at` only of credit that is given."""

    number: Required[Reference]
    kind: Required[Literal["credit", "spend"]]
    amount: Required[Amount]
    currency: Currency | None
    expires_at: Moment | None
    order: CodeText | None


class CreditBookedAnswer(TypedDict):
    """`balance`: what can be spent of the currency after it, in major units."""

    result: Literal["created", "unchanged"]
    balance: str
    currency: str


class BalanceAnswer(TypedDict):
    """What can be spent now, in major units; `next_expiry` null: nothing of it expires."""

    balance: str
    currency: str
    next_expiry: str | None


class CreditEntryAnswer(TypedDict):
    """`amount` is above 0; spend and expire lower the balance."""

    number: str
    kind: Literal["credit", "refund", "bonus", "spend", "expire"]
    amount: str
    currency: str
    at: str
    expires_at: str | None
    order: str
    case: str


class CreditAnswer(TypedDict):
    """`entries`: the newest 100, newest first."""

    customer: str
    balances: list[BalanceAnswer]
    entries: list[CreditEntryAnswer]


CREDIT: TypeAdapter[CreditBody] = TypeAdapter(CreditBody)


def read_credit(data: Mapping[str, Any], *, currency: str) -> CreditEntry:
    """Raises Invalid with every field that is wrong; unknown ones are ignored."""
    said = data.get("currency") or currency
    try:
        body = CREDIT.validate_python(data, strict=True, extra="ignore", context=said if is_currency(said) else "")
    except ValidationError as error:
        raise Invalid(tuple((dotted(path), reason) for path, reason in problems_of(error, ORDER_REASONS))) from None
    problems = []
    if body["amount"].minor <= 0:
        problems.append(("amount", "must be above 0"))
    if body["kind"] == "spend" and body.get("expires_at"):
        problems.append(("expires_at", "is only of credit that is given"))
    if problems:
        raise Invalid(tuple(problems))
    return CreditEntry(
        number=body["number"],
        kind=body["kind"],
        amount=body["amount"],
        expires_at=body.get("expires_at"),
        order_no=body.get("order") or "",
    )
