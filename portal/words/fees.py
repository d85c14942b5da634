"""The fee of a withdrawal: why the last try did not work, and what to do (WORDS, copy deck 8)."""

from __future__ import annotations

from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, coded, money, until

FEE_TROUBLE_TITLES = Table(
    {
        "less_than_due": _l("没有支付成功，没有扣款"),
        "wrong_password": _l("支付密码不正确，没有扣款"),
        "no_funds": _l("余额或额度不足，没有扣款"),
        "provider_down": _l("%(provider)s暂时无法支付"),
        "declined": _l("没有支付成功，没有扣款"),
    },
    {"provider": coded("method", "provider")},
    code=attrgetter("problem"),
)
FEE_TROUBLES = Table(
    {
        ("less_than_due", "returning"): _l("收到%(got)s，少于应付%(fee)s，正在原路退回。"),
        "less_than_due": (
            _l("收到%(got)s，少于应付%(fee)s，已原路退回。"),
            _l("请换一个账户或支付方式，需付%(fee)s。"),
        ),
        "wrong_password": _l("请重新支付；忘记密码请在%(provider)s找回。"),
        "no_funds": _l("请换一个账户或支付方式，需付%(fee)s。"),
        "provider_down": _l("您没有被扣款，%(deadline)s前都可以再付，申请保持不变。"),
        "declined": _l("请换一个账户或支付方式，需付%(fee)s。"),
    },
    {
        "got": money("got"),
        "fee": money("amount"),
        "provider": coded("method", "provider"),
        "deadline": until("due_at"),
    },
    code=attrgetter("problem"),
    variant=lambda fee: "returning" if fee.is_returning else "",
)
