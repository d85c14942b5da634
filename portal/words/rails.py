"""The rails of a shop: their names, and what is wrong with what was pasted."""

from __future__ import annotations

from collections.abc import Mapping

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]

RAILS: Words = {
    "alipay": _l("支付宝"),
    "wechat": _l("微信支付"),
    "stripe": "Stripe",
    "merchant": _l("自己的系统"),
}
RAIL_FAMILIES: Mapping[str, Words] = {"rail": RAILS, "rail_reason": RAILS}
