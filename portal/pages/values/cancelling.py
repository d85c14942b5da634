"""取消订单: the confirmation, its refusal, and what changed meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.money import Money
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.credit import PayoutView
from portal.pages.values.parts import Picture, Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelLine:
    """A line whose units may be cancelled one by one.

    `most` is what is left to cancel; `less_because` says why it is below `quantity`: shipped, gone, claimed, or "".
    """

    line_id: str
    title: str
    variant: str
    picture: Picture
    quantity: int
    most: int
    less_because: str = ""
    stock_problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelGoods:
    """Units of a line that would be cancelled; `price` is their list price."""

    line_id: str
    title: str
    variant: str
    picture: Picture
    units: int
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What happened between showing a form and sending it (409).

    who: warehouse, staff, shop, customer, portal. what, as in `errors.Conflict`: changed,
    cancel_open, shipped, decided, deadline, frozen.
    """

    who: str
    what: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPage:
    """The confirmation. mode: unpaid, paid, free (nothing to refund), picking, cod; the other facts add
    their sentence to it.

    answer_by: until when the warehouse answers (picking). promised_by: the promised ship date that has passed (late).
    shipped_units / open_units: a partly shipped order (both above 0). `goods`: the first of what would be cancelled,
    `kinds` of them and `units` in all. `lines` is empty where only the whole order can be cancelled. `is_quoted`: the
    summary is of the part just asked about, not of all that can be cancelled. `payout`: how it can be paid, None where
    there is nothing to choose.

    For the form: the `reasons` that apply, whether one is needed, `shown` the digest of what is summarised.
    """

    order_no: str
    state: str
    mode: str
    summary: RefundSummary
    refund_total: Money
    goods: tuple[CancelGoods, ...] = ()
    kinds: int = 0
    units: int = 0
    lines: tuple[CancelLine, ...] = ()
    answer_by: datetime | None = None
    promised_by: datetime | None = None
    shipped_units: int = 0
    open_units: int = 0
    has_stock_problem: bool = False
    can_edit_address: bool = False
    can_postpone: bool = False
    is_quoted: bool = False
    changed: Changed | None = None
    payout: PayoutView | None = None
    reasons: tuple[str, ...] = ()
    needs_reason: bool = True
    shown: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedPage:
    """409: an act that is not on offer, with the refusal and the ways on."""

    order_no: str
    state: str
    refusal: Refusal
    zone: str = ""
