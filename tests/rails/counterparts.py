"""What stands for a provider in the tests of rails: the other side, with books of its own, that a test handles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Protocol

from portal.domain.money import Money
from portal.domain.refunds.rails import RailConfig
from portal.ports import CollectAsk, PaymentRail, RefundAnswer, RefundAsk
from portal.ports.payments import ConnectedRail, DisputeState
from tests.rails.local_provider import LocalProvider
from tests.support.fakes import FakeClock

Fault = Literal["slow", "down", "double", "late", "lying", "no_funds"]
"""slow: the money takes its time; down: no answer, nothing done; double: handled twice; late: done, but the answer
does not arrive in time; lying: the reply says that it is done, the books have nothing the first time; no_funds: the
provider refuses, for lack of money of the shop's."""

Lack = Literal["look_up", "statement", "details", "others"]
"""look_up: it cannot be asked what became of a number (PAYMENTS rule 13), statement: nor for its books; details: its
answers name neither amount nor time; others: its statement has what we have asked for alone."""
ALL_OF_IT: frozenset[Lack] = frozenset()


class Counterpart(Protocol):
    """A provider that keeps its own books and its own rules. Where nothing is planned it does right.

    `rail`: set up against it, both on `clock`; `method`: of the payments it takes; `arrives_in`: until when the money
    of an undisturbed refund has moved; `listed_in`: until when what was moved is in its statement; `pause`: between two
    refunds of one payment, by the provider's rules; `lacks`: what the rail cannot, and says so when it is asked to.
    """

    rail: PaymentRail
    clock: FakeClock
    method: str
    arrives_in: timedelta
    listed_in: timedelta
    pause: timedelta
    lacks: frozenset[Lack]

    def misbehave(self, fault: Fault | None) -> None:
        """From the next call on, until another is planned; None: does right again."""

    def capture(self, amount: Money) -> str:
        """A customer has paid that with the provider; the reference of the payment, as an order carries it."""

    def refund_at_console(self, ask: RefundAsk) -> None:
        """Made by hand in the provider's own pages, which nobody told the portal about (T17)."""

    def moved(self, payment_reference: str) -> int:
        """Minor units that have really been paid back of that payment, by the provider's books."""


class Reporting(Counterpart, Protocol):
    """One that tells by itself how each refund ended: all there is where it cannot be asked."""

    def reported(self, number: str) -> RefundAnswer:
        """What it has told of that number so far."""


class HostedCounterpart(Counterpart, Protocol):
    """One over HTTP, for portals that run as processes of their own."""

    @property
    def server(self) -> LocalProvider: ...

    def config(self) -> RailConfig:
        """What its shop sets."""


class CollectingCounterpart(Counterpart, Protocol):
    """One that takes payments for fees as well."""

    def pay(self, number: str) -> None:
        """The customer pays what was begun under the number, at the address the rail gave; nothing where the rail took
        the money by itself."""

    def taken(self, number: str) -> int:
        """Minor units that were really taken from the customer under the number."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A callback as it comes in."""

    headers: Mapping[str, str]
    body: bytes


class CheckedCounterpart(Counterpart, Protocol):
    """One whose rail a shop sets up. `calls`: how many requests it has had."""

    rail: ConnectedRail

    @property
    def calls(self) -> int: ...

    def wrong_key_rail(self) -> ConnectedRail:
        """Set up with a key that the provider does not know."""

    def secrets(self) -> tuple[str, ...]:
        """What must stand in no error, log or line of a check."""


class UncalledCounterpart(CheckedCounterpart, Protocol):
    """One that calls nobody back."""

    def signed_by_its_secret(self, body: bytes) -> Notice:
        """As if it did, under a key that both sides know."""


class ConnectedCounterpart(CheckedCounterpart, Protocol):
    """One that sends callbacks."""

    def notice_of_refund(self, number: str, *, padding: int = 0) -> Notice:
        """What the provider sends about that refund now, signed; longer by about `padding` bytes."""

    def notice_of_something_else(self) -> Notice:
        """Signed, about nothing that the portal has asked for."""

    def notice_by_a_stranger(self, number: str) -> Notice:
        """As `notice_of_refund`, signed with a key that is not the provider's."""


class LateFailing(Counterpart, Protocol):
    def fail_later(self, number: str) -> None:
        """What had succeeded came back from the bank."""


class Disputed(ConnectedCounterpart, Protocol):
    def notice_of_dispute(self, payment_reference: str, state: DisputeState) -> Notice:
        """The payer's bank takes the money back for now, or has decided about it."""


class Spending(Counterpart, Protocol):
    def spend(self, number: str) -> None:
        """The provider closes that refund for good: its number can never pay."""


def refund_ask(provider: Counterpart, reference: str, minor: int = 1230, **other: object) -> RefundAsk:
    """12.30 of a payment of 20.00 under the number 01JR-1, unless told otherwise."""
    values: dict[str, object] = {
        **{"number": "01JR-1", "payment_id": "p-1", "order_no": "A-1001", "method": provider.method},
        **{"amount": Money(minor, "CNY"), "captured": Money(2000, "CNY"), "payment_reference": reference},
    }
    return RefundAsk(**(values | other))  # type: ignore[arg-type]


def fee_ask(provider: Counterpart, **other: object) -> CollectAsk:
    """12.00 for a case."""
    values: dict[str, object] = {
        **{"number": "T20261120ABCDEFGH-F1-1", "order_no": "A-1001", "case_no": "T20261120ABCDEFGH"},
        **{
            "method": provider.method,
            "amount": Money(1200, "CNY"),
            "return_url": "http://127.0.0.1/cases/T20261120ABCDEFGH",
        },
    }
    return CollectAsk(**(values | other))  # type: ignore[arg-type]


def fee_refund_ask(fee: CollectAsk, minor: int | None = None) -> RefundAsk:
    """Back to what was collected: the fee's number is the reference of the payment."""
    return RefundAsk(
        number=f"{fee.number}-R1",
        payment_reference=fee.number,
        payment_id=fee.number,
        order_no=fee.order_no,
        method=fee.method,
        amount=fee.amount if minor is None else Money(minor, fee.amount.currency),
        captured=fee.amount,
    )


@contextmanager
def misbehaving(provider: Counterpart, fault: Fault) -> Iterator[None]:
    """While it lasts."""
    provider.misbehave(fault)
    try:
        yield
    finally:
        provider.misbehave(None)


def later(provider: Counterpart, by: timedelta) -> None:
    provider.clock.set(provider.clock.now() + by)
