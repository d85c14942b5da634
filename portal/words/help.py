"""The titles of help articles and of the topics they stand under (WORDS.md)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

HELP_TITLES: Mapping[str, object] = {
    "cancel": _("怎么取消订单"),
    "when-can-i-cancel": _("什么时候可以取消"),
    "after-cancelling": _("取消之后会怎样"),
    "refunds": _("退款退到哪里，什么时候到账"),
    "partial-refunds": _("能不能只退一部分"),
    "returns": _("已经发货了怎么办"),
    "buy-again": _("取消后怎么再买"),
    "contact": _("怎么联系客服"),
    "withdraw": _("怎么撤销售后申请"),
    "refused": _("申请没有通过怎么办"),
    "payment-failed": _("支付没有成功怎么办"),
    "system-error": _("页面出了问题怎么办"),
    "late": _("商家没有按时发货怎么办"),
    "change": _("收货信息填错了怎么办"),
    "apply": _("怎么申请退款或退货"),
    "evidence": _("怎么上传凭证"),
    "fault": _("商品有问题或没收到怎么办"),
    "conditions": _("哪些商品可以退货"),
    "send-back": _("怎么寄回商品"),
    "inspection": _("商家收到退货之后会怎样"),
    "carriage": _("运费由谁承担"),
    "eu-withdrawal": _("怎么撤回合同（欧盟）"),
    "progress": _("怎么看处理进度"),
    "time-limits": _("每一步有多长时间"),
    "fee": _("撤销申请要付费吗"),
    "duplicates": _("为什么说已经有申请"),
    "appeal": _("怎么申诉"),
    "record": _("怎么保存处理记录"),
    "safety": _("怎么防止被骗"),
}
HELP_TOPICS: Mapping[str, object] = {
    "cancelling": _("取消订单"),
    "refunds": pgettext("help", "退款"),
    "returns": pgettext("help", "退货"),
    "after_applying": _("申请之后"),
    "other": _("其他问题"),
}

HELP_FAMILIES: Mapping[str, Mapping[str, object]] = {"help": HELP_TITLES, "help_topic": HELP_TOPICS}
