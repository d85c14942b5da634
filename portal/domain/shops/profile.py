"""The tables of a shop's settings: field names are the keys of the file.

`None` in an amount means that the shop says nothing of it and its policy decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from portal.domain.money import Money
from portal.domain.policy.pack import Words

ROUND_THE_CLOCK = "round the clock"
SILENT = Words("", "")
"""What a shop does not say, in either language."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAddress:
    """Where goods are sent back to; printed on the slip. CN-14: a true one, or it counts as refusing."""

    name: str = ""
    phone: str = ""
    region: str = ""
    address: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How people reach the shop. `hours` are words, as they stand beside the phone number, by the shop's clock."""

    phone: str = ""
    hours: Words = SILENT
    mail: str = ""
    chat_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Whom customers can send goods back with; `track_url` holds {tracking_no}, "" for none."""

    code: str
    name: Words
    track_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopArrival:
    """When a refund to a payment method arrives, in working days, and what the method is called.

    `wallet`: the provider can say that the balance was credited. `bank`: only that the money has left (WORDS, 6).
    """

    min_days: int = 3
    max_days: int = 7
    kind: Literal["wallet", "bank"] = "bank"
    label: Words = field(default_factory=lambda: Words("原支付方式", "Original payment method"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopFees:
    """Withdrawing once the goods are on their way costs fixed + percent of their worth.

    `return_freight_cap`: the most that is paid back for sending goods back, where it is more than the policy's.
    `on_delivery`: whether couriers of the shop's take the fee at the door.
    """

    withdrawal_fixed: Money | None = None
    withdrawal_percent: Decimal | None = None
    return_freight_cap: Money | None = None
    on_delivery: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopLimits:
    """`auto_refund`: above it a timer escalates instead of approving.

    `second_person`: what one person alone may grant above policy on a case; unless said, nothing.
    `second_person_day`: the same in a day, on all cases; unless said, as much as on one.
    `resubmissions`: how often what was refused may be applied for again.
    `later_days`: by how many days a customer may put off being shipped to; 0: not at all.
    """

    auto_refund: Money | None = None
    second_person: Money | None = None
    second_person_day: Money | None = None
    resubmissions: int = 2
    later_days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What delivery costs who buys again today, nothing from `free_from` on; unless said, the shop's basket says it."""

    freight: Money | None = None
    free_from: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPickup:
    """`carrier`: whose couriers fetch returned goods at the customer's door, one of the shop's carriers;
    "": nobody's."""

    carrier: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreCredit:
    """Whether a customer may have a refund as credit with the shop. `bonus_percent`: what the shop adds to it then;
    `valid_days`: after so many it expires, 0: never."""

    refunds: bool = False
    bonus_percent: Decimal = Decimal(0)
    valid_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Pages of the shop's own site."""

    pay: str = ""
    basket: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse:
    """When somebody in the warehouse can answer, in the shop's zone; `closed_days` besides those of the shop."""

    hours: str = ROUND_THE_CLOCK
    days: tuple[str, ...] = WEEKDAYS
    closed_days: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A shop's looks: the accent colour, corners in pixels, and whether it follows the reader's light or dark."""

    accent: str = "#14527a"
    radius: int = 8
    mode: Literal["auto", "light", "dark"] = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedText:
    """A text that the gateway of text messages has approved: its id there, in each language, and which fields of the
    notice go into it, in the order of its blanks."""

    template_id: Words
    params: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessages:
    """`quiet`: the night by the reader's clock, in which nothing but codes is sent; "": none. `templates` by kind of
    notice: with none, the gateway takes any words; with one, what has no template is not sent as a text message."""

    quiet: str = "22:00-08:00"
    templates: Mapping[str, ApprovedText] = field(default_factory=dict)


def _at_once(zh: str, en: str) -> ShopArrival:
    return ShopArrival(min_days=0, max_days=1, kind="wallet", label=Words(zh, en))


OTHER = "other"
ARRIVALS: Mapping[str, ShopArrival] = {
    "alipay": _at_once("支付宝", "Alipay"),
    "wechat": _at_once("微信支付", "WeChat Pay"),
    "gift_card": _at_once("礼品卡", "Gift card"),
    "store_credit": _at_once("储值余额", "Store credit"),
    "card": ShopArrival(label=Words("银行卡", "Bank card")),
    "unionpay": ShopArrival(label=Words("银联", "UnionPay")),
    "cod": ShopArrival(label=Words("货到付款", "Cash on delivery")),
    OTHER: ShopArrival(),
}
OTHER_CODE, OTHER_CARRIER = "OTHER", Words("其他快递", "Another carrier")
"""One that the shop does not name."""
CARRIERS = tuple(
    Carrier(code=code, name=Words(zh, en))
    for code, zh, en in (
        ("SF", "顺丰速运", "SF Express"),
        ("JD", "京东快递", "JD Logistics"),
        ("ZTO", "中通快递", "ZTO Express"),
        ("YTO", "圆通速递", "YTO Express"),
        ("STO", "申通快递", "STO Express"),
        ("YD", "韵达速递", "Yunda Express"),
        ("EMS", "中国邮政EMS", "China Post EMS"),
    )
)
