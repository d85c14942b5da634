"""What the parts of an installation are, and what it means where one does not get on (/staff/status)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_pgettext as pgettext

from portal.words.connectors import PLATFORM_NAMES
from portal.words.lazy_text import lazy_text as _l
from portal.words.rails import RAILS

Words = Mapping[str, object]

STATUS_STATES: Words = {
    "fine": pgettext("status", "正常"),
    "look": pgettext("status", "请留意"),
    "trouble": pgettext("status", "要处理"),
    "unknown": pgettext("status", "还没有记录"),
}
STATUS_OVERALL: Words = {
    "fine": _l("没有要处理的。"),
    "look": _l("没有要马上处理的，有几项请留意。"),
    "trouble": _l("有要处理的，见下面标着“要处理”的各项。"),
}
STATUS_PARTS: Words = {
    "workers": pgettext("status", "后台进程"),
    "queue": pgettext("status", "任务队列"),
    "dead_jobs": pgettext("status", "已放弃的任务"),
    "refunds_failed": pgettext("status", "没有退成的退款"),
    "refunds_parked": pgettext("status", "结果不明的退款"),
    "rail": pgettext("status", "支付渠道"),
    "mail": pgettext("status", "发邮件"),
    "sms": pgettext("status", "发短信"),
    "mailbox": pgettext("status", "收客户来信"),
    "inbox": pgettext("status", "待处理的来信"),
    "webhooks": pgettext("status", "没有送到的事件"),
    "connector": pgettext("status", "商城平台"),
    "heads": pgettext("status", "审计签名"),
    "check": pgettext("status", "审计核验"),
}
STATUS_MEANS: Words = {
    "workers": _l("退款、通知和到期的事都由它们办理；一个都不在，这些就都停着。"),
    "queue": _l("等得越久，客户越晚收到钱和消息。超过15分钟，请看后台进程和支付渠道。"),
    "dead_jobs": _l("试过很多次都没办成，不会再自己重试。看过原因后，可以让它再试。"),
    "refunds_failed": _l("支付渠道拒绝了，或把钱退了回来。换一种方式退，或再试一次，客户才能收到钱。"),
    "refunds_parked": _l("已经发出，却问不到结果。为免退两次，系统不会再发，要有人核对后决定。"),
    "rail": _l("退款经它原路退回。它连不上时退款会等着，恢复后自己继续。"),
    "mail": _l("发不出的邮件会反复再试；对方邮箱明确拒收的，会写在申请的处理记录里。"),
    "sms": _l("发不出的短信会反复再试；号码被拒绝的，会写在申请的处理记录里。"),
    "mailbox": _l("读不到时，客户的来信留在邮箱里，恢复后再读，不会丢。"),
    "inbox": _l("系统认不出是哪一笔申请的来信，要有人看。"),
    "webhooks": _l("试了三天也没送到贵店系统的事件。修好对方系统后，可以从那里起重新推送。"),
    "connector": _l("订单从平台来，取消和退款告诉平台。有差异或出错，两边的订单就可能不一样。"),
    "heads": _l("每天把审计记录的摘要签名，存到数据库之外。两天没有新的，要请运维人员查看。"),
    "check": _l("整条审计记录最近一次核验的结果。"),
}
_SERVER = _l("由运维人员在服务器上处理")
STATUS_WHO: Words = {
    **dict.fromkeys(("workers", "mail", "sms", "mailbox"), _SERVER),
    **dict.fromkeys(("queue", "dead_jobs", "rail", "webhooks", "connector"), _l("由管理员处理")),
    **dict.fromkeys(("refunds_failed", "refunds_parked", "inbox"), _l("由客服或主管处理")),
    **dict.fromkeys(("heads", "check"), _SERVER),
}
"""Whoever mends it, where that is no page of the reader's."""
STATUS_FAMILIES: Mapping[str, Words] = {
    "status_state": STATUS_STATES,
    "status_overall": STATUS_OVERALL,
    "status_part": STATUS_PARTS,
    "status_means": STATUS_MEANS,
    "status_who": STATUS_WHO,
    "status_name": {**RAILS, **PLATFORM_NAMES},
}
