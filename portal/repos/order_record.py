"""An order as services hold it: its facts with the row ids behind them, and what happens to it until it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from portal.domain.intake.imported_order import FeedRefund, Invoice
from portal.domain.orders.order import Order
from portal.domain.refunds.refund import Refund
from portal.domain.typed import searched


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWithOrder:
    """What is kept with an order and no decision looks at.

    `ship_to` are the delivery details by field, with `from_portal` once the customer has corrected them here;
    `later_note`: why its customer wants it later, `urged_at`: when they pressed 催发货 last;
    `fed_ship_to` those that the feed named last; `extra` is for the repositories: what is stored beside the columns.
    """

    shop_version_id: int
    law_version_id: int | None
    updated_at: datetime
    ship_due_at: datetime | None
    later_note: str
    urged_at: datetime | None
    recipient: str
    ship_to: Mapping[str, Any]
    fed_ship_to: Mapping[str, Any] | None
    invoice: Invoice | None
    feed_refunds: tuple[FeedRefund, ...]
    refund_state: str
    cancelled_by: str | None
    events_count: int
    digest: str
    extra: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWithLine:
    """What is kept with a line and no decision looks at; amounts in minor units of the order's currency."""

    id: int
    title: str
    unit_price: Decimal
    discount_minor: int
    tax_minor: int
    image_url: str
    product_url: str


@dataclass(slots=True)
class OrderRecord:
    """An order under lock (or read): `order` are the facts as changed so far, `loaded` as they were read.

    What happened to it is said by its methods; the row is written once, at the end of the unit of work.
    """

    id: int
    shop_id: int
    customer_id: int | None
    order: Order
    loaded: Order
    kept: KeptWithOrder
    lines: dict[str, KeptWithLine]
    payment_ids: dict[str, int]
    head: str
    events_count: int
    after_sales: bool
    seal: str = ""
    refunds: list[Refund] = field(default_factory=list)
    _columns: dict[str, Any] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """Of the order as it was read."""
        return self.loaded.version

    def opens_case(self) -> None:
        """Something was asked for: from now on its cases and refunds are looked for."""
        self.after_sales = True
        self._columns["after_sales"] = True

    def begins_refunds(self) -> None:
        """Money is on its way back."""
        self.opens_case()
        self._columns["refund_state"] = "planned"

    def refunds_stand(self, state: str) -> None:
        """`state` of the order's least advanced refund, "" for none."""
        self._columns["refund_state"] = state

    def is_cancelled(self, *, at: datetime, by: Literal["portal", "feed"]) -> None:
        """The last unit is cancelled, here or in the shop's own system."""
        self._columns |= {"cancelled_at": at, "cancelled_by": by}

    def is_urged(self, at: datetime) -> None:
        """By its customer, who waits for it to be shipped."""
        self._columns["urged_at"] = at

    def ships_later(self, agreed: datetime | None, note: str, ship_due: datetime | None) -> None:
        """`agreed` with the customer, None: as promised again. `ship_due`: from when on it is late now."""
        self.order = replace(self.order, agreed_ship_by=agreed)
        self._columns |= {"agreed_ship_by": agreed, "later_note": note, "ship_due_at": ship_due, "urged_at": None}

    def corrects_address(self, ship_to: Mapping[str, Any]) -> None:
        """By the customer: it stays until the feed names another than it named before."""
        self._columns |= {"ship_to": {**ship_to, "from_portal": True}, "recipient": ship_to["name"]}
        self._columns["search"] = searched(self.order.no, ship_to["name"])

    def takes(self, columns: Mapping[str, Any]) -> None:
        """Columns of its row as a repository has worked them out."""
        self._columns |= columns

    def unsaved(self) -> dict[str, Any] | None:
        """The columns to write with the next version and the head of its chain; None where nothing has happened."""
        if not self._columns and self.events_count == self.kept.events_count:
            return None
        chain: dict[str, Any] = {"version": self.version + 1, "head": self.head, "events_count": self.events_count}
        if self.seal:
            chain["seal"] = self.seal
        return self._columns | chain
