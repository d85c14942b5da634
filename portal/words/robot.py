"""A shop's group robot: its forms, and what is wrong with what was typed or answered."""

from __future__ import annotations

from collections.abc import Mapping

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]

ROBOTS: Words = {
    "off": _l("不发到群里"),
    "wecom": _l("企业微信群机器人"),
    "dingtalk": _l("钉钉群机器人"),
    "feishu": _l("飞书群机器人"),
    "json": _l("自己的程序（JSON）"),
}
ROBOT_STATES: Words = {
    "": _l("已收下"),
    "refused": _l("没有收下"),
    "unreachable": _l("没有连上"),
    "redirected": _l("转到了别的地址，没有跟过去"),
    "private": _l("地址在内部网络里，没有发"),
}
ROBOT_FAMILIES: Mapping[str, Words] = {"robot": ROBOTS, "robot_reason": ROBOTS, "robot_state": ROBOT_STATES}
_PROBLEMS: Words = {
    "url:required": _l("请填写Webhook地址。"),
    "url:https": _l("必须以https://开头。"),
    "url:host": _l("看不出是哪个网站，请粘贴完整的地址。"),
    "url:user": _l("地址里不能带用户名和密码。"),
    "url:characters": _l("有不能使用的字符，请粘贴完整的地址。"),
    "form:required": _l("请选择一项。"),
    "kinds:required": _l("请至少选一种。"),
    "code:wrong": _l("动态验证码不正确或已经用过，请等下一个再填写。"),
}


def robot_problem(field: str, code: str) -> str:
    return str(_PROBLEMS[f"{field}:{code}"])
