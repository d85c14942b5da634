"""A counter-offer: what is proposed, what follows from each answer, how it stands (WORDS, deck 13)."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, money, until

Words = Mapping[str, object]

OFFERS = Table(
    {
        ("amount", "send_back"): _l("您寄回商品，验货后商家退%(amount)s"),
        ("amount", "await_parcel"): _l("包裹退回商家后，商家退%(amount)s"),
        "amount": _l("商家退%(amount)s"),
        "keep": _l("商品您留下，不用寄回，商家退%(amount)s"),
        "instead": _l("不再寄商品，商家退%(amount)s"),
    },
    {"amount": money("amount")},
    code=attrgetter("given"),
    variant=attrgetter("remedy"),
)
"""What its customer is offered, in one line."""
IF_OFFER_ACCEPTED = Table(
    {
        "send_back": _l("您会收到退货单号，请在%(send_by)s前寄回；验货后退款，其余不再退。"),
        "await_parcel": _l("收到退回的包裹后退款，其余不再退。"),
        "": _l("退款自动发起，申请结束，其余不再退，也不能再申诉。"),
    },
    {"send_by": until("send_by", "send_back")},
    code=attrgetter("remedy"),
)
IF_OFFER_DECLINED = Table(
    {
        "appeal": _l("申诉继续由另一位人员复核，%(answer_by)s前答复。"),
        "": _l("申请还是按您原来的要求，商家在%(answer_by)s前答复。"),
    },
    {"answer_by": until("answer_by", "answer")},
    code=lambda page: "appeal" if page.is_appeal else "",
)
OFFER_AT_ZERO = Table(
    {"": _l("到%(until)s没有选择，方案失效，和不接受一样。")}, {"until": until("until")}, code=lambda _: ""
)
MADE_OFFERS = Table(
    {
        "keep": _l("客户留下商品，退%(amount)s"),
        "instead": _l("不再寄商品，退%(amount)s"),
        "": _l("按申请处理，退%(amount)s"),
    },
    {"amount": money("amount")},
    code=attrgetter("given"),
)
"""The same as staff read it."""
OFFER_KINDS: Words = {"amount": _l("换一个金额"), "keep": _l("客户留下商品，退一笔钱")}
OFFER_ANSWERS: Words = {"accept": _l("接受方案"), "refuse": _l("不接受")}
OFFER_STATES: Words = {
    "open": pgettext("offer", "等客户选择"),
    "accepted": pgettext("offer", "客户已接受"),
    "declined": pgettext("offer", "客户没有接受"),
    "lapsed": pgettext("offer", "到期失效"),
    "taken_back": pgettext("offer", "已收回"),
}
