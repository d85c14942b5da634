"""申请退款 and 申请退货: the form with what it would give, and taking an application back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from portal.domain.applying.advise import Way
from portal.domain.money import Money
from portal.domain.shops.profile import StoreCredit
from portal.pages.values.amounts import EarlyRefund, RefundSummary
from portal.pages.values.cancelling import Changed
from portal.pages.values.credit import PayoutView
from portal.pages.values.exchanging import ExchangeSummary, VariantChoice
from portal.pages.values.parts import Picture, Refusal, RuleWords


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyLine:
    """A line with units to apply for. `most` is what is left of `quantity`; the numbers below say why it is less.

    `cases` hold the `claimed` ones. `paid` is for all of it. `variants`: what an exchange may choose besides the same
    goods.
    """

    line_id: str
    title: str
    variant: str
    quantity: int
    most: int
    gone: int = 0
    claimed: int = 0
    unshipped: int = 0
    on_the_way: int = 0
    cases: tuple[str, ...] = ()
    picture: Picture | None = None
    paid: Money | None = None
    variants: tuple[VariantChoice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyPage:
    """The form. act: refund, return, exchange, reship, repair. `case_no` where an application is edited, "" for a new
    one; `follows` the refused case that is asked for again, last_… why. `ways`: of a new one, all acts on offer.

    summary and decided are of what is chosen now, None and "" where nothing is. decided: at_once, review. remedy, as in
    `decisions.Handling`. refused: why just this choice gets nothing. no_reason_refused: why no line goes back without a
    reason, where that is so. sent_units: of what is answered with goods, how many are chosen. closed_lines: what
    cannot be applied for, each with its refusal. exchange: what is exchanged for what, instead of a summary. examples:
    what pictures have to show, by the reasons on offer. is_past_self_service: a fault that a person decides on, as it
    is told so late. credit: what the shop promises of a refund as credit, None where there is nothing to choose;
    payout: of the summary. is_collected: something was paid for the order.
    """

    order_no: str
    act: str
    case_no: str = ""
    follows: str = ""
    last_code: str = ""
    last_reason: str = ""
    ways: tuple[str, ...] = ()
    lines: tuple[ApplyLine, ...] = ()
    closed_lines: tuple[Refusal, ...] = ()
    no_reason_days: int = 0
    until: datetime | None = None
    no_reason_refused: tuple[Refusal, ...] = ()
    summary: RefundSummary | None = None
    most: Money | None = None
    decided: str = ""
    remedy: str = ""
    answer_by: datetime | None = None
    at_zero: str = ""
    is_past_self_service: bool = False
    send_back_by: datetime | None = None
    rules: tuple[RuleWords, ...] = ()
    refused: Refusal | None = None
    sent_units: int = 0
    exchange: ExchangeSummary | None = None
    examples: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    credit: StoreCredit | None = None
    payout: PayoutView | None = None
    early: EarlyRefund | None = None
    is_collected: bool = True
    zone: str = ""

    @property
    def is_paid(self) -> bool:
        """It asks for money; else for goods, or nobody has paid anything yet."""
        return self.act in ("refund", "return") and self.is_collected

    @property
    def units(self) -> int:
        """How many are chosen."""
        if self.exchange:
            return self.exchange.units
        return sum(line.quantity for line in self.summary.lines) if self.summary else self.sent_units

    @property
    def money(self) -> Money | None:
        """The sum beside the button: what comes back, or what an exchange costs more; None for none."""
        if self.exchange:
            return self.exchange.surcharge or self.exchange.refund or None
        return self.summary.total if self.summary and self.is_paid else None


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterSalesPage:
    """What happened, and which way that leads: the ways on offer, of goods in hand and of others.

    is_asked: 收到货了吗 is a question that has to be answered first; `received` is the answer, "" before.
    is_judged: the three questions are answered; `advice` is the way that fits, None where there is none.
    cancels: units that have not left can be cancelled. is_collected: something was paid for the order.
    """

    order_no: str
    in_hand: tuple[Way, ...] = ()
    not_in_hand: tuple[Way, ...] = ()
    cancels: bool = False
    is_collected: bool = True
    is_asked: bool = False
    received: str = ""
    is_judged: bool = False
    advice: Way | None = None
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawLine:
    """A line of the application; `quantity` is what it still claims."""

    line_id: str
    title: str
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawPage:
    """What it is about. `again_until`: until when one may apply without a reason again; `ended_at`: when that was over.

    may_edit: an edit may be what is wanted instead. refund: what would not be paid. deadline: the one that would not
    count any more. is_under_way: the goods are; courier_at: when a courier who can no longer be called off for nothing
    comes; fee: what either costs, to be paid by `pay_by`. rest: what is still paid where only a part is taken back.
    why_not: a code of withdrawing.WhyNot, "" where it is on offer.
    """

    case_no: str
    order_no: str
    kind: str
    state: str
    lines: tuple[WithdrawLine, ...] = ()
    again_until: datetime | None = None
    ended_at: datetime | None = None
    may_edit: bool = False
    units: int = 0
    refund: Money | None = None
    deadline: datetime | None = None
    is_under_way: bool = False
    fee: Money | None = None
    pay_by: datetime | None = None
    courier_at: datetime | None = None
    rest: RefundSummary | None = None
    shown: str = ""
    why_not: str = ""
    changed: Changed | None = None
    zone: str = ""
