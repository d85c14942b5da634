"""仓库 and 验货: its lists, why goods are not accepted, what a scan led to, goods that came besides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter

from flask_babel import gettext
from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, plain

WAREHOUSE_LISTS: Mapping[str, object] = {
    "stop": pgettext("warehouse", "拦截"),
    "coming": pgettext("warehouse", "在途"),
    "awaited": pgettext("warehouse", "待收货"),
    "inspect": pgettext("warehouse", "待验货"),
    "send": pgettext("warehouse", "待寄出"),
    "back": pgettext("warehouse", "退回客户"),
}
WAREHOUSE_EMPTY: Mapping[str, object] = {
    "stop": _l("没有等拦截的包裹。"),
    "coming": _l("没有在途的退货。"),
    "awaited": _l("没有等客户寄出的退货。"),
    "inspect": _l("没有待验货的包裹。"),
    "send": _l("没有要寄给客户的补寄、换货或修好的商品。"),
    "back": _l("没有要退回客户的商品。"),
}
REJECTED_FOR: Mapping[str, object] = {
    "used": _l("有使用痕迹"),
    "tag_cut": _l("吊牌或标签已剪"),
    "damaged": _l("有破损或污渍"),
    "incomplete": _l("缺少配件或赠品"),
    "not_the_goods": _l("不是这笔订单的商品"),
    "activated": _l("已激活或有个人数据"),
}
"""What CN-9 and CN-10 call not intact, in the words of whoever looks at the goods."""
DISPOSITIONS: Mapping[str, object] = {
    "send_back": pgettext("unannounced", "寄还给客户"),
    "ask": pgettext("unannounced", "由客服问客户"),
}
UNANNOUNCED = Table(
    {
        "send_back": _l("另外收到%(count)s件没有申请退回的商品：%(what)s。会另外寄还，不涉及退款。"),
        "ask": _l("另外收到%(count)s件没有申请退回的商品：%(what)s。由客服联系确认，不涉及退款。"),
    },
    {"count": plain("count"), "what": plain("what")},
    code=attrgetter("then"),
)
SCAN_FOUND_NONE = Table(
    {
        "order": _l("读到“%(read)s”：订单%(order_no)s没有售后申请。"),
        "": _l("读到“%(read)s”，没有对应的包裹。"),
    },
    {"read": plain("read"), "order_no": plain("order_no")},
    code=lambda page: "order" if page.order_no else "",
)


def reason_text(codes: Iterable[str], typed: str) -> str:
    """What was ticked, then what was typed."""
    said = [str(REJECTED_FOR[code]) for code in codes]
    return str(gettext("；")).join([*said, *([typed] if typed else [])])
