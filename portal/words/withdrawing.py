"""Taking an application back, or cancelling an order: the heading, what it does, why it cannot be done (WORDS 1, 7)."""

from __future__ import annotations

from operator import attrgetter

from portal.domain.cases.life_cycle import REPLACING_KINDS
from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Blank, Facts, Table, money, plain, stamp, until


def _standing(page: Facts) -> str:
    if page.why_not in ("fee_open", "fee_confirming"):
        return "waits"
    return "not_now" if page.why_not else ""


WITHDRAW_TITLES = Table(
    {
        "waits": _l("撤销还在等支付"),
        "not_now": _l("现在不能撤销"),
        "": (_l("撤销需要支付%(fee)s"), _l("撤销这份申请？")),
    },
    {"fee": money("fee")},
    code=_standing,
)


WHY_NOT = Table(
    {
        "goods_received": _l("商家已收到商品并在验货，不能撤销。不想退了，请留言，由客服安排寄还。"),
        "declared": _l("撤回合同是一份声明，提交后不能撤销。想继续履行合同，请给商家留言，由双方约定。"),
        "fee_open": _l("您已经要求撤销，支付费用后生效；没有支付，申请照常进行。"),
        "fee_confirming": _l("正在确认是否支付成功，请不要重复支付。"),
        "paid_early": _l("商品已寄出并先退款，不能撤销。不想退了，请留言，由客服安排。"),
        "goods_coming": _l("商品正在寄还给您，不用再撤销。"),
        "goods_due": _l("商家已经在准备或寄出商品，不能撤销。不想要了，请留言。"),
        "money_moving": _l("退款已经发起，不能撤销。"),
        "": _l("这份申请已经结束。"),
    },
    {},
    code=attrgetter("why_not"),
)


def _way(page: Facts) -> str:
    """How the goods come into it."""
    if page.kind == "cancel":
        return "cancel"
    if page.fee:
        return "courier" if page.courier_at else "paid"
    if page.is_under_way:
        return "under_way"
    return "goods" if page.kind in REPLACING_KINDS else ""


WITHDRAW_EFFECTS = Table(
    {
        "cancel": _l("撤销后订单照常发货。"),
        "paid": _l(
            "商品已在寄回途中，撤销后由商家寄还给您，运费由您承担。%(deadline)s前支付，撤销才生效；没有支付，申请照常进行。"
        ),
        "courier": _l(
            "%(time)s的上门取件已安排，快递员已经出发，现在取消取件需付费。%(deadline)s前支付，撤销才生效；没有支付，申请照常进行。"
        ),
        "under_way": _l("商品已在寄回途中，撤销后由商家寄还给您，不收费。"),
        "goods": _l("撤销后商家不再处理，订单恢复原状。"),
        "": _l("撤销后不再退款，订单恢复原状。"),
    },
    {"deadline": until("pay_by"), "time": stamp("courier_at", "pickup")},
    code=_way,
)
WITHDRAW_AGAIN = Table(
    {
        "over": _l("无理由退货已于%(date)s截止，撤销后不能再以无理由申请。"),
        "open": _l("%(again)s前还可以再申请。"),
    },
    {"date": until("ended_at", "ended"), "again": until("again_until", "again_until")},
    code=lambda page: "" if page.kind == "cancel" else "over" if page.ended_at else "open",
)

WITHDRAW_REFUNDS = Table(
    {
        "rest": _l("其余商品照常处理，退款"),
        "": (_l("不再退款，原来是%(refund)s"), _l("没有要退的款")),
    },
    {"refund": money("refund")},
    code=lambda page: "rest" if page.rest else "",
)
"""What becomes of the refund; that of the rest is named after it."""
WITHDRAW_GOODS = Table(
    {
        "under_way": _l("%(count)s件寄还给您，签收后可以另外申请"),
        "cancel": _l("%(count)s件照常发货"),
        "": _l("撤销的商品可以另外申请"),
    },
    {"count": plain("units")},
    code=lambda page: "under_way" if page.is_under_way else str(page.kind),
)
WITHDRAW_DEADLINES = Table(
    {
        "awaiting_return": _l("全部撤销后，不用在%(deadline)s前寄回"),
        "needs_info": _l("全部撤销后，不用在%(deadline)s前补充"),
        "offered": _l("全部撤销后，商家的方案失效，不用在%(deadline)s前选择"),
        "under_way": _l("商品到您手上以前，申请没有结束"),
    },
    {"deadline": until("deadline")},
    code=lambda page: "under_way" if page.is_under_way else str(page.state),
)
"""The deadline that would not count any more, or what goes on."""


def _chosen(page: Facts) -> str:
    """Of a question to the warehouse whether there is money in it; else whether only some units were chosen, or some
    have left, so that only the rest of the order is cancelled."""
    if page.mode == "picking":
        return "" if page.refund_total else "free"
    if page.lines and page.is_quoted:
        return "units"
    return "rest" if page.shipped_units else ""


CANCEL_TITLES = Table(
    {
        "unpaid": _l("取消这个订单？"),
        "picking": _l("申请取消订单"),
        "cod": _l("取消这个货到付款订单？"),
        "free": _l("取消这个订单？"),
        ("free", "rest"): _l("取消没有寄出的商品"),
        ("", "rest"): _l("取消没有寄出的商品"),
        "": _l("取消订单并退款"),
    },
    {},
    code=attrgetter("mode"),
    variant=_chosen,
)
CANCEL_PARTS = Table(
    {
        "units": _l("有%(shipped)s件已寄出，不能取消。可以取消还没寄出的%(open)s件。"),
        "": (
            _l("有%(shipped)s件已寄出，不能取消。可以取消还没寄出的%(open)s件，退款%(amount)s。"),
            _l("有%(shipped)s件已寄出，不能取消。可以取消还没寄出的%(open)s件。"),
        ),
    },
    {
        "shipped": plain("shipped_units"),
        "open": plain("open_units"),
        "amount": Blank("money", lambda page: page.refund_total or None),
    },
    code=lambda page: "units" if page.is_quoted else "",
)
"""Of an order of which some units have left: the amount of the rest, unless only some of the rest were chosen."""
CANCEL_STOCK = Table(
    {
        "refund": _l("商家已报告其中有商品缺货或有问题，取消后马上退款。"),
        "": _l("商家已报告其中有商品缺货或有问题。"),
    },
    {},
    code=lambda page: "refund" if page.refund_total else "",
)
"""Of an order with goods that its shop cannot send: a refund is only promised where somebody has paid."""
CANCEL_EFFECTS = Table(
    {
        "unpaid": _l("订单还没有付款，确认后立即取消。用掉的积分和优惠券会退回您的账户。"),
        "cod": _l("这是货到付款订单，还没有收款，取消后没有退款。"),
        ("picking", "free"): _l(
            "仓库正在配货，要先确认能否拦下。最晚%(deadline)s答复：拦下就取消，没有需要退的款；来不及时，会告诉您包裹寄出的时间和退货办法。"
        ),
        "picking": _l(
            "仓库正在配货，要先确认能否拦下。最晚%(deadline)s答复：拦下就取消并退款；来不及时，会告诉您包裹寄出的时间和退货办法。"
        ),
        ("free", "rest"): _l("确认后没有寄出的商品立即取消，不能恢复，没有需要退的款。"),
        ("free", "units"): _l("确认后所选的商品立即取消，不能恢复，没有需要退的款。"),
        "free": _l("确认后订单立即取消，不能恢复，没有需要退的款。"),
        ("", "rest"): _l("确认后没有寄出的商品立即取消，不能恢复，退款自动发起。"),
        ("", "units"): _l("确认后所选的商品立即取消，不能恢复，退款自动发起。"),
        "": _l("确认后订单立即取消，不能恢复，退款自动发起。"),
    },
    {"deadline": until("answer_by")},
    code=attrgetter("mode"),
    variant=_chosen,
)
CANCEL_BUTTONS = Table({"picking": _l("提交申请"), "": _l("确认取消")}, {}, code=attrgetter("mode"))
