"""Orders as Shopify's Admin API has them: made in the shape of its GraphQL types, connections as plain lists."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.domain.money import minor_digits

Node = dict[str, Any]
MANUAL = ("Cash on Delivery (COD)", "Bank Deposit", "manual")
"""Gateways that only note what people were paid by hand."""
PLACED = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
_ids = itertools.count(450_000_000_001)


def gid(kind: str, number: int | None = None) -> str:
    return f"gid://shopify/{kind}/{number or next(_ids)}"


def legacy_id(of: str) -> str:
    """The number at the end of a global id, which the webhooks and the files call the id."""
    return of.rpartition("/")[2]


def rounded(value: Decimal, currency: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-minor_digits(currency)), ROUND_HALF_UP)


@dataclass(frozen=True, kw_only=True)
class Currencies:
    """The shop's currency, and the one its customer saw, at `rate` of theirs for one of the shop's."""

    shop: str = "CNY"
    presentment: str = ""
    rate: Decimal = Decimal(1)

    @property
    def theirs(self) -> str:
        return self.presentment or self.shop

    def bag(self, amount: str | Decimal) -> Node:
        """A MoneyBag of an amount in the shop's currency."""
        shop = rounded(Decimal(amount), self.shop)
        shown = rounded(shop * self.rate, self.theirs)
        return {"shopMoney": _money(shop, self.shop), "presentmentMoney": _money(shown, self.theirs)}

    def bag_of_theirs(self, amount: Decimal) -> Node:
        """A MoneyBag of an amount in the customer's currency."""
        shop = rounded(amount / self.rate, self.shop)
        return {
            "shopMoney": _money(shop, self.shop),
            "presentmentMoney": _money(rounded(amount, self.theirs), self.theirs),
        }


def _money(amount: Decimal, currency: str) -> Node:
    return {"amount": amount, "currencyCode": currency}


def shop_amount(bag: Node) -> Decimal:
    return Decimal(bag["shopMoney"]["amount"])


def shown_amount(bag: Node) -> Decimal:
    return Decimal(bag["presentmentMoney"]["amount"])


@dataclass(kw_only=True)
class Item:
    """A line to be ordered. `off`: its share of the order's discount; `tax`: of the whole line; `deleted`: the product
    is gone from the shop since."""

    sku: str = "S-1"
    title: str = "棉质衬衫"
    quantity: int = 1
    price: str = "59.00"
    off: str = "0"
    tax: str = "0"
    deleted: bool = False
    gift_card: bool = False


@dataclass(kw_only=True)
class Placed:
    """What a customer ordered and paid. `tenders`: gateway to the amount it took, in the shop's currency; "" is all
    that is left."""

    number: str = "1001"
    items: list[Item] = field(default_factory=lambda: [Item()])
    freight: str = "10.00"
    freight_tax: str = "0"
    currencies: Currencies = field(default_factory=Currencies)
    taxes_included: bool = False
    tenders: dict[str, str] = field(default_factory=lambda: {"alipay_global": ""})
    customer: str | None = "c-1"
    phone: str = "+8613800000001"
    email: str = "buyer@shop.example"
    placed_at: datetime = PLACED
    code: str = "WELCOME5"


def order_of(placed: Placed) -> Node:
    """An order as it stands once it is paid, nothing sent."""
    bag = placed.currencies.bag
    applications = [{"__typename": "DiscountCodeApplication", "index": 0, "targetType": "LINE_ITEM"}]
    applications[0] |= {"code": placed.code}
    lines = [_line(item, placed, applications[0]) for item in placed.items]
    is_discounted = any(Decimal(item.off) for item in placed.items)
    whole = _total(placed)
    order: Node = {
        "__typename": "Order",
        "id": gid("Order"),
        "name": f"#{placed.number}",
        "note": None,
        "tags": [],
        "createdAt": placed.placed_at,
        "processedAt": placed.placed_at,
        "updatedAt": placed.placed_at,
        "cancelledAt": None,
        "cancelReason": None,
        "closedAt": None,
        "test": False,
        "edited": False,
        "taxesIncluded": placed.taxes_included,
        "currencyCode": placed.currencies.shop,
        "presentmentCurrencyCode": placed.currencies.theirs,
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "paymentGatewayNames": list(placed.tenders),
        "email": placed.email,
        "phone": placed.phone,
        "customer": _customer(placed),
        "customerLocale": "zh-CN",
        "shippingAddress": _address(placed),
        "totalPriceSet": bag(whole),
        "currentTotalPriceSet": bag(whole),
        "totalDiscountsSet": bag(sum((Decimal(item.off) for item in placed.items), Decimal(0))),
        "totalTipReceivedSet": bag("0"),
        "originalTotalDutiesSet": None,
        "originalTotalAdditionalFeesSet": None,
        "taxLines": [],
        "lineItems": lines,
        "shippingLines": [_freight(placed)] if Decimal(placed.freight) else [],
        "discountApplications": applications if is_discounted else [],
        "transactions": _transactions(placed, whole),
        "fulfillments": [],
        "refunds": [],
        "returns": [],
        "currencies": placed.currencies,
    }
    return order | {"legacyResourceId": legacy_id(order["id"])}


def _total(placed: Placed) -> Decimal:
    taxed = [] if placed.taxes_included else [item.tax for item in placed.items] + [placed.freight_tax]
    goods = sum((Decimal(item.price) * item.quantity - Decimal(item.off) for item in placed.items), Decimal(0))
    return goods + Decimal(placed.freight) + sum((Decimal(tax) for tax in taxed), Decimal(0))


def _line(item: Item, placed: Placed, application: Node) -> Node:
    bag, product, variant = placed.currencies.bag, None, None
    if not item.deleted:
        product = product_of(item)
        variant = product["variants"][0]
    taken = {"allocatedAmountSet": bag(item.off), "discountApplication": application}
    return {
        "__typename": "LineItem",
        "id": gid("LineItem"),
        "name": item.title,
        "title": item.title,
        "variantTitle": "M",
        "sku": item.sku,
        "quantity": item.quantity,
        "currentQuantity": item.quantity,
        "refundableQuantity": item.quantity,
        "unfulfilledQuantity": item.quantity,
        "requiresShipping": not item.gift_card,
        "isGiftCard": item.gift_card,
        "taxable": True,
        "image": {"url": f"https://cdn.shop.example/{item.sku}.jpg"},
        "product": product,
        "variant": variant,
        "originalUnitPriceSet": bag(item.price),
        "totalDiscountSet": bag("0"),
        "taxLines": [_tax(item.tax, placed)] if Decimal(item.tax) else [],
        "discountAllocations": [taken] if Decimal(item.off) else [],
    }


def product_of(item: Item) -> Node:
    """A product with its one variant."""
    product: Node = {"__typename": "Product", "id": gid("Product"), "title": item.title, "status": "ACTIVE"}
    product["onlineStoreUrl"] = f"https://shop.example/products/{item.sku.lower()}"
    variant = {"__typename": "ProductVariant", "id": gid("ProductVariant"), "sku": item.sku, "title": "M"}
    variant |= {"price": item.price, "inventoryQuantity": 8, "availableForSale": True, "updatedAt": PLACED}
    product["variants"] = [variant | {"product": product}]
    return product


def _freight(placed: Placed) -> Node:
    bag = placed.currencies.bag
    taxes = [_tax(placed.freight_tax, placed)] if Decimal(placed.freight_tax) else []
    return {
        "id": gid("ShippingLine"),
        "title": "标准配送",
        "isRemoved": False,
        "originalPriceSet": bag(placed.freight),
        "discountedPriceSet": bag(placed.freight),
        "taxLines": taxes,
        "discountAllocations": [],
    }


def _tax(amount: str, placed: Placed) -> Node:
    return {"title": "VAT", "rate": 0.1, "priceSet": placed.currencies.bag(amount)}


def _transactions(placed: Placed, whole: Decimal) -> list[Node]:
    left, found = whole, []
    for gateway, said in placed.tenders.items():
        amount = Decimal(said) if said else left
        left -= amount
        found.append(transaction("SALE", gateway, placed.currencies.bag(amount), at=placed.placed_at))
    return found


def transaction(kind: str, gateway: str, amount: Node, *, at: datetime, status: str = "SUCCESS") -> Node:
    made = gid("OrderTransaction")
    return {
        "__typename": "OrderTransaction",
        "id": made,
        "kind": kind,
        "status": status,
        "gateway": gateway,
        "formattedGateway": gateway.replace("_", " ").title(),
        "amountSet": amount,
        "authorizationCode": None,
        "manualPaymentGateway": gateway in MANUAL,
        "paymentId": f"pay-{legacy_id(made)}",
        "errorCode": None,
        "createdAt": at,
        "processedAt": at,
        "parentTransaction": None,
        "test": False,
    }


def _customer(placed: Placed) -> Node | None:
    """None: who ordered as a guest, in a shop that keeps no customers of them."""
    if placed.customer is None:
        return None
    return {
        "id": gid("Customer", 7_000_000_000 + sum(map(ord, placed.customer))),
        "firstName": "三",
        "lastName": "张",
        "displayName": "张三",
        "defaultEmailAddress": {"emailAddress": placed.email},
        "defaultPhoneNumber": {"phoneNumber": placed.phone},
    }


def _address(placed: Placed) -> Node:
    return {
        "name": "张三",
        "firstName": "三",
        "lastName": "张",
        "company": None,
        "phone": placed.phone,
        "address1": "南京东路1号",
        "address2": None,
        "city": "上海",
        "province": "上海",
        "zip": "200001",
        "countryCodeV2": "CN",
    }


def sent(order: Node, *, units: dict[str, int] | None = None, at: datetime, delivered: bool = False) -> Node:
    """Fulfils `units` (by sku; all of them where none are named) of an order, in a parcel with a tracking number."""
    picked = []
    for line in order["lineItems"]:
        count = line["unfulfilledQuantity"] if units is None else units.get(line["sku"], 0)
        if count:
            line["unfulfilledQuantity"] -= count
            entry: Node = {"__typename": "FulfillmentLineItem", "id": gid("FulfillmentLineItem"), "quantity": count}
            picked.append(entry | {"lineItem": line})
    parcel: Node = {
        "__typename": "Fulfillment",
        "id": gid("Fulfillment"),
        "status": "SUCCESS",
        "displayStatus": "DELIVERED" if delivered else "IN_TRANSIT",
        "createdAt": at,
        "updatedAt": at + timedelta(days=2) if delivered else at,
        "deliveredAt": at + timedelta(days=2) if delivered else None,
        "inTransitAt": at,
        "location": {"__typename": "Location", "id": gid("Location", 55), "name": "上海仓"},
        "estimatedDeliveryAt": None,
        "trackingInfo": [{"company": "SF Express", "number": f"SF{legacy_id(order['id'])}", "url": None}],
        "fulfillmentLineItems": picked,
    }
    order["fulfillments"].append(parcel)
    is_whole = not any(line["unfulfilledQuantity"] for line in order["lineItems"])
    order["displayFulfillmentStatus"] = "FULFILLED" if is_whole else "PARTIALLY_FULFILLED"
    order["updatedAt"] = parcel["updatedAt"]
    return parcel
