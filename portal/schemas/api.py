"""Bodies and answers of the machine API (INTERFACE, machine API), beside the order's own (`order_body`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Required, TypeVar

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, with_config
from typing_extensions import TypedDict

from portal.domain.errors import Invalid
from portal.domain.orders.order import Status
from portal.schemas.order_body import ParcelStatus, UnitsBody
from portal.schemas.order_values import MOST_LINES, ORDER_REASONS, CodeText, FilledCode, Moment
from portal.schemas.reasons import dotted, problems_of

Body = TypeVar("Body")


class ShipmentBody(TypedDict, total=False):
    """A parcel as the order format has it; without lines all that has not left, without times now."""

    id: CodeText | None
    carrier: Required[FilledCode]
    tracking_no: Required[FilledCode]
    shipped_at: Moment | None
    delivered_at: Moment | None
    status: ParcelStatus | None
    promised_at: Moment | None
    last_scan_at: Moment | None
    lines: Annotated[list[UnitsBody], Field(min_length=1, max_length=MOST_LINES)] | None


@with_config(ConfigDict(extra="forbid"))
class HandoverBody(TypedDict, total=False):
    """Who comes in and to what. Judged by `embedding.hand_over`, as the claims of a signed token are."""

    customer: Required[Annotated[str, StringConstraints(min_length=1, max_length=128)]]
    orders: Annotated[list[CodeText], Field(min_length=1, max_length=200)] | None
    locale: Annotated[str, Field(examples=["zh-CN", "en"])] | None
    path: Annotated[str, Field(examples=["/orders/A-1001"])] | None


class FieldProblem(TypedDict):
    field: str
    reason: str


class TakenAnswer(TypedDict, total=False):
    """`left_out`: what of the order was not imported, where there is such a part; the rest was."""

    result: Required[Literal["created", "updated", "unchanged", "older"]]
    left_out: list[FieldProblem]


class LineTakenAnswer(TypedDict, total=False):
    """Of a line of many orders, counted from 1, as it stands in the body: its `result`, or `errors` and nothing of it
    was imported. `number` null: none could be read."""

    line: Required[int]
    number: Required[str | None]
    result: Literal["created", "updated", "unchanged", "older"]
    left_out: list[FieldProblem]
    errors: list[FieldProblem]


class ShippedAnswer(TypedDict):
    result: Literal["created", "unchanged"]


class CodeAnswer(TypedDict):
    """`url` is good once, for 60 seconds."""

    url: str
    code: str
    expires_at: str


class LineAnswer(TypedDict):
    """Counts of units; `paid` for all of them, in major units; `guarantee_until` once a repair has lengthened it."""

    id: str
    quantity: int
    cancelled: int
    gone: int
    claimed: int
    shipped: int
    delivered: int
    paid: str
    guarantee_until: str | None


class RefundOfOrder(TypedDict):
    number: str
    payment: str
    amount: str
    state: str


class BenefitAnswer(TypedDict):
    """Points or a coupon for the shop to give back. `returned_at` null: it has not said that it has."""

    id: int
    kind: Literal["points", "coupon"]
    points: int | None
    coupon: str | None
    case: str | None
    at: str
    returned_at: str | None


class OrderAnswer(TypedDict):
    """Amounts are decimal strings in major units. `agreed_ship_by`: by when it ships since its customer asked for
    later, in their words `later_note`. `archived_at` null: it is not in the archive; what is, can only be read."""

    number: str
    state: str
    status: Status
    currency: str
    total: str
    paid: str
    refundable: str
    waiting_case: str | None
    updated_at: str
    ship_to: dict[str, Any]
    agreed_ship_by: str | None
    later_note: str
    lines: list[LineAnswer]
    refunds: list[RefundOfOrder]
    benefits: list[BenefitAnswer]
    archived_at: str | None


class EventAnswer(TypedDict):
    cursor: str
    type: str
    at: str
    order: str | None
    case: str | None
    actor: str
    on_behalf_of: str | None
    data: dict[str, Any]
    seq: int
    hash: str
    previous: str


class EventsAnswer(TypedDict):
    """`next` is the cursor to go on from."""

    events: list[EventAnswer]
    next: str


class ProductAnswer(TypedDict):
    result: Literal["created", "updated", "unchanged", "older"]


class RuleAnswer(TypedDict):
    """A rule by its number, and what it says."""

    rule: str
    words: str


class ReasonOptionAnswer(TypedDict):
    """One reason: for how many units, until when, who says yes. `until` null: no end, or not begun."""

    reason: str
    units: int
    until: str | None
    decided_by: Literal["rule", "shop", "person"]
    rules: list[RuleAnswer]
    words: str


class OptionAnswer(TypedDict):
    """An act: allowed for `units`, or refused with `why` and what to do `instead`. `answer_by`: when the shop would
    have answered, if it were asked now; `without_reason`: why goods go back for a fault alone."""

    act: Literal["cancel", "refund", "return", "reship", "repair", "contract_withdrawal"]
    allowed: bool
    units: int
    until: str | None
    decided_by: Literal["rule", "shop", "person"] | None
    answer_by: str | None
    rules: list[RuleAnswer]
    words: str
    why: str | None
    instead: list[str]
    without_reason: str | None
    reasons: list[ReasonOptionAnswer]


class LineOptionsAnswer(TypedDict):
    id: str
    sku: str
    title: str
    quantity: int
    acts: list[OptionAnswer]


class OrderOptionsAnswer(TypedDict):
    """What the order's page offers at this moment, for the order (`acts`) and line by line."""

    number: str
    state: str
    at: str
    locale: str
    acts: list[OptionAnswer]
    lines: list[LineOptionsAnswer]


class GoodsReasonAnswer(TypedDict):
    """`within` is an ISO 8601 duration counted from delivery, null without an end; `only_unopened`: not any more once
    unsealed or downloaded."""

    reason: str
    allowed: bool
    within: str | None
    only_unopened: bool
    decided_by: Literal["rule", "shop", "person"] | None
    rules: list[RuleAnswer]
    words: str


class GoodsActAnswer(TypedDict):
    act: Literal["refund", "return", "reship", "repair", "contract_withdrawal"]
    allowed: bool
    reasons: list[GoodsReasonAnswer]


class ProductOptionsAnswer(TypedDict):
    """Of goods that would be bought at `placed_at`, by the rules of then; `law` is `none` where none applies."""

    sku: str
    title: str
    placed_at: str
    law: str
    locale: str
    acts: list[GoodsActAnswer]


class ProblemAnswer(TypedDict, total=False):
    """RFC 9457. `reason` is a code for programs; `errors` name fields by dotted paths."""

    type: Required[str]
    title: Required[str]
    status: Required[int]
    reason: str
    reference: str
    errors: list[FieldProblem]


class ResultAnswer(TypedDict):
    """`state`: of the refund, as it stands now."""

    refund: str
    state: Literal["planned", "submitted", "pending", "failed", "succeeded"]


SHIPMENT: TypeAdapter[ShipmentBody] = TypeAdapter(ShipmentBody)


def read_body(kind: TypeAdapter[Body], data: Mapping[str, Any]) -> Body:
    """The body as its type. Raises Invalid with every field that is wrong; unknown ones are ignored."""
    try:
        return kind.validate_python(data, strict=True, extra="ignore")
    except ValidationError as error:
        raise Invalid(tuple((dotted(path), reason) for path, reason in problems_of(error, ORDER_REASONS))) from None
