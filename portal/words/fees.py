"""The fee of a withdrawal: how it stands, why the last try did not work, what to do (WORDS, copy deck 7 and 8)."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Table, coded, money, until

Words = Mapping[str, object]


def _standing(fee: Facts) -> str:
    if fee.state == "due":
        return "due" if fee.may_pay else "over"
    if fee.state in ("processing", "on_delivery"):
        return str(fee.state)
    return "reversed" if fee.is_reversed else "returning" if fee.is_returning else str(fee.state)


FEE_STANDINGS = Table(
    {
        ("due", "exchange"): _l("%(deadline)s前支付，付清后寄出新商品；没有支付，寄回的商品改为退款。"),
        ("over", "exchange"): _l("支付的时间已过，寄回的商品改为退款。"),
        ("voided", "exchange"): _l("换货没有完成，寄回的商品改为退款。"),
        ("due", "return"): _l("付清前会一直待付，也不能再先退款；有不同意见请留言。"),
        ("voided", "return"): _l("不用再付。"),
        "due": _l("%(deadline)s前支付，撤销才生效；没有支付，申请照常进行。"),
        "over": _l("支付的时间已过，费用作废，申请照常进行。"),
        "on_delivery": _l(
            "商品寄还时由快递员收取%(fee)s，期间申请暂停，付清后撤销完成；拒付则商品退回商家，申请继续。"
        ),
        "returning": _l("%(fee)s正在原路退回，退回后会通知您。"),
        "reversed": _l("退给您的%(fee)s又被退回商家，客服会重新处理，办好后通知您。"),
        "voided": _l("撤销没有生效，申请照常进行。"),
    },
    {"deadline": until("due_at"), "fee": money("amount")},
    code=_standing,
    variant=attrgetter("for_what"),
)
FEE_TITLES = Table(
    {
        ("due", "exchange"): _l("换货需要补%(fee)s"),
        ("", "exchange"): _l("换货的差价"),
        ("due", "return"): _l("补付%(fee)s"),
        ("", "return"): _l("先退款的补付"),
        "due": _l("撤销需要支付%(fee)s"),
        "": _l("撤销的费用"),
    },
    {"fee": money("amount")},
    code=_standing,
    variant=attrgetter("for_what"),
)
FEE_PAGES: Words = {
    "withdrawal": _l("支付撤销的费用"),
    "pickup": _l("支付撤销的费用"),
    "exchange": _l("支付换货的差价"),
    "return": _l("补付先退的款"),
}
"""The heading of the page where it is paid."""
FEE_STAYS: Words = {
    "withdrawal": _l("保留申请"),
    "pickup": _l("保留申请"),
    "exchange": _l("返回申请"),
    "return": _l("返回申请"),
}
"""The way out without paying."""
FEE_NAMES: Words = {
    "withdrawal": _l("撤销的费用"),
    "pickup": _l("撤销的费用"),
    "exchange": _l("换货的差价"),
    "return": _l("先退款的补付"),
}
FEE_FOR = Table(
    {
        "exchange": _l(
            "商家已收到您寄回的商品，验货通过。补齐差价后寄出新商品；%(deadline)s前没有支付，寄回的商品改为退款。"
        ),
        "return": _l("这是先退款以后，没有收到或没有通过验货的商品的金额。付清前不能再先退款。"),
        "pickup": _l("上门取件已安排，现在取消取件需付费。%(deadline)s前支付，撤销才生效；没有支付，申请照常进行。"),
        "withdrawal": _l(
            "商品已在寄回途中，撤销后由商家寄还给您，运费由您承担。%(deadline)s前支付，撤销才生效；没有支付，申请照常进行。"
        ),
    },
    {"deadline": until("due_at")},
    code=attrgetter("for_what"),
)
"""What a fee is paid for, on the page where it is."""
FEE_FOR_STAFF = Table(
    {
        "exchange": _l("客户%(deadline)s前支付，付清后寄出换的商品；没有支付，寄回的商品改为退款。"),
        "return": _l("客户付清前一直待付，不能再先退款；到时提醒客户。"),
        "": _l("客户%(deadline)s前支付，撤销才生效；没有支付，申请照常进行。"),
    },
    {"deadline": until("due_at", "fee_deadline")},
    code=attrgetter("for_what"),
)
FEE_BUTTONS = Table(
    {"again": _l("换个方式支付"), "": _l("去支付%(fee)s")},
    {"fee": money("amount")},
    code=lambda fee: "again" if fee.problem else "",
)
EXPIRED_BECAUSE = {
    "early_goods_arrive": _l("商品没有寄到"),
    "customer_sends_back": _l("到期没有寄出商品"),
    "": _l("到期没有收到您的补充"),
}
VOIDED_BECAUSE = {
    "time": _l("到期没有支付。"),
    "received": pgettext("fee", "商家已收到商品。"),
    "courier": _l("取件已经结束，不用再为取消它付费。"),
    "": _l("支付确认时，商家已收到商品；付的钱原路退回。"),
}
"""Why a withdrawal has come to nothing, as a mail tells it."""
VOIDED_FEES = {"paid_too_late": pgettext("fee", "退回"), "": pgettext("fee", "已作废")}

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
        ("less_than_due", "reversed"): (
            _l("收到%(got)s，少于应付%(fee)s；退给您的又被退回商家，客服会重新处理。"),
            _l("请换一个账户或支付方式，需付%(fee)s。"),
        ),
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
    variant=lambda fee: "reversed" if fee.is_reversed else "returning" if fee.is_returning else "",
)
