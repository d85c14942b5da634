"""The titles of help articles and of the topics they stand under (WORDS.md)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table

HELP_TITLES: Mapping[str, object] = {
    "cancel": _l("怎么取消订单"),
    "when-can-i-cancel": _l("什么时候可以取消"),
    "after-cancelling": _l("取消之后会怎样"),
    "refunds": _l("退款退到哪里，什么时候到账"),
    "partial-refunds": _l("能不能只退一部分"),
    "returns": _l("已经发货了怎么办"),
    "buy-again": _l("取消后怎么再买"),
    "contact": _l("怎么联系客服"),
    "withdraw": _l("怎么撤销售后申请"),
    "refused": _l("申请没有通过怎么办"),
    "payment-failed": _l("支付没有成功怎么办"),
    "system-error": _l("页面出了问题怎么办"),
    "late": _l("商家没有按时发货怎么办"),
    "change": _l("收货信息填错了怎么办"),
    "apply": _l("怎么申请退款或退货"),
    "evidence": _l("怎么上传凭证"),
    "fault": _l("商品有问题或没收到怎么办"),
    "conditions": _l("哪些商品可以退货"),
    "send-back": _l("怎么寄回商品"),
    "inspection": _l("商家收到退货之后会怎样"),
    "carriage": _l("运费由谁承担"),
    "eu-withdrawal": _l("怎么撤回合同（欧盟）"),
    "progress": _l("怎么看处理进度"),
    "time-limits": _l("每一步有多长时间"),
    "fee": _l("撤销申请要付费吗"),
    "duplicates": _l("为什么说已经有申请"),
    "appeal": _l("怎么申诉"),
    "record": _l("怎么保存处理记录"),
    "safety": _l("怎么防止被骗"),
}
HELP_TOPICS: Mapping[str, object] = {
    "cancelling": _l("取消订单"),
    "refunds": pgettext("help", "退款"),
    "returns": pgettext("help", "退货"),
    "after_applying": _l("申请之后"),
    "other": _l("其他问题"),
}

HELP_FAMILIES: Mapping[str, Mapping[str, object]] = {"help": HELP_TITLES, "help_topic": HELP_TOPICS}
RETURN_FREIGHT = Table(
    {"shop": _l("寄回运费由商家承担。"), "": _l("无理由退货，寄回运费由您承担。")},
    {},
    code=lambda facts: "shop" if facts.is_shop_paying_return_freight else "",
)
RETURN_WAYS = Table(
    {
        "here": _l("不想要了，可以在收到时拒收，也可以签收后申请退货。"),
        "": _l("不想要了，可以在收到时拒收，也可以签收后联系客服退货。"),
    },
    {},
    code=lambda facts: "here" if facts.takes_returns else "",
)
