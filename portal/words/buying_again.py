"""再次购买: why not all of a line, or nothing of it, goes into the basket (S16)."""

from __future__ import annotations

from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, money, plain

PRICES_THEN = Table(
    {
        "dearer": _l("当时%(then)s，现在贵了"),
        "cheaper": _l("当时%(then)s，现在便宜了"),
        "": _l("当时%(then)s"),
    },
    {"then": money("then")},
    code=attrgetter("change"),
)

WHY_NOT_AGAIN = Table(
    {
        "fewer": _l("库存只剩%(units)s件，当时买了%(wanted)s件。"),
        "sold_out": _l("暂时缺货。"),
        "off_sale": _l("已经下架。"),
        "unlisted": _l("商家现在不卖这件商品。"),
        "gift": _l("当时是赠品，不单独出售。"),
        "unknown": _l("今天的价格和库存，以商家的页面为准。"),
    },
    {"units": plain("units"), "wanted": plain("wanted")},
    code=attrgetter("why"),
)
