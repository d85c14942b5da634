"""The tables of a shop's settings: field names are the keys of the file, each field names the reader of its value.

`None` in an amount means that the shop says nothing of it and its policy decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Literal

from portal.domain.money import Money
from portal.domain.policy.pack import Words
from portal.domain.shops.contrast import readable_on, text_on
from portal.domain.shops.setting_values import (
    ROUND_THE_CLOCK,
    WEEKDAYS,
    accent,
    amount,
    carrier_code,
    days,
    link,
    link_template,
    mail_address,
    number_of_days,
    number_of_tries,
    one_of,
    opening_hours,
    percent,
    pixels,
    text,
    weekdays,
)

# The grounds of app.css on which the accent is hardest to read, one for each scheme.
_LIGHT_GROUND, _DARK_GROUND = "#eef3f7", "#212a31"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnAddress:
    """Where goods are sent back to; printed on the slip. CN-14: a true one, or it counts as refusing."""

    name: Annotated[str, text] = ""
    phone: Annotated[str, text] = ""
    region: Annotated[str, text] = ""
    address: Annotated[str, text] = ""
    postcode: Annotated[str, text] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How people reach the shop. `hours` are words, as they stand beside the phone number."""

    phone: Annotated[str, text] = ""
    hours: Annotated[str, text] = ""
    mail: Annotated[str, mail_address] = ""
    chat_url: Annotated[str, link] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrier:
    """Whom customers can send goods back with; `track_url` holds {tracking_no}, "" for none."""

    code: Annotated[str, carrier_code]
    name: Annotated[str, text]
    track_url: Annotated[str, link_template("tracking_no")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """When a refund to a payment method arrives, in working days, and what the method is called.

    `wallet`: the provider can say that the balance was credited. `bank`: only that the money has left (WORDS, 6).
    """

    min_days: Annotated[int, number_of_days] = 3
    max_days: Annotated[int, number_of_days] = 7
    kind: Annotated[Literal["wallet", "bank"], one_of("wallet", "bank")] = "bank"
    label: Words = field(default_factory=lambda: Words("原支付方式", "Original payment method"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """Withdrawing once the goods are on their way costs fixed + percent of their worth.

    `return_freight_cap`: the most that is paid back for sending goods back.
    """

    withdrawal_fixed: Annotated[Money | None, amount] = None
    withdrawal_percent: Annotated[Decimal | None, percent] = None
    return_freight_cap: Annotated[Money | None, amount] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`auto_refund`: above it a timer escalates instead of approving.

    `second_person`: what one person alone may grant above policy; unless said, nothing.
    `resubmissions`: how often what was refused may be applied for again.
    """

    auto_refund: Annotated[Money | None, amount] = None
    second_person: Annotated[Money | None, amount] = None
    resubmissions: Annotated[int, number_of_tries] = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Pages of the shop's own site."""

    pay: Annotated[str, link_template("order_no")] = ""
    basket: Annotated[str, link_template("items", "order_no")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse:
    """When somebody in the warehouse can answer, in the shop's zone; `closed_days` besides those of the shop."""

    hours: Annotated[str, opening_hours] = ROUND_THE_CLOCK
    days: Annotated[tuple[str, ...], weekdays] = WEEKDAYS
    closed_days: Annotated[tuple[date, ...], days] = ()


@dataclass(frozen=True, slots=True)
class Paint:
    """The accent in one colour scheme and the text upon it, both readable."""

    accent: str
    on_accent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """A shop's looks: the accent colour, corners in pixels, and whether it follows the reader's light or dark."""

    accent: Annotated[str, accent] = "#14527a"
    radius: Annotated[int, pixels] = 8
    mode: Annotated[Literal["auto", "light", "dark"], one_of("auto", "light", "dark")] = "auto"

    @property
    def light(self) -> Paint:
        return _paint(_LIGHT_GROUND, self.accent)

    @property
    def dark(self) -> Paint:
        return _paint(_DARK_GROUND, self.accent)


@lru_cache(maxsize=256)
def _paint(ground: str, colour: str) -> Paint:
    readable = readable_on(ground, colour)
    return Paint(readable, text_on(readable))


def _at_once(zh: str, en: str) -> Arrival:
    return Arrival(min_days=0, max_days=1, kind="wallet", label=Words(zh, en))


OTHER = "other"
ARRIVALS: Mapping[str, Arrival] = {
    "alipay": _at_once("支付宝", "Alipay"),
    "wechat": _at_once("微信支付", "WeChat Pay"),
    "gift_card": _at_once("礼品卡", "Gift card"),
    "store_credit": _at_once("商城余额", "Store credit"),
    "card": Arrival(label=Words("银行卡", "Bank card")),
    "unionpay": Arrival(label=Words("银联", "UnionPay")),
    "cod": Arrival(label=Words("货到付款", "Cash on delivery")),
    OTHER: Arrival(),
}
CARRIERS = tuple(
    Carrier(code=code, name=name)
    for code, name in (
        ("SF", "顺丰速运"),
        ("JD", "京东快递"),
        ("ZTO", "中通快递"),
        ("YTO", "圆通速递"),
        ("STO", "申通快递"),
        ("YD", "韵达速递"),
        ("EMS", "中国邮政EMS"),
    )
)
