"""What only staff read of a case: what each answer would do, what comes of none, what was answered."""

from __future__ import annotations

from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Table, plain, stamp, until

IF_ACCEPTED = Table(
    {
        "send_back": _l("客户会收到退货单号，%(deadline)s前寄回；收到并验货后退款。"),
        "reship": _l("客户会收到通知。商品寄出后，在这里填写快递单号。"),
        "replace": _l("客户会收到退货单号，%(deadline)s前寄回；验货通过后寄出换的商品。同意前请确认有货。"),
        "repair": _l("客户会收到退货单号，%(deadline)s前寄回；修好后再寄给客户，不退款。"),
        "await_parcel": _l("等退回的包裹，收到后退款，客户不用再寄。"),
        "": _l("退款自动发起，不能收回，客户会收到通知。"),
    },
    {"deadline": until("send_back_by", "send_back")},
    code=attrgetter("remedy"),
)
IF_PARTLY = Table(
    {
        "contested": _l("只补退一部分：填写补退的金额，不超过上面的合计。"),
        "": _l("少同意几件，或少退一些钱。没有同意的件数，客户可以另外申请。"),
    },
    {},
    code=lambda choice: "contested" if choice.granted else "",
)
IF_REFUSED = Table(
    {
        "appeal": _l("维持原来的答复，申诉结束，不能再申诉。客户会看到说明。"),
        "last": _l("申请结束，不退款。客户会看到原因，%(deadline)s前可以申诉；重新申请的次数已经用完。"),
        "": _l("申请结束，不退款。客户会看到原因，%(deadline)s前可以修改后重新申请，或申诉。"),
    },
    {"deadline": until("appeal_by", "appeal")},
    code=lambda choice: "appeal" if choice.is_appeal else "last" if choice.is_last_try else "",
)
IF_CLOSED = Table(
    {
        "in_transit": _l("不收客户费用，商品由商家寄还；客户签收后撤销完成。"),
        "": _l("申请结束，不退款，商品可以另外申请。"),
    },
    {},
    code=attrgetter("state"),
)


def _awaited(page: Facts) -> str:
    """Whose answer is waited for, and what comes of it if there is none."""
    if page.deciding.is_appeal:
        return "appeal"
    if page.state != "submitted":
        return "asked"
    return "approve" if page.deciding.at_zero == "approve" else "escalate"


DESK_DEADLINES = Table({"asked": _l("客户最晚补充"), "": _l("最晚答复")}, {}, code=_awaited)
DESK_AT_ZERO = Table(
    {
        "approve": _l("到时没有答复，申请自动通过。"),
        "escalate": _l("到时没有答复，会升级处理并告诉客户。"),
        "asked": _l("到时没有回复，申请会关闭。"),
    },
    {},
    code=_awaited,
)


def _held(page: Facts) -> str:
    """The warehouse's answer; of goods that nobody has paid for nothing goes back."""
    if page.outcome == "stopped" and not (page.summary and page.summary.total):
        return "stopped_free"
    return str(page.outcome) or ("waiting" if page.state == "submitted" else "")


_NOTHING_TO_ANSWER = _l("现在没有要答复的。")
HOLD_OUTCOMES = Table(
    {
        "stopped": _l("已拦下，取消已生效，退款自动发起。"),
        "stopped_free": _l("已拦下，取消已生效，没有需要退的款。"),
        "too_late": _l("来不及拦下，包裹%(time)s寄出。"),
        "waiting": _l("等仓库或客服答复。"),
        "": _NOTHING_TO_ANSWER,
    },
    {"time": stamp("left_at", "shipped")},
    code=_held,
)
IF_STOPPED = Table(
    {
        "": _l("取消立即生效，不能恢复，退款自动发起，客户会收到通知。"),
        "free": _l("取消立即生效，不能恢复，没有需要退的款，客户会收到通知。"),
    },
    {},
    code=lambda hold: "" if hold.refund else "free",
)
DESK_OUTCOMES = Table(
    {
        "deadline": _l("到期自动处理。"),
        "offer": _l("客户接受了我们的方案。"),
        "offered": _l("已提出方案，等客户选择。"),
        "": _NOTHING_TO_ANSWER,
    },
    {},
    code=lambda page: "offered" if page.state == "offered" else str(page.outcome),
)
INSPECTED_SUMS = Table(
    {
        "exchange": _l("通过的商品换成"),
        "sent": _l("通过的商品修好后寄回给客户"),
        "chosen": _l("这样验货会退"),
        "": _l("全部通过会退"),
    },
    {},
    code=lambda goods: (
        "exchange" if goods.exchange else "sent" if not goods.is_paid else "chosen" if goods.quote else ""
    ),
)
INSPECTION_AT_ZERO = Table(
    {
        "refund": _l("到时没有验货，按规则退款。"),
        "sent": _l("到时没有验货，按全部通过处理。"),
        "": _l("到时没有验货，会升级处理。"),
    },
    {},
    code=lambda goods: "" if not goods.is_refunded_at_zero else "refund" if goods.is_paid else "sent",
)
PART_HINTS = Table(
    {"sum": _l("改了数量或金额后，这里显示客户会收到多少。"), "": _l("选好同意的数量后，这里显示客户会收到多少。")},
    {},
    code=lambda form: "sum" if form.quantities.has_sum else "",
)
ASSIGNED = Table(
    {"mine": _l("由您处理"), "": (_l("由%(login)s处理"), _l("还没有人认领"))},
    {"login": plain("assignee")},
    code=lambda page: "mine" if page.is_mine else "",
)
