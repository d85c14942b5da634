"""What services need from outside, as Protocols, and `Deps`, the frozen bundle of them. Adapters make them real."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from portal.domain.calendars import Calendar
from portal.domain.handing_over import Algorithm
from portal.domain.money import Money
from portal.domain.slips import Codes, SlipSheet

RefundOutcome = Literal["accepted", "pending", "succeeded", "failed", "unknown_number", "number_spent"]
PaymentOutcome = Literal["paid", "pending", "wrong_password", "no_funds", "declined", "unavailable", "unknown_number"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAsk:
    """One refund to one captured payment. `number` was stored before the first call: the rail's idempotency key."""

    number: str
    payment_reference: str
    payment_id: str
    order_no: str
    method: str
    amount: Money
    captured: Money
    shop: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAnswer:
    """What the rail says of a number. `amount` is what the rail has booked; `reason` is the provider's, for people."""

    outcome: RefundOutcome
    amount: Money | None = None
    at: datetime | None = None
    reason: str = ""
    account: str = ""


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
    """One try to collect a fee. `number` was stored before the first call: it never takes money twice."""

    number: str
    order_no: str
    case_no: str
    method: str
    amount: Money
    shop: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectAnswer:
    """What the rail says of a number. `amount`: what it took, which may be less than was asked for.

    `wrong_password`, `no_funds`, `declined` and `unavailable`: certain that nothing was taken under this number.
    """

    outcome: PaymentOutcome
    amount: Money | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RailPayment:
    """Money that the rail took from a customer for us, as its own books have it."""

    number: str
    amount: Money
    at: datetime


class PaymentRail(Protocol):
    """A provider of refunds, and of payments for fees. Raises ProviderUnavailable where nothing is known of the
    outcome. What was collected goes back by `refund`, its number being the reference of the payment."""

    name: str

    def refund(self, ask: RefundAsk) -> RefundAnswer:
        """Sends it, or repeats it: the same number never pays twice. `accepted` is not `succeeded`."""

    def find_refund(self, ask: RefundAsk) -> RefundAnswer:
        """What became of `ask.number`; `unknown_number` where the rail never saw it."""

    def refunds_since(self, since: datetime) -> tuple[RailRefund, ...]:
        """Every refund the rail booked since `since`, ours or not."""

    def collect(self, ask: CollectAsk) -> CollectAnswer:
        """Takes the money, or repeats what became of the number. Its reply is not its books: `find_payment` says."""

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:
        """What became of `ask.number`; `unknown_number` where the rail never saw it."""

    def payments_since(self, since: datetime) -> tuple[RailPayment, ...]:
        """Everything that was collected since `since`, ours or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Plain text to one address. `message_id` is the same for every attempt at this mail."""

    to: str
    sender: str
    subject: str
    body: str
    message_id: str


class Mailer(Protocol):
    """Sends mail; at least once, told apart by `message_id`."""

    def send(self, mail: Mail) -> None:
        """Raises ProviderUnavailable. The same message_id twice is one mail where the adapter can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """An SMS to one number. `message_id` is the same for every attempt."""

    to: str
    sender: str
    body: str
    message_id: str


class TextSender(Protocol):
    """Sends SMS; at least once, told apart by `message_id`."""

    def send(self, message: TextMessage) -> None:
        """Raises ProviderUnavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenNotice:
    """A notice in the customer's language: `subject` and `body` for mail and the portal, `text` for SMS."""

    subject: str
    body: str
    text: str


class NoticeWriter(Protocol):
    """Words of a notice, from its kind and the codes, amounts and times kept with it; `zone` is the reader's."""

    def write(
        self, *, kind: str, params: Mapping[str, Any], locale: str, zone: str, shop_name: str
    ) -> WrittenNotice: ...


class SlipPrinter(Protocol):
    """Return slips for the parcel: codes for the screen, and the sheet."""

    def codes(self, return_no: str) -> Codes:
        """The number as Code 128 and as QR."""

    def print(self, sheet: SlipSheet) -> bytes:
        """An A4 PDF, its fonts inside; whatever was typed is printed as text."""


class PasswordHasher(Protocol):
    """Slow, salted hashes."""

    def hash(self, password: str) -> str: ...

    def verify(self, hashed: str | None, password: str) -> bool:
        """False for a wrong password; spends the same time where `hashed` is None."""


class Clock(Protocol):
    """The only source of the time (law 11)."""

    def now(self) -> datetime:
        """Aware UTC."""


class Random(Protocol):
    """The only source of chance: tokens, ids and codes."""

    def token(self) -> str:
        """256 bits, url-safe."""

    def id(self, now: datetime) -> str:
        """uuid7 as 26 Crockford base32 characters: unique and ordered by time."""

    def code(self) -> str:
        """Six digits."""

    def letters(self, count: int) -> str:
        """Crockford base32 characters for numbers people read out."""


class Vault(Protocol):
    """Keyed digests and encryption under the installation's secret. `purpose` keeps uses apart."""

    def digest(self, purpose: str, text: str) -> str: ...

    def encrypt(self, purpose: str, text: str) -> str: ...

    def decrypt(self, purpose: str, text: str) -> str: ...


class BadSignature(Exception):
    """A token that nobody with that key has signed, or that is none at all."""


class Signatures(Protocol):
    """Signatures of compact tokens. The algorithm is the key's, whatever the token says."""

    def is_key(self, key: str, algorithm: Algorithm) -> bool:
        """Whether `key` can be one: a secret of 32 bytes or more, or an Ed25519 public key in PEM."""

    def key_id(self, token: str) -> str:
        """The `kid` that the token names, not believed yet. Raises BadSignature."""

    def verify(self, token: str, key: str, algorithm: Algorithm) -> dict[str, Any]:
        """The claims. Raises BadSignature."""


class ObjectStore(Protocol):
    """Files under keys like `20261120/<random>`. Raises ProviderUnavailable where the store does not answer."""

    def put(self, key: str, content: bytes) -> None:
        """Whole or not at all; on return it is there to stay."""

    def get(self, key: str) -> bytes:
        """Raises NotFound."""

    def delete(self, keys: Sequence[str]) -> None:
        """What is not there is left alone."""

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Every key below `prefix` (a whole part of the path) and when it was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanFile:
    """A file that may be kept and shown. Of a picture `small` is a copy to look through; of a PDF it is empty."""

    content: bytes
    media_type: str
    width: int = 0
    height: int = 0
    small: bytes = b""


class ImageCleaner(Protocol):
    """Makes of an uploaded file one that only shows what it should (SECURITY, uploads)."""

    def clean(self, content: bytes) -> CleanFile:
        """The picture encoded anew, or the PDF looked through. Raises BadFile (domain.evidence), nothing else."""


class Scanner(Protocol):
    """Looks for malware in a file before it is opened."""

    def is_clean(self, content: bytes) -> bool:
        """False where malware is known in it. Raises ProviderUnavailable."""


class HeadStore(Protocol):
    """Where signed heads of the audit trail are kept, away from the database. Raises ProviderUnavailable."""

    def names(self) -> tuple[str, ...]:
        """Of all that were written, oldest first: names sort by age."""

    def write(self, name: str, lines: Iterable[str]) -> bool:
        """Whole or not at all. False where there is one of that name: it stays as it is."""

    def read(self, name: str) -> Iterator[str]:
        """Its lines, without their ends."""


class Database(Protocol):
    """Opens sessions of its own: a writing one begins as BEGIN IMMEDIATE on SQLite (law 4)."""

    def writing(self) -> AbstractContextManager[Any]: ...

    def reading(self, *, streams: bool = False) -> AbstractContextManager[Any]: ...

    def share_readings(self) -> None: ...

    def end_shared_readings(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """Everything the services may reach."""

    database: Database
    clock: Clock
    random: Random
    vault: Vault
    passwords: PasswordHasher
    rail: PaymentRail
    mailer: Mailer
    texts: TextSender
    notices: NoticeWriter
    calendar: Calendar
    store: ObjectStore
    images: ImageCleaner
    heads: HeadStore
    slips: SlipPrinter
    signatures: Signatures
    base_url: str
    scanner: Scanner | None = None
