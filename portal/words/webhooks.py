"""事件推送: states of endpoints and deliveries, and what is wrong with what was typed or answered."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext
from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]

ENDPOINTS: Words = {
    "on": pgettext("webhook", "正常"),
    "failing": pgettext("webhook", "没有送到"),
    "off": pgettext("webhook", "已停止"),
}
OFF_BECAUSE: Words = {
    "gone": _l("对方回答410，不再接收"),
    "failing": _l("三天没有一次成功"),
}
DELIVERIES: Words = {
    "done": pgettext("webhook", "已送达"),
    "waiting": pgettext("webhook", "等着送"),
    "behind": pgettext("webhook", "等同一订单的上一件"),
    "dead": pgettext("webhook", "已放弃"),
}
ANSWERS: Words = {
    "": pgettext("webhook", "已收下"),
    "refused": pgettext("webhook", "没有收下"),
    "unreachable": pgettext("webhook", "没有连上或超时"),
    "redirected": pgettext("webhook", "转到了别的地址，没有跟过去"),
    "private": pgettext("webhook", "地址在内部网络里，没有发"),
}
LISTS: Words = {
    "": pgettext("webhook", "全部"),
    "waiting": pgettext("webhook", "等着送"),
    "dead": pgettext("webhook", "已放弃"),
}
WEBHOOK_FAMILIES: Mapping[str, Words] = {
    "webhook": ENDPOINTS,
    "webhook_off": OFF_BECAUSE,
    "webhook_delivery": DELIVERIES,
    "webhook_answer": ANSWERS,
    "webhook_list": LISTS,
}
WEBHOOK_TASKS: Words = {
    "webhook_added": _l("有人添加了接收店铺事件的地址"),
    "webhook_rotated": _l("有人给接收事件的地址换了密钥"),
    "webhook_removed": _l("有人移除了接收事件的地址"),
    "webhook_failing": _l("事件推送一小时没有成功"),
    "webhook_off": _l("事件推送已停止"),
    "webhook_dead": _l("有事件三天没有送到，不再自动重发"),
}
"""What administrators are mailed about."""
_PROBLEMS: Words = {
    "url:https": _l("必须以https://开头。"),
    "url:host": _l("看不出是哪个网站，请粘贴完整的地址。"),
    "url:user": _l("地址里不能带用户名和密码。"),
    "url:characters": _l("有不能使用的字符，请粘贴完整的地址。"),
    "url:long": _l("地址太长。"),
    "url:many": _l("这家店铺的地址已满10个，先移除不用的。"),
    "after:cursor": _l("这不是事件的cursor，请从事件里复制，例如0-1234。"),
    "after:ahead": _l("这个cursor之后的还没有推送，不需要重发。"),
    "code:wrong": _l("动态验证码不正确或已经用过，请等下一个再填写。"),
}


def webhook_problem(field: str, code: str) -> str:
    if field == "kinds":
        return str(gettext("没有“%(kind)s”这种事件，请从下面的表里选。", kind=code))
    return str(_PROBLEMS[f"{field}:{code}"])
