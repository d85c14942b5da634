"""The platform that a shop runs on: its form, what differs, what it was told."""

from __future__ import annotations

from collections.abc import Mapping

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]

PLATFORM_NAMES: Words = {"off": _l("没有连接"), "woocommerce": _l("WooCommerce"), "shopify": _l("Shopify")}
REFUNDS: Words = {"yes": _l("经商城系统自己的收款渠道退"), "no": _l("不经商城系统退")}
CONNECTOR_FAMILIES: Mapping[str, Words] = {
    "platform": PLATFORM_NAMES,
    "platform_reason": PLATFORM_NAMES,
    "gateway_refund": REFUNDS,
    "gateway_refund_reason": REFUNDS,
    "connector_difference": {
        "rejected": _l("不能接收"),
        "cancelled_here": _l("只在这里取消"),
        "cancelled_there": _l("只在商城系统取消"),
        "total": _l("付款金额不同"),
        "refunded": _l("退款金额不同"),
    },
    "platform_push": {
        "cancel": _l("取消"),
        "note": _l("备注"),
        "return": _l("退货已收到"),
        "refund": _l("退款"),
    },
}
_PROBLEMS: Words = {
    "platform": _l("请选择一项。"),
    "url": _l("请填写店铺首页的网址，以https://开头。"),
    "access_token": _l("请填写Client ID和Client secret两项，或只填Access token。"),
    "api_version": _l("请填写版本，如2026-10。"),
    "webhook_secret": _l("至少8个字符：谁知道它就能送订单进来。"),
    "code": _l("动态验证码不正确或已经用过，请等下一个再填写。"),
}
_MISSING = _l("请填写。")


def connector_problem(field: str) -> str:
    return str(_PROBLEMS.get(field, _MISSING))
