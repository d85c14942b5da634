"""Amounts: the one refund summary of every page, and the progress of money on its way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.money import Money
from portal.domain.refunds.dots import RefundDot


@dataclass(frozen=True, slots=True)
class AmountRow:
    """One row of an amounts table, signed as it is read (a deduction is negative).

    name: goods, discount, coupon, points, adjustment, freight, return_freight, fee, tax, deducted, less (not asked
    for, not granted or not accepted), already (given back before), total, paid, refunded, refundable. `title` is the
    shop's own name of a fee.
    """

    name: str
    amount: Money
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryLine:
    """Units of a line that are cancelled or returned: their list price, all that was taken off it, tax that was not in
    it, what goes back."""

    line_id: str
    title: str
    variant: str
    quantity: int
    goods: Money
    discount: Money
    tax: Money
    amount: Money

    @property
    def paid(self) -> Money:
        """What was paid for these units."""
        return self.goods - self.discount + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderBack:
    """One part of a refund: where it goes and when it is expected.

    Of what waits for something first the date is not known yet: `after` says for what (approval, inspection, goods,
    replacement),
    and `days` how many working days it takes from then.
    method: alipay, wechat, card, gift_card, store_credit, cod, other. account: the rail's own text, may be empty.
    """

    method: str
    account: str
    amount: Money
    arrives_from: date | None = None
    arrives_to: date | None = None
    after: str = ""
    days: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponRow:
    """A coupon that comes back; `is_over` where its end has passed and it cannot be used again."""

    name: str
    valid_until: datetime | None = None
    is_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryNote:
    """One sentence under the summary (WORDS, copy deck 1 and 2).

    code (words.refunds): offer_kept, offer_broken (name, amount), coupon_waits, freight_kept (amount), shop_at_fault
    (amount: the cap), gift (name, amount), less (amount: asked, limit: at most), granted (amount,
    limit: asked), split (count), points_taken (count),
    fee_withheld (amount), customer_sends, carriage_left (amount).
    """

    code: str
    name: str = ""
    count: int = 0
    amount: Money | None = None
    limit: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSummary:
    """What comes back, each part, where to and when (UI rule 3). `total` is the sum of `rows` and of `tenders`.

    No `rows`: nothing was collected, so there is no refund.
    """

    lines: tuple[SummaryLine, ...]
    rows: tuple[AmountRow, ...]
    total: Money
    tenders: tuple[TenderBack, ...] = ()
    points_back: int = 0
    coupons: tuple[CouponRow, ...] = ()
    notes: tuple[SummaryNote, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundStanding:
    """How the refunds of an order stand: the state of the least advanced.

    is_wallet, account, method: of all of them alike, where that is known; is_wallet is None where it is not.
    """

    state: str
    is_wallet: bool | None = None
    account: str = ""
    method: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundStep:
    """One of the five lines of a refund's progress: approved, submitted, pending, succeeded, failed.

    `at` is None while the step has not been reached.
    """

    name: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundProgress:
    """One refund as the provider has it. state: planned, submitted, pending, failed, succeeded.

    provider: a method code (`alipay`) or the rail's own name; account: the rail's text, may be empty.
    is_wallet: the provider itself says that the balance is credited (WORDS rule 6). is_overdue: past the estimate.
    poll_seconds: at least 20 while the page should ask again, None once settled. quote_no: the number that people
    read out; trace: what a bank finds the money by, "" where the rail does not say; reference: the provider's own
    id, for staff, where it is another one. dots: how far it is.
    """

    refund_no: str
    order_no: str
    state: str
    amount: Money
    method: str
    provider: str
    account: str
    steps: tuple[RefundStep, ...]
    is_wallet: bool = False
    is_overdue: bool = False
    arrives_from: date | None = None
    arrives_to: date | None = None
    failed_reason: str = ""
    retry_by: datetime | None = None
    poll_seconds: int | None = None
    quote_no: str = ""
    trace: str = ""
    reference: str = ""
    dots: tuple[RefundDot, ...] = ()

    @property
    def reached(self) -> RefundStep:
        """The last of its steps that was reached: what can be said of it now."""
        return [step for step in self.steps if step.at][-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyRefund:
    """A refund at hand-over. standing: promised, paid, settled, owed; deadline: when the goods are to have come."""

    standing: str
    amount: Money
    owed: Money | None = None
    deadline: datetime | None = None
