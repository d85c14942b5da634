"""What happened and what to do, for every answer that is not the page asked for (WORDS, copy deck 9)."""

from __future__ import annotations

from portal.words.behalf import NOT_ON_BEHALF
from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Table, plain


def _is_slip_over(page: Facts) -> bool:
    return bool(page.changed and page.changed.what == "slip_over")


def _heading(page: Facts) -> str:
    """A page that is only opened submits nothing, and need not have changed just now."""
    if _is_slip_over(page):
        return "slip_over"
    if str(page.code).startswith("own"):
        return "own"
    if str(page.code).startswith("archived"):
        return "archived"
    return "opened" if page.status == 409 and page.is_opened else str(page.status)


def _advice(page: Facts) -> str:
    """A code says more than the status that comes with it."""
    if str(page.code).startswith(("own", "archived")):
        return str(page.code)
    if page.status != 404 and page.code in ("csrf", "again", "role", "kept", "signed_out"):
        return str(page.code)
    if page.status not in (400, 403, 404, 405, 409) and page.code in ("handoff", "ticket"):
        return str(page.code)
    return _heading(page)


_NOT_DONE = _l("这一步没有完成")
_GO_BACK = _l("请返回上一页，从那里再试一次。")
ERROR_TITLES = Table(
    {
        "404": _l("没有找到这个页面"),
        "400": _NOT_DONE,
        "403": _NOT_DONE,
        "405": _l("请从页面上操作"),
        "slip_over": _l("退货单已经失效"),
        "own": _l("这一步要由客户本人办理"),
        "archived": _l("这个订单已经归档"),
        "opened": _l("现在不用做这一步"),
        "409": _l("刚才有更新，没有提交"),
        "410": _l("这个链接已经用过或已过期"),
        "413": _l("提交的内容太大"),
        "422": _l("没有重复提交"),
        "429": _l("操作太频繁"),
        "503": _l("暂时无法使用"),
        "": (_l("页面出了问题，编号%(ref)s"), _l("页面出了问题")),
    },
    {"ref": plain("reference")},
    code=_heading,
)
ERRORS = Table(
    {
        "404": _l("没有找到这个页面，或它不属于当前账户。"),
        "csrf": _l("页面停留太久，没有提交。请返回刷新后再试。"),
        "again": _l("页面停留太久，没有提交。填写的内容还在，请再提交一次。"),
        "kept": _l("这段时间登录换过，没有提交。填写的内容还在，请继续，再提交一次。"),
        "signed_out": _l("登录已经结束，没有提交。请登录，填写的内容还在，登录后再提交一次。"),
        "role": _l("您的岗位不包括这一步，需要的话请联系管理员。"),
        "400": _GO_BACK,
        "403": _GO_BACK,
        "405": _l("这个地址不能直接打开，请返回后用页面上的按钮。"),
        "slip_over": _l("请不要再寄，接下来怎么办写在售后单上。"),
        "own": _l("代客操作时没有这一步。"),
        **{f"own_{what}": sentence for what, sentence in NOT_ON_BEHALF.items()},
        "archived": _l("归档的订单只能查看，不能再办理。有需要办理的事，请联系客服。"),
        "archived_staff": _l("归档的订单只能查看，不能再办理。要办理什么，请运维先取回。"),
        "opened": _l("请返回看最新的情况。"),
        "409": _l("请返回看过最新的情况后再提交。"),
        "handoff": _l("请刷新商家的页面，重新进入。"),
        "ticket": _l("请回到原来的页面刷新，再从那里打开。"),
        "410": _l("请重新获取一个链接。"),
        "413": _l("请减少内容或压缩文件后再提交。"),
        "422": _l("同一份表单已经提交过，但内容不一样。请先看看已经提交的内容。"),
        "429": _l("操作太频繁，请%(n)s秒后再试。"),
        "503": _l("正在恢复，请几分钟后再试。没有重复提交。"),
        "": _l("没有重复提交，填写的内容已保留，可以再提交一次。仍不行请把编号告诉客服。"),
    },
    {"n": plain("seconds")},
    code=_advice,
)
