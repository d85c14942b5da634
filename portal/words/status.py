"""How an order, a case or a refund stands, in one line: for list, head, card, polled part, record and mail."""

from __future__ import annotations

from operator import attrgetter

from portal.words.amounts import ACCOUNTS
from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import (
    Blank,
    Facts,
    Sentence,
    Table,
    carrier,
    coded,
    day,
    deadline,
    inner,
    money,
    plain,
    stamp,
    until,
)


def _landing(refund: Facts) -> str:
    """wallet: the provider itself says that the balance is credited (WORDS rule 6). bank: it has only sent it."""
    if refund.state != "succeeded" or refund.is_wallet is None:
        return ""
    return "wallet" if refund.is_wallet else "bank"


def account_of(refund: Facts) -> str:
    """As the rail wrote it, or the method it was paid with."""
    account = str(refund.account or refund.method)
    return "other" if account == refund.method and account not in ACCOUNTS else account


REFUND_LINES = Table(
    {
        "planned": _l("待发起"),
        "submitted": (_l("已提交给%(provider)s"), _l("已提交")),
        "pending": (_l("%(provider)s处理中"), _l("处理中")),
        "failed": _l("退款未成功，处理中"),
        ("succeeded", "wallet"): (_l("已退到%(account)s"), _l("已退出")),
        ("succeeded", "bank"): _l("已退出，银行处理中"),
        "succeeded": _l("已退出"),
    },
    {"provider": coded("provider", "provider"), "account": Blank("word", account_of, "account")},
    code=attrgetter("state"),
    variant=_landing,
)


def _refund_state(step: Facts) -> str:
    return str(step.refund.state) if step.refund else ""


ORDER_LINES = Table(
    {
        "awaiting_payment": _l("%(time)s前付款，逾期订单自动取消"),
        "unpaid_no_limit": _l("订单还没有付款"),
        "paid": _l("预计%(date)s前发货"),
        "paid_no_date": _l("商家正在准备发货"),
        "late": _l("商家承诺%(promised)s前发货"),
        "picking": _l("仓库正在配货"),
        "shipped": _l("%(carrier)s%(no)s，运输中"),
        "partly_shipped": _l("已发%(sent)s件，还有%(waiting)s件待发"),
        "delivered": (_l("%(date)s签收，%(deadline)s前可退货"), _l("%(date)s签收")),
        "delivered_no_window": _l("%(date)s签收"),
        "completed": (_l("%(date)s签收，%(deadline)s前可退货"), _l("%(date)s签收")),
        ("cancelled", "failed"): _l("退款未成功，处理中"),
        "cancelled": _l("退款%(state)s"),
        "cancelled_by_shop": (_l("商家已退款%(amount)s"), _l("商家已退款")),
        "cancelled_owed": _l("退款由商家处理"),
        "cancelled_unpaid": _l("没有需要退的款"),
    },
    {
        "time": until("at"),
        "date": day("at"),
        "promised": until("at", "promised"),
        "deadline": until("until"),
        "carrier": carrier("carrier"),
        "no": plain("tracking_no"),
        "sent": plain("sent"),
        "amount": money("amount"),
        "waiting": plain("waiting"),
        "state": inner(lambda step: REFUND_LINES.find(step.refund) if step.refund else None),
    },
    code=attrgetter("code"),
    variant=_refund_state,
)

PARCEL_LINES = Table(
    {
        "delivered": _l("%(shipped)s寄出，%(delivered)s签收"),
        "": (_l("%(shipped)s寄出，预计%(promised)s前送到"), _l("%(shipped)s寄出")),
    },
    {
        "shipped": stamp("shipped_at", "shipped"),
        "delivered": stamp("delivered_at", "delivered"),
        "promised": until("promised_at", "promised"),
    },
    code=lambda parcel: "delivered" if parcel.delivered_at else "",
)

CASE_LINES = Table(
    {
        "submitted_cancel": _l("能拦下就取消，最晚%(deadline)s答复"),
        "escalated": _l("仓库还没有答复，已交给客服优先处理"),
        "submitted": _l("商家会在%(deadline)s前答复"),
        "escalated_case": _l("商家没有按时答复，已交给客服优先处理"),
        "needs_info": (_l("%(deadline)s前补充，逾期申请会关闭"), _l("请补充信息，逾期申请会关闭")),
        "offered": (_l("商家提出新方案，%(deadline)s前选择"), _l("商家提出新方案，请选择")),
        "awaiting_return": (_l("%(deadline)s前寄出并填写快递单号"), _l("请寄回商品并填写快递单号")),
        "in_transit": (_l("商家收到后验货，最晚%(deadline)s退款"), _l("商家收到后验货")),
        "in_transit_early": (_l("已先退款，商家应在%(deadline)s前收到商品"), _l("已先退款，商家收到后验货")),
        "received": (_l("%(deadline)s前完成验货"), _l("商家正在验货")),
        "received_choice": (_l("%(deadline)s前选择：寄回给您、放弃商品或申诉"), _l("请选择：寄回给您、放弃商品或申诉")),
        "replacing": _l("新商品快递单号会显示在这里"),
        "replacing_unpaid": _l("补齐差价后寄出新商品"),
        "replacing_reship": _l("商家寄出后，快递单号会显示在这里"),
        "replacing_repair": _l("修好寄出后，快递单号会显示在这里"),
        "replacing_sent": _l("%(carrier)s，快递单号%(no)s"),
        "sending_back": (_l("%(carrier)s，快递单号%(no)s"), _l("商家寄出后，快递单号会显示在这里")),
        "approved": _l("商家收到退回的包裹后退款，不用您再寄"),
        "approved_unpaid": _l("商家收到退回的包裹后处理完成，没有需要退的款，不用您再寄"),
        "rejected": (_l("%(deadline)s前可以修改后重新申请，或申诉"), _l("申请已经结束")),
        "rejected_last": _l("%(deadline)s前可以申诉"),
        "appealed": (_l("%(deadline)s前由另一位人员复核并答复"), _l("申诉没有按时答复，已交给客服优先处理")),
        "expired_early": _l("商品没有寄到，先退的款已补付，申请已关闭"),
        "expired": _l("到期没有回应，申请已关闭；在期限内还可以再申请"),
        "refunding": _l("看退款进度"),
        "question_answered": _l("客服已答复，还有问题可以继续留言"),
        "completed_case": _l("处理结果：已成功"),
        ("completed_case", "failed"): _l("退款未成功，处理中"),
        "granted_part": (
            _l("商家同意退%(amount)s，您申请的是%(asked)s；%(deadline)s前可以申诉"),
            _l("商家同意退%(amount)s，您申请的是%(asked)s"),
        ),
        "given_up": _l("%(sent)s件已退%(amount)s，%(waiting)s件已放弃"),
        "given_up_paying": _l("%(sent)s件退款%(amount)s正在处理，%(waiting)s件已放弃"),
        "given_up_all": _l("%(waiting)s件已放弃，没有退款"),
        "withdrawn": _l("处理结果：撤销成功"),
        "too_late": _l("包裹已于%(time)s寄出，取消申请结束，订单照常配送。"),
    },
    {
        "deadline": until("at"),
        "time": stamp("at", "shipped"),
        "carrier": Blank("carrier", lambda step: step.carrier if step.tracking_no else ""),
        "no": plain("tracking_no"),
        "amount": money("amount"),
        "asked": money("asked"),
        "sent": plain("sent"),
        "waiting": plain("waiting"),
    },
    code=attrgetter("code"),
    variant=_refund_state,
)


WAITS = Table(
    {
        ("customer", "awaiting_return"): _l("请在%(deadline)s寄出"),
        "customer": _l("等您答复，%(deadline)s"),
        "shop": _l("等商家答复，%(deadline)s"),
        "warehouse": _l("等仓库答复，%(deadline)s"),
    },
    {"deadline": deadline("deadline")},
    code=attrgetter("waits_for"),
    variant=attrgetter("state"),
)
"""Of a case named on its order: who acts next, until when."""

CASE_WAITS = Table(
    {
        "needs_info": (_l("请在%(deadline)s补充，逾期申请会关闭"), _l("请补充信息，逾期申请会关闭")),
        "offered": (_l("商家提出新方案，请在%(deadline)s选择"), _l("商家提出新方案，请选择")),
        "awaiting_return": (_l("请在%(deadline)s寄出，并填写快递单号"), _l("请寄回商品并填写快递单号")),
        "received_choice": (
            _l("请在%(deadline)s选择：寄回给您、放弃商品或申诉"),
            _l("请选择：寄回给您、放弃商品或申诉"),
        ),
    },
    {"deadline": deadline("deadline")},
    code=lambda case: case.label or case.state,
)
"""What its customer has to do for a case, until when."""
CASE_ACTS = Table(
    {
        "needs_info": _l("去补充"),
        "offered": _l("查看新方案"),
        "awaiting_return": _l("查看寄回地址"),
        "received_choice": _l("去选择"),
        "": _l("查看申请"),
    },
    {},
    code=lambda case: case.label or case.state,
)
"""The button that leads there."""
TODOS = Table(
    {
        "pay": _l("支付%(amount)s"),
        "fee": _l("支付撤销的费用%(amount)s"),
        "surcharge": _l("支付换货的差价%(amount)s"),
        "invoice": _l("补付先退款的商品%(amount)s"),
        "needs_info": _l("补充售后信息"),
        "offered": _l("答复商家的新方案"),
        "awaiting_return": _l("寄回%(title)s"),
        "received_choice": _l("选择没有通过的商品怎么处理"),
        "rejected": _l("商家未同意，查看原因和下一步"),
    },
    {"amount": money("amount"), "title": plain("picture.title")},
    code=attrgetter("code"),
)
"""What waits for the customer, as an act."""


def status_line(facts: Facts) -> Sentence | None:
    """How it stands, in one line.

    Of an order or a case: its step (`code` and what its sentence names, pages' NextStep); of a refund: `state`,
    `is_wallet` (None where it is not known), `provider`, `account`. None: there is no line.
    """
    if hasattr(facts, "state"):
        return REFUND_LINES.find(facts)
    return ORDER_LINES.find(facts) or CASE_LINES.find(facts)
