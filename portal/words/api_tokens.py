"""What a token of the machine API may do, said for whoever gives it to a program."""

from __future__ import annotations

from collections.abc import Mapping

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]

SCOPE_WORDS: Words = {
    "orders:read": _l("查看订单，以及能不能取消、退款"),
    "orders:write": _l("写入订单、发货和物流，答复拦截发货，确认积分和优惠券已退回"),
    "products:write": _l("写入商品的价格、库存和上下架"),
    "cases:read": _l("查看售后申请"),
    "refunds:write": _l("报告退款结果"),
    "embed": _l("让您网站上已登录的客户直接进来"),
    "customers:read": _l("查看客户的全部资料"),
    "credit:read": _l("查看储值余额"),
    "credit:write": _l("增减储值余额"),
    "events:read": _l("读取店铺的全部事件"),
}
TOKEN_FAMILIES: Mapping[str, Words] = {"scope": SCOPE_WORDS}
