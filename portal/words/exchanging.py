"""换货: what it costs more or less, and when that is paid (P9)."""

from __future__ import annotations

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Table


def _way(exchange: Facts) -> str:
    if exchange.surcharge:
        return "up"
    return "down" if exchange.refund else ""


EXCHANGE_SUMS = Table({"up": _l("需要补差价"), "down": _l("退还差价"), "": _l("不用补差价")}, {}, code=_way)
EXCHANGE_THEN = Table(
    {
        "up": _l("按申请时的价格计算。商家收到寄回的商品、验货通过后再支付，付清后寄出新商品；不支付就改为退款。"),
        "down": _l("按申请时的价格计算。新商品寄出时，差价原路退回。"),
        "": _l("商家收到寄回的商品、验货通过后寄出新商品；没有货时改为退款。"),
    },
    {},
    code=_way,
)
