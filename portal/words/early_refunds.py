"""极速退款: how a refund at hand-over goes, before it is asked for, until the goods are inspected and after (P17)."""

from __future__ import annotations

from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, money, until

EARLY_REFUNDS = Table(
    {
        "promised": _l(
            "寄出并填写快递单号后先退款，不等验货；之后不能自助撤销。商品没有寄到，或验货没有通过，按对应的金额补付；付清前不能再先退款。"
        ),
        "paid": (
            _l("已先退款%(amount)s。商家%(deadline)s前没有收到商品，要补付这笔钱；验货没有通过的，只补付对应的金额。"),
            _l("已先退款%(amount)s。验货没有通过的商品，只补付对应的金额。"),
        ),
        "settled": _l("已先退款%(amount)s，验货后没有要补付的。"),
        "owed": _l("已先退款%(amount)s，没有收到或没有通过验货的商品，补付%(owed)s。"),
    },
    {"amount": money("amount"), "owed": money("owed"), "deadline": until("deadline")},
    code=attrgetter("standing"),
)
