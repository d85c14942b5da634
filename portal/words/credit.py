"""储值余额: what it is made of, what changed it, and having a refund so (P10)."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Table, money, plain, until

CREDIT_ENTRIES: Mapping[str, object] = {
    "credit": _l("商家存入"),
    "refund": _l("退款存入"),
    "bonus": _l("商家加送"),
    "spend": _l("消费"),
    "expire": _l("到期"),
}
CREDIT_EXPIRIES = Table(
    {"": (_l("其中最早的一笔%(until)s到期"),)}, {"until": until("next_expiry", "expiry")}, code=lambda _balance: ""
)
CREDIT_CHANGES = Table(
    {"spend": _l("−%(amount)s"), "expire": _l("−%(amount)s"), "": _l("＋%(amount)s")},
    {"amount": money("amount")},
    code=attrgetter("kind"),
)
PAYOUTS: Mapping[str, object] = {"original": _l("原路退回"), "store_credit": _l("退到储值余额")}


def _standing(payout: Facts) -> str:
    return "chosen" if payout.is_credit else ""


def _bonus(payout: Facts) -> str:
    return "bonus" if payout.bonus else ""


PAYOUT_NOW = Table(
    {
        ("chosen", "bonus"): _l("您选择了退到储值余额：退款%(refund)s，加送%(bonus)s，共%(sum)s。"),
        "chosen": _l("您选择了退到储值余额：%(refund)s。"),
        ("", "bonus"): _l("退款%(refund)s原路退回。愿意的话，可以改为退到储值余额，加送%(bonus)s，共%(sum)s。"),
        "": _l("退款%(refund)s原路退回。愿意的话，可以改为退到储值余额。"),
    },
    {"refund": money("refund"), "bonus": money("bonus"), "sum": money("sum")},
    code=_standing,
    variant=_bonus,
)
PAYOUT_TERMS = Table(
    {
        "ends": _l("余额只能在本店使用，存入后%(days)s天内有效。退款开始前都可以改回原路退回，不影响退款。"),
        "": _l("余额只能在本店使用，长期有效。退款开始前都可以改回原路退回，不影响退款。"),
    },
    {"days": plain("valid_days")},
    code=lambda payout: "ends" if payout.valid_days else "",
)
"""What choosing credit means, before it is chosen."""
PAYOUT_ASKED = Table(
    {
        "ends": _l("余额只能在本店使用，存入后%(days)s天内有效。退款发起后不能再改；不选就原路退回。"),
        "": _l("余额只能在本店使用，长期有效。退款发起后不能再改；不选就原路退回。"),
    },
    {"days": plain("valid_days")},
    code=lambda offer: "ends" if offer.valid_days else "",
)
"""The same with what may be paid at once, which leaves no time to choose again."""
