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
COMPARED_RAILS: Words = {**RAILS, "sandbox": _l("演示渠道"), "woocommerce": "WooCommerce", "shopify": "Shopify"}
"""Whose books are compared with ours."""
COMPARED_STATES: Words = {
    "compared": _l("已核对到"),
    "missing": _l("有账单取不到，会自动再取；最早是"),
    "waiting": _l("账单还没有出"),
    "no_books": _l("没有账单可以核对，以它自己的答复为准"),
}
RAIL_STATES: Words = {"ok": _l("没有问题"), "bad": _l("有问题")}
"""What the last check came to."""
UNTAKEN: Words = {
    "sandbox": _l("没有渠道的付款方式，在演示里不会真的退款："),
    "waits": _l("没有渠道的付款方式，退款会停下等渠道接好："),
}
RAIL_FAMILIES: Mapping[str, Words] = {
    "rail": RAILS,
    "compared_rail": COMPARED_RAILS,
    "compared_state": COMPARED_STATES,
    "rail_reason": RAILS,
    "rail_state": RAIL_STATES,
    "rail_untaken": UNTAKEN,
}
