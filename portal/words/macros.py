"""快捷回复 in words: whose they are, where the text goes, what goes with it, what was left out when it was used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]
OWNERS: Words = {
    "own": _l("自己用的"),
    "agents": _l("客服用的"),
    "supervisors": _l("主管用的"),
    "shop": _l("全店通用的"),
}
INTOS: Words = {
    "message": _l("给客户的留言"),
    "note": _l("内部备注"),
    "ask": _l("请客户补充"),
    "answer": _l("答复的说明"),
    "offer": _l("另提方案的说明"),
}
MACRO_DECISIONS: Words = {"": _l("不选"), "accept": _l("同意"), "partly": _l("部分同意"), "refuse": _l("不同意")}
SNOOZES: Words = {
    "0": _l("不放"),
    "4": _l("4小时后"),
    "24": _l("一天后"),
    "48": _l("两天后"),
    "72": _l("三天后"),
    "168": _l("七天后"),
}
LEFT_OUT: Words = {
    "ask": _l("现在不能请客户补充，内容放在留言里"),
    "answer": _l("现在没有要答复的，内容放在留言里"),
    "offer": _l("现在不能另提方案，内容放在留言里"),
    "decision": _l("现在不能选这个答复"),
    "reason_code": _l("这个原因不适用"),
    "snooze": _l("现在不能放到稍后"),
}
MACRO_FAMILIES: Mapping[str, Words] = {
    "macro_owner": OWNERS,
    "macro_into": INTOS,
    "macro_decision": MACRO_DECISIONS,
    "macro_snooze": SNOOZES,
    "macro_left_out": LEFT_OUT,
}
_NAMED = 3


def named_goods(titles: Sequence[str]) -> str:
    """The first three by name, of more how many there are."""
    goods = "、".join(titles[:_NAMED])
    more = titles[_NAMED:]
    return str(gettext("%(goods)s等%(count)s种", goods=goods, count=len(titles))) if more else goods
