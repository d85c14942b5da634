"""Orders as imported, and counters of what has changed since."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Data, Id, Minor, Rows, belongs_to, named_by_id, partial_index

_NEWEST = (text("placed_at DESC"), text("id DESC"))


class Order(Model):
    """`state` and `tab` are derived, kept for the list; `head`, `events_count` are the end of the order's event chain,
    `seal` an HMAC over it.

    `card` is `domain.cards.card_of` as plain JSON, what the list shows; `ship_due_at` the promised ship date, or paid
    + the policy's `ship_within`; `refund_state` that of its least advanced refund. `digest` is what was imported.
    `number_key` is what the number is looked up by, `search` number and recipient as a search compares them, however
    they are typed (`domain.typed`). Discounts, fees, parcels and the shop's own refunds are the feed's and are only
    ever read whole: JSON, so that a page needs one query for them all. `agreed_ship_by`: until when the shop ships
    since its customer asked for later, in the words of `later_note`; `urged_at`: when the customer last pressed 催发货.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        # The shop is named after the customer in each, so that no index of the whole shop ever looks as good to a
        # database that has not been analysed.
        Index("ix_orders_customer", "customer_id", "shop_id", *_NEWEST),
        Index("ix_orders_customer_tab", "customer_id", "shop_id", "tab", *_NEWEST),
        partial_index("ix_orders_after_sales", "customer_id", "shop_id", *_NEWEST, where="after_sales"),
        Index("ix_orders_shop", "shop_id", *_NEWEST),
        Index("ix_orders_number", "shop_id", "number_key"),
        Index("ix_orders_recipient", "shop_id", "recipient", *_NEWEST),
        partial_index("ix_orders_recipient_after_sales", "shop_id", "recipient", *_NEWEST, where="after_sales"),
        partial_index("ix_orders_pay_by", "pay_by", where="state = 'awaiting_payment'"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    customer_id: Mapped[int | None] = belongs_to("customer", nullable=True)
    number: Mapped[str] = mapped_column(String(64))
    number_key: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    search: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20))
    tab: Mapped[str] = mapped_column(String(20))
    placed_at: Mapped[At]
    updated_at: Mapped[At]
    promised_ship_by: Mapped[AtOrNone]
    pay_by: Mapped[AtOrNone]
    pay_url: Mapped[str] = mapped_column(Text, default="")
    payment_terms: Mapped[str] = mapped_column(String(10), default="prepaid")
    jurisdiction: Mapped[str] = mapped_column(String(8), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    total_minor: Mapped[Minor]
    freight_minor: Mapped[Minor]
    freight_tax_minor: Mapped[Minor]
    freight_returned: Mapped[bool] = mapped_column(default=False)
    points_earned: Mapped[int] = mapped_column(default=0)
    item_count: Mapped[int]
    recipient: Mapped[str] = mapped_column(Text, default="")
    ship_to: Mapped[Data]
    discounts: Mapped[Rows]
    fees: Mapped[Rows]
    shipments: Mapped[Rows]
    feed_refunds: Mapped[Rows]
    card: Mapped[Data]
    extra: Mapped[Data]
    ship_due_at: Mapped[AtOrNone]
    refund_state: Mapped[str] = mapped_column(String(12), default="")
    digest: Mapped[str] = mapped_column(String(64))
    law_version_id: Mapped[int | None] = belongs_to("policy_version", nullable=True)
    shop_version_id: Mapped[int | None] = belongs_to("policy_version", nullable=True)
    waiting_case: Mapped[str | None] = mapped_column(String(32))
    after_sales: Mapped[bool] = mapped_column(default=False)
    cancelled_at: Mapped[AtOrNone]
    cancelled_by: Mapped[str | None] = mapped_column(String(20))
    agreed_ship_by: Mapped[AtOrNone]
    later_note: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    urged_at: Mapped[AtOrNone]
    version: Mapped[int] = mapped_column(default=1)
    events_count: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64), server_default=text("''"))


class OrderLine(Model):
    """`total_minor` is after the line's own discount, tax included; the shares are the order-level ones' (law 3).

    `search` is the title as a search compares it, where lower() is not the same.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        UniqueConstraint("order_id", "line_id"),
        CheckConstraint("claimed >= 0 AND gone >= 0 AND claimed + gone <= quantity", name="units"),
        CheckConstraint("cancelled >= 0 AND cancelled <= gone", name="cancelled"),
        CheckConstraint("refunded_minor >= 0", name="refunded"),
        CheckConstraint("quantity > 0", name="quantity"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    order_id: Mapped[int] = belongs_to("orders")
    line_id: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    sku: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    search: Mapped[str | None] = mapped_column(Text)
    variant: Mapped[str] = mapped_column(Text, default="")
    quantity: Mapped[int]
    unit_price: Mapped[str] = mapped_column(String(40))
    discount_minor: Mapped[Minor]
    tax_minor: Mapped[Minor]
    total_minor: Mapped[Minor]
    promotion: Mapped[Minor]
    coupon: Mapped[Minor]
    points: Mapped[Minor]
    adjustment: Mapped[Minor]
    points_count: Mapped[int] = mapped_column(default=0)
    claimed: Mapped[int] = mapped_column(default=0)
    gone: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    shipped: Mapped[int] = mapped_column(default=0)
    delivered: Mapped[int] = mapped_column(default=0)
    refunded_minor: Mapped[Minor] = mapped_column(default=0)
    return_days: Mapped[int | None]
    category: Mapped[str] = mapped_column(Text, default="")
    tags: Mapped[Rows]
    opened_at: Mapped[AtOrNone]
    gift_of: Mapped[str | None] = mapped_column(String(64))
    gift_value_minor: Mapped[Minor | None]
    restriction: Mapped[Data | None]
    stock_problem: Mapped[str | None] = mapped_column(String(20))
    image_url: Mapped[str] = mapped_column(Text, default="")
    product_url: Mapped[str] = mapped_column(Text, default="")
    faulted: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    guarantee_until: Mapped[AtOrNone]


class Payment(Model):
    __tablename__ = "payment"
    __table_args__ = (
        UniqueConstraint("order_id", "payment_id"),
        CheckConstraint(
            "refunded_minor >= 0 AND in_flight_minor >= 0 AND refunded_minor + in_flight_minor <= captured_minor",
            name="ceiling",
        ),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    order_id: Mapped[int] = named_by_id()
    payment_id: Mapped[str] = mapped_column(String(64))
    method: Mapped[str] = mapped_column(String(32))
    captured_minor: Mapped[Minor]
    refunded_minor: Mapped[Minor] = mapped_column(default=0)
    in_flight_minor: Mapped[Minor] = mapped_column(default=0)
    paid_at: Mapped[At]
    reference: Mapped[str] = mapped_column(Text, default="")


class TrackingNumber(Model):
    """Under which numbers an order's parcels travel, so that whoever is told one finds the order at once."""

    __tablename__ = "tracking_number"
    shop_id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    tracking_no: Mapped[str] = mapped_column(Text, primary_key=True)
    order_id: Mapped[int] = mapped_column(BigInt, primary_key=True)
