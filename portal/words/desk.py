"""What the desk says at one look: a case in a sentence, a customer's year, what its buttons would do."""

from __future__ import annotations

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, coded, money, plain, until

CASE_TITLES = Table(
    {
        "cancel": (_l("%(kind)s，%(why_cancelled)s"), _l("%(kind)s")),
        "": (_l("%(kind)s，%(why)s"), _l("%(kind)s")),
    },
    {
        "kind": coded("kind", "kind"),
        "why": coded("reason", "apply_reason"),
        "why_cancelled": coded("reason", "cancel_reason"),
    },
    code=lambda case: str(case.kind),
)
CUSTOMER_YEARS = Table(
    {"none": _l("%(orders)s笔订单，没有售后"), "": _l("%(orders)s笔订单，售后%(cases)s次")},
    {"orders": plain("orders"), "cases": plain("cases")},
    code=lambda year: "" if year.cases else "none",
)
ACCEPT_BUTTONS = Table(
    {
        "send_back": _l("同意，客户寄回后退%(amount)s"),
        "await_parcel": _l("同意，包裹退回后退%(amount)s"),
        "reship": _l("同意，补寄商品"),
        "replace": _l("同意，客户寄回后换货"),
        "repair": _l("同意，客户寄回后维修"),
        "appeal": _l("同意申诉，退%(amount)s"),
        "": _l("同意，退%(amount)s"),
    },
    {"amount": money("refund")},
    code=lambda choice: "appeal" if choice.is_appeal and choice.remedy == "refund" else choice.remedy,
)
PARTLY_BUTTONS = Table(
    {"quoted": _l("部分同意，退%(amount)s"), "": _l("部分同意，按上面的数量和金额")},
    {"amount": money("part")},
    code=lambda choice: "quoted" if choice.part else "",
)
REFUSE_BUTTONS = Table(
    {"appeal": _l("维持原来的答复"), "": _l("不同意，客户%(deadline)s前可申诉")},
    {"deadline": until("appeal_by", "appeal")},
    code=lambda choice: "appeal" if choice.is_appeal else "",
)
STOPPED_BUTTONS = Table(
    {"": _l("拦下了，取消并退%(amount)s"), "free": _l("拦下了，取消")},
    {"amount": money("refund")},
    code=lambda hold: "" if hold.refund else "free",
)
