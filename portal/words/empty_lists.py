"""Why a list shows nothing, and what can be done about it (UI, 我的订单)."""

from __future__ import annotations

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Table, coded, plain


def _why(page: Facts) -> str:
    if page.query:
        return "query"
    if page.within:
        return "within"
    return str(page.state) if page.is_first else "end"


NO_ORDERS = Table(
    {
        "query": _l("没有找到“%(q)s”，可以搜订单号、商品名或收货人。"),
        "within": _l("这段时间没有订单。"),
        "end": _l("没有更多订单了。"),
        "after_sales": _l("没有进行中的售后。"),
        "all": _l("还没有订单。在%(shop)s下单后会出现在这里；用其他手机号下过单，请换号登录。"),
        "": _l("没有%(state)s的订单。"),
    },
    {"q": plain("query"), "shop": plain("shop_name"), "state": coded("state", "tab")},
    code=_why,
)
