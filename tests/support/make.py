"""Things that tests need, stored: a shop, customers, staff, orders from domain facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from portal.adapters.pack_files import shipped_packs
from portal.domain.applying.returnable import goods_there
from portal.domain.codec import to_plain
from portal.domain.identity.access import Actor
from portal.domain.orders.card import card_of
from portal.domain.orders.order import TAB_OF, Order
from portal.domain.records.events import GENESIS
from portal.domain.typed import as_key, search_form, searched
from portal.models.account import Customer, Staff
from portal.models.order import Order as OrderRow
from portal.models.order import OrderLine, Payment
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.identity.staff_accounts import add_staff
from portal.services.shops.manage_shops import NewShop, ShopKeys, add_shop


@dataclass(frozen=True)
class Made:
    """A shop with one customer."""

    shop_id: int
    keys: ShopKeys
    customer_id: int
    deps: Deps

    @property
    def shopper(self) -> Actor:
        return Actor(kind="shopper", shop_id=self.shop_id, id=self.customer_id)

    def staff(self, role: Any = "warehouse") -> Actor:
        """The first of the staff, in whatever role; there are two behind the numbers, so a case can be theirs."""
        with unit_of_work(self.deps) as work:
            if work.connection.execute(select(Staff.__table__.c.id).limit(1)).first() is None:
                row = {"role": role, "password_hash": "", "totp_secret": "", "totp_step": 0, "created_at": work.now}
                rows = [row | {"login": login} for login in ("somebody", "somebody-else")]
                work.connection.execute(insert(Staff.__table__), rows)
        return Actor(kind="staff", shop_id=self.shop_id, id=1, role=role)


def make_shop(deps: Deps, key: str = "tepai", **values: Any) -> Made:
    name, policy = values.pop("name", "特派商城"), values.pop("policy", "cn")
    new = NewShop(key=key, name=name, origins=("https://shop.example",), policy=policy)
    keys = add_shop(new=new, packs=shipped_packs(), deps=deps)
    with unit_of_work(deps) as work:
        shop_id = work.shops.get(key).id
        work.shops.set(shop_id, settings={"returns": True})
    return Made(shop_id, keys, make_customer(deps, shop_id), deps)


def make_customer(deps: Deps, shop_id: int, number: int = 1, password: str = "correct horse") -> int:
    row = {
        "shop_id": shop_id,
        "external_id": f"c-{number}",
        "name": "张三",
        "phone": f"+8613800000{number:03}",
        "mail": f"c{number}@example.com",
        "login_key": f"c-{number}",
        "phone_key": f"8613800000{number:03}",
        "phone_end": f"{number:04}",
        "mail_key": f"c{number}@example.com",
        "password_hash": deps.passwords.hash(password),
        "locale": "",
        "zone": "",
        "version": 1,
        "created_at": deps.clock.now(),
    }
    with unit_of_work(deps) as work:
        found = work.connection.execute(insert(Customer.__table__).values(row).returning(Customer.__table__.c.id))
        return int(found.scalar_one())


def make_staff(deps: Deps, login: str = "cang1", role: str = "warehouse", shop: str = "tepai") -> None:
    add_staff(
        login=login,
        role=role,
        shop_keys=(shop,),
        password="staff password",
        totp_secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
        deps=deps,
    )


def store_order(
    made: Made, order: Order, *, customer_id: int | None = 0, recipient: str = "张三", policy: str = "cn"
) -> int:
    """Rows of an order as intake would leave them. `customer_id` 0 is the shop's first customer, None nobody."""
    with unit_of_work(made.deps) as work:
        pack_version = work.policies.newest(made.shop_id, policy)
        values = order_values(made, order, customer_id, recipient, pack_version, work.now)
        connection = work.connection
        order_id = connection.execute(
            insert(OrderRow.__table__).values(values).returning(OrderRow.__table__.c.id)
        ).scalar_one()
        connection.execute(
            insert(OrderLine.__table__), [line_values(made, order_id, n, x) for n, x in enumerate(order.lines)]
        )
        if order.payments:
            connection.execute(
                insert(Payment.__table__),
                [
                    {
                        "shop_id": made.shop_id,
                        "order_id": order_id,
                        "payment_id": payment.id,
                        "method": payment.method,
                        "captured_minor": payment.captured.minor,
                        "refunded_minor": payment.refunded,
                        "in_flight_minor": payment.in_flight,
                        "paid_at": payment.paid_at,
                        "reference": payment.reference,
                    }
                    for payment in order.payments
                ],
            )
        if values["customer_id"]:
            work.accounts.bump(values["customer_id"])
        return int(order_id)


def order_values(
    made: Made, order: Order, customer_id: int | None, recipient: str, pack_version: int | None, now: datetime
) -> dict[str, Any]:
    due = order.ship_due(timedelta(hours=48))
    return {
        "shop_id": made.shop_id,
        "customer_id": made.customer_id if customer_id == 0 else customer_id,
        "number": order.no,
        "number_key": as_key(order.no),
        "search": searched(order.no, recipient),
        "currency": order.currency,
        "status": order.status,
        "state": order.state,
        "tab": TAB_OF[order.state],
        "placed_at": order.placed_at,
        "updated_at": now,
        "promised_ship_by": order.promised_ship_by,
        "pay_by": order.pay_by,
        "pay_url": order.pay_url,
        "payment_terms": order.payment_terms,
        "jurisdiction": order.jurisdiction,
        "country": order.country,
        "total_minor": order.total.minor,
        "freight_minor": order.freight.minor,
        "freight_tax_minor": order.freight_tax.minor,
        "freight_returned": order.freight_returned,
        "points_earned": order.points_earned,
        "item_count": sum(line.quantity for line in order.lines),
        "recipient": recipient,
        "ship_to": {
            "name": recipient,
            "phone": "+8613800000001",
            "region": "浙江省杭州市",
            "address": "文三路1号",
            "postcode": "310000",
        },
        "discounts": to_plain(order.discounts),
        "fees": to_plain(order.fees),
        "shipments": to_plain(order.shipments),
        "feed_refunds": [],
        "card": to_plain(card_of(order, tuple((line.title, "") for line in order.lines), goods_there(order))),
        "extra": {},
        "ship_due_at": due,
        "digest": "",
        "law_version_id": pack_version,
        "shop_version_id": pack_version,
        "version": 1,
        "events_count": 0,
        "head": GENESIS,
        "after_sales": False,
    }


def line_values(made: Made, order_id: int, position: int, line: Any) -> dict[str, Any]:
    return {
        "shop_id": made.shop_id,
        "order_id": order_id,
        "line_id": line.id,
        "position": position,
        "sku": line.sku,
        "title": line.title,
        "search": search_form(line.title),
        "variant": line.variant,
        "quantity": line.quantity,
        "unit_price": "1.00",
        "discount_minor": line.discount,
        "tax_minor": line.tax,
        "total_minor": line.total.minor,
        "promotion": line.promotion,
        "coupon": line.coupon,
        "points": line.points,
        "adjustment": line.adjustment,
        "points_count": line.points_count,
        "claimed": line.claimed,
        "gone": line.gone,
        "cancelled": line.cancelled,
        "shipped": line.shipped,
        "delivered": line.delivered,
        "refunded_minor": line.refunded,
        "category": "",
        "tags": list(line.tags),
        "gift_of": line.gift_of,
        "gift_value_minor": None,
        "restriction": None,
        "stock_problem": line.stock_problem,
        "image_url": "",
        "product_url": "",
        "return_days": None,
        "opened_at": None,
    }
