"""Why something cannot be done, and the way on; what changed meanwhile (WORDS, copy deck 3 to 6 and 9)."""

from __future__ import annotations

from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Blank, Facts, Sentence, Table, carrier, day, inner, plain, stamp, until
from portal.words.states import case_code

_WAYS_AFTER_SHIPPING = _l("您可以：收到时拒收；签收后申请退货；想拦截或没收到，联系客服。")
_TELL_OF_REFUSING_UNPAID = _l("拒收后请在这里告诉我们。")
_TELL_OF_REFUSING = _l("拒收后请在这里告诉我们，商家收到退回的包裹后退款。")
_AFTER_THE_WINDOW = _l("商品有质量问题、发错或少发，仍可以申请；其他情况可以请商家酌情处理。")
_GOODWILL = _l("用不了或与描述不符，仍可以申请；其他情况可以请商家酌情处理。")
_STILL = _l("有质量问题、发错、少发或与描述不符，仍可以申请售后。")
_MOVED = _l("，遇法定休假日顺延")
_IN_A_CASE = _l("售后单%(case_no)s正在处理，不用再次提交。")
_FOR_REASONS = _l("可以申请退货退款，请选适用的原因。")
_CONTACT = _l("请联系客服，订单号已为您填好。")


GROUNDS = Table(
    {
        "custom": _l("按您的要求定制"),
        "fresh": _l("生鲜易腐"),
        "digital": _l("数字商品已下载或拆封"),
        "newspaper": _l("报纸期刊"),
    },
    {},
    code=attrgetter("ground"),
)
"""Why the law itself excepts goods from a return without a reason (WORDS, copy deck 5)."""
TITLES = Table(
    {
        "shipped": _l("订单已发货，不能取消"),
        "window_over": (_l("无理由退货已于%(ended)s截止"), _l("无理由退货已经截止")),
        "prepaid_over": _l("无理由退款已于%(ended)s截止"),
        "restricted": (_l("%(item)s不支持无理由退货"), _l("不支持无理由退货")),
        "on_the_way": _l("商品还没有签收"),
        "too_many": _l("没有这么多可以申请的商品"),
        "not_missing_yet": _l("包裹还在路上"),
        "kind": _l("这类申请不适用于这笔订单"),
        "reason": _l("这个原因不适用于这些商品"),
        "delivered": _l("商品已经签收"),
        ("delivered", "cancel"): _l("订单已签收，不能取消"),
        "already_cancelled": _l("订单已经取消"),
        "already_asked": _l("这些商品已经有申请在处理"),
        "unpaid_whole_only": _l("没有付款的订单只能整单取消"),
        "cod_collected": _l("货款已经收取，请联系客服"),
        "unpaid": _l("订单还没有付款，没有可退的款"),
        "not_collected": _l("商品还没有发货，可以取消"),
        "not_shipped": _l("商品还没有发货，可以直接取消"),
        "being_packed": _l("商品还没有发货，可以申请取消"),
        "nothing_left": _l("没有可以申请的商品了"),
        "": _l("这项申请由客服处理"),
    },
    {"ended": until("ended_at", "ended"), "item": plain("title")},
    code=attrgetter("why"),
    variant=attrgetter("act"),
)


def _what_to_tell(refusal: Facts) -> object:
    """Of goods that may be refused at the door; no refund is promised where nobody has paid."""
    if not refusal.is_returnable:
        return None
    return _TELL_OF_REFUSING if refusal.is_collected else _TELL_OF_REFUSING_UNPAID


REFUSALS = Table(
    {
        "shipped": (
            _l("包裹%(time)s由%(carrier)s寄出。%(ways)s%(tell)s"),
            _l("包裹已于%(time)s寄出。%(ways)s%(tell)s"),
            _l("包裹%(time)s由%(carrier)s寄出。%(ways)s"),
            _l("包裹已于%(time)s寄出。%(ways)s"),
            _WAYS_AFTER_SHIPPING,
        ),
        "window_over": (
            _l("%(signed)s签收，第%(days)s天是%(last)s%(holiday)s。%(after)s"),
            _l("%(signed)s签收，第%(days)s天是%(last)s。%(after)s"),
            _AFTER_THE_WINDOW,
        ),
        "prepaid_over": (
            _l("%(signed)s付款，第%(days)s天是%(last)s%(holiday)s。%(goodwill)s"),
            _l("%(signed)s付款，第%(days)s天是%(last)s。%(goodwill)s"),
        ),
        "restricted": (
            _l("%(ground)s；您在%(confirmed)s购买时已确认不支持。%(still)s"),
            _l("您在%(confirmed)s购买时已确认不支持。%(still)s"),
            _l("%(ground)s。%(still)s"),
            _STILL,
        ),
        "on_the_way": _WAYS_AFTER_SHIPPING,
        "too_many": _l("最多还能申请%(left)s件。"),
        "not_missing_yet": _l("%(since)s还没有收到，可以在这里申请。"),
        "delivered": _l("签收后的商品可以申请退货，也可以用其他原因申请退款。"),
        ("delivered", "cancel"): (_l("%(deadline)s前可以申请退货退款。"), _l("%(for_reasons)s"), _IN_A_CASE, _CONTACT),
        "already_asked": (
            _l(
                "%(item)s×%(units)s在售后单%(case_no)s中（%(state)s）。您可以查看、修改或撤销它；其余%(left)s件可以另外申请。"
            ),
            _l("%(item)s×%(units)s在售后单%(case_no)s中（%(state)s）。您可以查看、修改或撤销它。"),
            _IN_A_CASE,
        ),
        "already_cancelled": _l("不用再申请，退款进度在订单里；需要的话可以重新下单。"),
        "unpaid_whole_only": _l("想少买几件，可以整单取消后重新下单。"),
        "cod_collected": _l("货到付款的钱没有原路可退，客服会和您确认收款方式。"),
        "unpaid": _l("不想要了，可以直接取消订单。"),
        "not_collected": _l("这是货到付款订单，还没有收款，取消后没有退款。"),
        "not_shipped": _l("取消后退款自动发起，不用申请。"),
        "being_packed": _l("仓库正在配货，要先确认能否拦下；拦下就取消。"),
        "nothing_left": _l("订单里的商品都已取消、退款或正在处理。"),
        ("", "refund"): _l("想申请退款，请联系客服，订单号已为您填好。"),
        ("", "return"): _l("想申请退货，请联系客服，订单号已为您填好。"),
        ("", "exchange"): _l("想换货，请联系客服，订单号已为您填好。"),
        "": _CONTACT,
    },
    {
        "time": stamp("at", "shipped"),
        "carrier": carrier("carrier"),
        "ways": Blank("plain", lambda _: _WAYS_AFTER_SHIPPING),
        "tell": Blank("plain", _what_to_tell),
        "signed": day("signed"),
        "days": plain("days"),
        "last": day("last"),
        "holiday": Blank("plain", lambda refusal: _MOVED if refusal.is_moved else None),
        "after": Blank("plain", lambda _: _AFTER_THE_WINDOW),
        "goodwill": Blank("plain", lambda _: _GOODWILL),
        "for_reasons": Blank("plain", lambda refusal: _FOR_REASONS if refusal.is_returnable else None),
        "confirmed": stamp("confirmed_at", "confirmed"),
        "ground": inner(GROUNDS.find),
        "still": Blank("plain", lambda _: _STILL),
        "left": Blank("plain", lambda refusal: refusal.left or None),
        "state": Blank("word", lambda refusal: case_code(refusal.kind, refusal.state), "case"),
        "since": stamp("since", "since"),
        "deadline": until("until"),
        "item": plain("title"),
        "units": Blank("plain", lambda refusal: refusal.units or None),
        "case_no": plain("case_no"),
    },
    code=attrgetter("why"),
    variant=attrgetter("act"),
)

NOT_OFFERED_TITLES = Table(
    {
        "too_late": _l("这份取消申请不能申诉"),
        "appeal_open": _l("申诉正在复核"),
        "appealed": _l("申诉已经有答复"),
        "applied_again": _l("已经重新申请"),
        "appeal_over": _l("申诉和重新申请已经截止"),
        "too_often": _l("重新申请的次数已经用完"),
        "": _l("这份申请现在不能这样做"),
    },
    {},
    code=attrgetter("why"),
)
NOT_OFFERED = Table(
    {
        "too_late": _l("包裹已经寄出，订单照常配送。您可以：收到时拒收；签收后申请退货；想拦截或没收到，联系客服。"),
        "appeal_open": _l("由另一位人员复核，有结果会通知您，不用再次提交。"),
        "appealed": _l("每份申请只能申诉一次，复核的结果在售后单里。"),
        "applied_again": _l("售后单%(case_no)s正在处理，不用再次提交。"),
        "appeal_over": _l("截止时间是%(time)s。商品有质量问题、发错或少发，仍可以申请；其他情况可以请商家酌情处理。"),
        "too_often": _l("同一份申请最多重新提交%(count)s次。不同意商家的答复，可以申诉。"),
        "": _l("商家没有同意的申请，才可以重新申请或申诉。"),
    },
    {"case_no": plain("case_no"), "time": until("until", "ended"), "count": plain("left")},
    code=attrgetter("why"),
)


def _is_after_refusal(refusal: Facts) -> bool:
    """An application cannot be contested or made again (domain.cases.after_refusal); the words of these are others."""
    return refusal.act in ("appeal", "resubmit") and refusal.rule == "SHOP-7"


def refusal_title(refusal: Facts) -> Sentence | None:
    """The heading of what is not on offer."""
    return (NOT_OFFERED_TITLES if _is_after_refusal(refusal) else TITLES).find(refusal)


def refusal_sentence(refusal: Facts) -> Sentence | None:
    """Why, what to do instead, until when."""
    return (NOT_OFFERED if _is_after_refusal(refusal) else REFUSALS).find(refusal)


CHANGED = Table(
    {
        "shipped": (_l("%(time)s仓库已寄出包裹。"), _l("仓库已寄出包裹。")),
        "deadline": _l("申请已在%(time)s到期。"),
        "decided": _l("客服已给出答复。"),
        "picking": _l("仓库已经开始配货，收货信息不能再改。"),
        "address_fixed": _l("仓库已经开始配货，收货信息不能再改。"),
        "later_fixed": _l("仓库已经开始配货或已经寄出，发货时间不能再改。"),
        "payout_fixed": _l("退款已经开始，或商家不提供余额退款，退款方式不能再改。"),
        "pickup_fixed": _l("现在不能预约或更改上门取件：没有要寄回的商品，或快递员已经在安排上门。"),
        "not_closed": _l("申请了结以后，才能说问题解决了没有。"),
        "nothing_to_urge": _l("现在没有在等商家的事，不用催。"),
        "nothing_to_pay": _l("这笔订单现在没有要付的款。"),
        "slip_over": _l("这份申请已经结束。"),
        "fee_confirming": _l("正在确认是否支付成功，请不要重复支付。"),
        "fee_over": _l("支付的时间已在%(time)s截止，费用作废，申请照常进行。"),
        "surcharge_over": _l("支付的时间已在%(time)s截止，寄回的商品改为退款。"),
        "no_fee": _l("费用有更新。"),
        "fee_open": _l("费用有更新。"),
        "offer_over": (_l("这个方案在%(time)s已经不在了：已选择、到期，或商家收回了。"), _l("这个方案已经不在了。")),
        "offer_changed": (_l("商家在%(time)s换了方案，请看过新的方案再选择。"), _l("商家的方案有变化，请看过再选择。")),
        "goods_received": _l("商家已收到商品。"),
        "cancel_open": _l("已经有一份取消申请在等仓库答复。"),
        "": (_l("订单在%(time)s有更新。"), _l("订单刚刚有更新。")),
    },
    {"time": stamp("at", "changed")},
    code=attrgetter("what"),
)

_CANNOT_BE_WITHDRAWN = _l("这份申请现在不能撤销。")
STAFF_CHANGED = Table(
    {
        "decided": _l("这份申请已经有答复。"),
        "held": _l("这份申请由同事处理。要由您答复，请先接手。"),
        "units_gone": _l("这些商品已在别的申请里，或已取消、退款，不能重新打开。"),
        "offered": _l("方案正等客户选择。要改为直接答复，请先收回方案。"),
        "same_decider": _l("第一次答复是您作的，申诉要由另一位同事复核。"),
        "not_parked": _l("这笔退款已经在处理，不用再核实。"),
        "not_failed": _l("支付机构还在处理这笔退款，确认没有退成后再换一种方式。"),
        "transfer_open": _l("这笔退款正换一种方式付，先付完或收回。"),
        "same_person": _l("这是您自己提出的，要由另一位同事审批。"),
        "no_draft": _l("草稿已经发布或放弃，可以重新起草。"),
        "draft_changed": _l("同事刚刚改了草稿。您填写的内容还在，请对照后再保存。"),
        "draft_same": _l("草稿和现在的规则没有不同。"),
        "simulate_first": _l("请先用这份草稿试算一次，再提交审批。"),
        "policy_proposed": _l("已经有一份规则等审批，先审批或收回。"),
        "policy_answered": _l("这份规则已经审批、收回，或因草稿改动而作废。"),
        "policy_moved": _l("提交审批以后，现在的规则已经换过。请重新试算并提交。"),
        "no_policy": _l("这家店铺还没有生效的规则。"),
        "awaits_second": _l("这份申请正等第二人审批，审批前只能不同意。"),
        "cancel_open": _l("取消申请正等仓库确认，确认后再处理。"),
        "claimed": _l("同事刚刚认领或放回了这份申请。"),
        "edited": _l("客户刚刚改了申请。请看过下面的内容和金额后再答复。"),
        "fee_open": _l("客户补的差价还没有付清，付清后再寄。"),
        "fee_confirming": _l("正在确认费用是否支付成功，有结果后再撤销。"),
        "goods_received": _CANNOT_BE_WITHDRAWN,
        "goods_coming": _CANNOT_BE_WITHDRAWN,
        "paid_early": _CANNOT_BE_WITHDRAWN,
        "goods_due": _CANNOT_BE_WITHDRAWN,
        "money_moving": _CANNOT_BE_WITHDRAWN,
        "declared": _CANNOT_BE_WITHDRAWN,
        "over": _CANNOT_BE_WITHDRAWN,
        "settled": _l("这笔退款已经退出，不用再试。"),
        "": _l("订单刚刚有更新，退款金额已经不同。请看过下面的金额后再答复。"),
    },
    {},
    code=attrgetter("what"),
)
