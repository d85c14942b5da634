"""The payment rail: refunds to captured payments, and payments of fees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from portal.domain.money import Money
from portal.domain.refunds.rails import RailConfig

RefundOutcome = Literal["accepted", "pending", "succeeded", "failed", "unknown_number", "number_spent"]
PaymentOutcome = Literal["paid", "pending", "wrong_password", "no_funds", "declined", "unavailable", "unknown_number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedLine:
    """Units of a line that a refund is for, and what of its money they are worth, tax included. `restock`: they can be
    sold again."""

    line_id: str
    quantity: int
    amount: Money
    restock: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAsk:
    """One refund to one captured payment. `number` was stored before the first call: the rail's idempotency key.
    `sent_at`: when it was first sent, as far as it was; soon after that a rail that knows nothing proves nothing.
    `external_id`: the order's own id with the shop's platform, "" where it came from none; `lines`, `freight`: what the
    amount is for, where this refund is all of it: for a rail that keeps the shop's books as well. `reason`: why, as a
    code. `failed_with`: the reason of the rail's last word of this number where that was `failed`, for certain.
    `is_by_hand`: a person has looked, and says that what was sent before has paid nothing."""

    number: str
    payment_reference: str
    payment_id: str
    order_no: str
    method: str
    amount: Money
    captured: Money
    shop: str = ""
    sent_at: datetime | None = None
    external_id: str = ""
    lines: tuple[RefundedLine, ...] = ()
    freight: Money | None = None
    reason: str = ""
    failed_with: str | None = None
    is_by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAnswer:
    """What the rail says of a number. `amount` is what the rail has booked; `reason` is the provider's, for people;
    `trace` what a bank finds the money by, at most 64 characters; `reference` the provider's own id of the refund
    (PAYMENTS rule 11), at most 128."""

    outcome: RefundOutcome
    amount: Money | None = None
    at: datetime | None = None
    reason: str = ""
    account: str = ""
    trace: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RailRefund:
    """One line of the rail's own books, for reconciliation."""

    number: str
    payment_reference: str
    amount: Money
    outcome: RefundOutcome
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectAsk:
    """One try to collect a fee. `number` was stored before the first call: it never takes money twice. `is_phone` and
    `payer_ip`: of the browser that asked, as far as it is known, for rails that have another page for phones.
    `return_url`: where its customer comes back to from a page of the provider's; that they came back proves nothing.
    `begun_at`: its page is there for an hour from then at most, so that another way can be chosen after it."""

    number: str
    order_no: str
    case_no: str
    method: str
    amount: Money
    shop: str = ""
    is_phone: bool = False
    payer_ip: str = ""
    return_url: str = ""
    begun_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectAnswer:
    """What the rail says of a number. `amount`: what it took, which may be less than was asked for.

    `wrong_password`, `no_funds`, `declined` and `unavailable`: certain that nothing was taken under this number.
    `pay_url`: where its customer pays, while it is `pending`: a page of the provider's, or what a QR code says where
    it `is_qr`.
    """

    outcome: PaymentOutcome
    amount: Money | None = None
    at: datetime | None = None
    pay_url: str = ""
    is_qr: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RailPayment:
    """Money that the rail took from a customer for us, as its own books have it."""

    number: str
    amount: Money
    at: datetime


class NoLookUp(Exception):
    """The rail cannot be asked what became of a number: its own answers are all there is (PAYMENTS rule 13). `is_lost`:
    it was asked, and does not know any more than we do what became of what it had taken on."""

    def __init__(self, *, is_lost: bool = False) -> None:
        super().__init__()
        self.is_lost = is_lost


class NoStatementYet(Exception):
    """The rail makes a statement of those days later: that it lists nothing says nothing."""


class PaymentRail(Protocol):
    """A provider of refunds, and of payments for fees. Raises ProviderUnavailable where nothing is known of the
    outcome. What was collected goes back by `refund`, its number being the reference of the payment."""

    name: str

    def refund(self, ask: RefundAsk) -> RefundAnswer:
        """Sends it, or repeats it: the same number never pays twice. `accepted` is not `succeeded`."""

    def find_refund(self, ask: RefundAsk) -> RefundAnswer:
        """What became of `ask.number`; `unknown_number` where the rail never saw it. Raises NoLookUp."""

    def refunds_since(self, since: datetime, until: datetime | None = None) -> Iterable[RailRefund]:
        """Every refund the rail booked since `since`, ours or not, in any order, those that failed left out. Read line
        by line where the statement is long: raises ProviderUnavailable then as well, NoLookUp where it has no books.
        `until`: of whole days of BOOKS_ZONE alone, up to there; raises NoStatementYet where there is none of them so
        far."""

    def collect(self, ask: CollectAsk) -> CollectAnswer:
        """Takes the money, or repeats what became of the number. Its reply is not its books: `find_payment` says."""

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:
        """What became of `ask.number`; `unknown_number` where the rail never saw it."""

    def payments_since(self, since: datetime, until: datetime | None = None) -> Iterable[RailPayment]:
        """Everything that was collected for us since `since`, in any order; read as `refunds_since`."""


NoticeAbout = Literal["refund", "payment", "dispute"]
DisputeState = Literal["open", "won", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RailNotice:
    """What a rail's callback says, its signature verified. `number`: ours, of a refund or of a fee's payment; of a
    dispute the provider's reference of the payment, `other_number` being another one of the same payment where it has
    two. It is a hint to ask the rail, never the books: `amount`, where it names one, must be ours (PAYMENTS, all)."""

    about: NoticeAbout
    number: str
    other_number: str = ""
    amount: Money | None = None
    dispute: DisputeState | None = None


class BadNotice(Exception):
    """A callback that is not to be believed: unsigned, too old, too large, by an unknown key. Answered 400; refused
    before any library may call somebody because of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckStep:
    """A line of `portal rails check`: what was tried, whether it went well, and what to do where it did not."""

    name: str
    is_ok: bool
    detail: str = ""


class ConnectedRail(PaymentRail, Protocol):
    """A rail of a provider, set up for one shop by its file (INTERFACE, rail files)."""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> RailNotice | None:
        """None: genuine, but about nothing of ours. Raises BadNotice. Calls nobody."""

    def check(self) -> Iterable[CheckStep]:
        """Signs, calls and verifies, step by step; ends after the first that fails."""


class Rails(Protocol):
    """Opens the rails of shops."""

    def open(self, config: RailConfig, *, notify_url: str = "") -> ConnectedRail:
        """`notify_url`: where callbacks of what is sent by it are to go. Asks nobody: a key that cannot be read is for
        `check` to say, or for the call that needs it."""
