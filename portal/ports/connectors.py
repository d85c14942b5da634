"""The platform that a shop runs on: orders and products in, cancels, refunds and notes out.

An adapter is built for one shop from its `ConnectorConfig`. It knows nothing of our rows: whoever calls it names the
platform's own id of an order (`external_id`), which came with the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from portal.domain.connectors.config import ConnectorConfig, Platform
from portal.domain.intake.imported_order import OrderProblem
from portal.domain.money import Money
from portal.ports.payments import CheckStep, PaymentRail, RailRefund, RefundAnswer, RefundedLine

About = Literal["order", "product", "nothing"]


class BadWebhook(Exception):
    """A call that is not to be believed: unsigned, of another shop, no JSON. Answered 401; nothing of it is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformNotice:
    """What a verified webhook is about: the order or product is then fetched, so that neither its age nor how often it
    came matters. `nothing`: genuine, and of no interest. `topic`: the platform's own word for it."""

    about: About
    external_id: str = ""
    is_deleted: bool = False
    topic: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformOrder:
    """An order as the platform has it now. `data`: of the order format, or why it is none (`problem`)."""

    external_id: str
    number: str
    updated_at: datetime | None
    data: Mapping[str, Any] | None = None
    problem: OrderProblem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersPage:
    """Oldest change first. `cursor`: where the next page begins, to be stored; "" after the last one."""

    orders: tuple[PlatformOrder, ...]
    cursor: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformProduct:
    """`body`: as of `PUT /products/{sku}` (INTERFACE), one a variant that has a sku."""

    sku: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductsPage:
    products: tuple[PlatformProduct, ...]
    cursor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRefund:
    """One refund. `number`: ours, stored before the first call, written into the platform's own refund so that it can
    be found again. `freight`: what of the amount is freight. What neither lines nor freight explain is of the order.
    `through_gateway`: the platform moves the money; else it only notes what was paid back another way. `is_by_hand` as
    of `RefundAsk`."""

    number: str
    external_id: str
    amount: Money
    payment_reference: str = ""
    lines: tuple[RefundedLine, ...] = ()
    freight: Money | None = None
    reason: str = ""
    through_gateway: bool = True
    is_by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformCancel:
    """`key`: ours, the same for every try. `units`: line id to units, empty where it is the whole order. The money is
    a `PlatformRefund` of its own: a cancel never moves any."""

    key: str
    external_id: str
    units: Mapping[str, int]
    reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformNote:
    """A line for the people who work with the order there. `key` as above: noted once."""

    key: str
    external_id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformReturn:
    """Goods that came back and were inspected; `restock`: line id to units that can be sold again."""

    key: str
    external_id: str
    units: Mapping[str, int]
    restock: Mapping[str, int]
    note: str = ""


PushOutcome = Literal["done", "already", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PushAnswer:
    """`refused`: the platform says no and will go on saying it (a person has to look): `reason` is its own, at most
    200 characters. `already`: found done, by us before or by somebody there."""

    outcome: PushOutcome
    reason: str = ""
    reference: str = ""


class ShopPlatform(Protocol):
    """Every method that calls raises ProviderUnavailable where nothing is known of the outcome (down, slow, limited,
    no JSON); a rate limit is waited for within the method up to some seconds. Whatever changes something looks first
    whether that was done before."""

    name: Platform

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PlatformNotice:
        """The signature over the raw body is checked before anything of it is read. Raises BadWebhook. Calls nobody."""

    def check(self) -> Iterable[CheckStep]:
        """Reaches it, reads an order, may write: step by step; ends after the first that fails."""

    def orders_page(self, cursor: str, *, since: datetime | None) -> OrdersPage:
        """Orders changed since `since` (None: all), from `cursor` on ("": from the start)."""

    def find_order(self, external_id: str) -> PlatformOrder | None:
        """None where the platform has none such (any more)."""

    def products_page(self, cursor: str) -> ProductsPage:
        """What it sells, from `cursor` on."""

    def find_product(self, external_id: str) -> tuple[PlatformProduct, ...]:
        """It and its variants; none where the platform has none such (any more)."""

    def cancel(self, ask: PlatformCancel) -> PushAnswer:
        """Stops the shipping of it. No money, no mail to the customer: both are ours."""

    def refund(self, ask: PlatformRefund) -> RefundAnswer:
        """As `PaymentRail.refund`: the same number never pays twice."""

    def find_refund(self, ask: PlatformRefund) -> RefundAnswer:
        """As `PaymentRail.find_refund`."""

    def refunds_since(self, since: datetime) -> Iterable[RailRefund]:
        """Every refund through the gateway since `since`, ours under our number, others under the platform's id: page
        by page."""

    def add_note(self, ask: PlatformNote) -> PushAnswer:
        """Not seen by the customer."""

    def record_return(self, ask: PlatformReturn) -> PushAnswer:
        """Where the platform can put goods back into stock by themselves, `restock` of them are, once."""


class Platforms(Protocol):
    """Opens the platform of a shop; keeps connections, never keys."""

    def open(self, config: ConnectorConfig) -> ShopPlatform: ...

    def rail(self, config: ConnectorConfig) -> PaymentRail:
        """Its gateway, as what refunds go by."""
