"""What happened, as a person reads it aloud: a sentence for every event that a timeline shows (law 6)."""

from __future__ import annotations

from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import ByCode, Table, carrier, money, plain, stamp, until

_ENTRIES: ByCode = {
    "order_placed": _l("提交订单"),
    "order_paid": (_l("付款%(amount)s"), _l("订单已付款")),
    "parcel_shipped": (_l("包裹由%(carrier)s寄出"), _l("包裹已寄出")),
    "parcel_delivered": _l("包裹已签收"),
    "order_cancelled": _l("订单已取消"),
    "order_expired": _l("逾期没有付款，订单已取消"),
    "lines_cancelled": _l("取消了%(count)s件商品"),
    "address_changed": _l("修改了收货信息"),
    "shipping_postponed": (_l("申请晚一点发货，约定%(time)s前发货"), _l("申请晚一点发货")),
    "shipping_restored": _l("改回原来的发货时间"),
    "order_urged": (_l("催发货，商家承诺%(time)s前发货"), _l("催发货")),
    "cancel_asked": (_l("申请取消订单，最晚%(time)s答复"), _l("申请取消订单")),
    "cancel_stopped": _l("仓库已拦下包裹，订单取消"),
    "cancel_too_late": (_l("来不及拦下，包裹已寄出（%(left)s）"), _l("来不及拦下，包裹已寄出")),
    "cancel_escalated": _l("到期没有答复，已交给客服优先处理"),
}
_MONEY: ByCode = {
    "shop_refunded": (_l("商家退款%(amount)s"), _l("商家退款")),
    "refund_planned": (_l("已同意退款%(amount)s"), _l("已同意退款")),
    "refund_submitted": (_l("退款%(amount)s已提交"), _l("退款已提交")),
    "refund_pending": (_l("退款%(amount)s处理中"), _l("退款处理中")),
    "refund_succeeded": (_l("退款%(amount)s已退出"), _l("退款已退出")),
    "refund_failed": (
        _l("退款%(amount)s没有成功，正在处理（%(detail)s）"),
        _l("退款%(amount)s没有成功，正在处理"),
        _l("退款没有成功，正在处理（%(detail)s）"),
        _l("退款没有成功，正在处理"),
    ),
    "payment_after_cancel": (_l("取消后收到付款%(amount)s，原路退回"), _l("取消后收到付款，原路退回")),
    "points_returned": _l("退回积分%(count)s"),
    "points_taken": _l("收回订单送的%(count)s积分"),
    "coupon_returned": _l("退回优惠券%(name)s"),
}
_APPLICATIONS: ByCode = {
    "application_submitted": (_l("提交了申请，最晚%(time)s答复"), _l("提交了申请")),
    "application_edited": (_l("修改了申请，最晚%(time)s答复"), _l("修改了申请")),
    "case_approved": (_l("申请已通过，请在%(time)s前寄出"), _l("申请已通过")),
    "case_partly_approved": (_l("商家同意了一部分，退款%(amount)s"), _l("商家同意了一部分")),
    "case_rejected": _l("商家未同意申请"),
    "case_asked": (_l("请您补充信息，最晚%(time)s回复"), _l("请您补充信息")),
    "case_answered": _l("补充了信息"),
    "case_withdrawn": _l("撤销了申请"),
    "case_reduced": _l("撤销了其中%(count)s件"),
    "case_expired": _l("到期没有回应，申请关闭"),
    "case_escalated": _l("到期没有答复，已交给客服优先处理"),
    "case_closed": _l("申请处理完成"),
    "case_appealed": (_l("提出申诉，最晚%(time)s答复"), _l("提出申诉")),
    "case_applied_again": _l("重新申请，售后单%(case_no)s"),
    "appeal_granted": _l("申诉复核后改为同意"),
    "appeal_upheld": _l("申诉复核后维持原来的答复"),
    "case_urged": (_l("催处理，商家最晚%(time)s答复"), _l("催处理")),
    "goodwill_granted": (_l("商家另外补偿%(amount)s"), _l("商家另外补偿")),
    "transfer_paid": (_l("退款%(amount)s已付到您提供的账户"), _l("退款已付到您提供的账户")),
    "goodwill_return_granted": _l("已过期限，商家破例同意"),
    "question_asked": (_l("提了一个问题，最晚%(time)s答复"), _l("提了一个问题")),
    "message_sent": _l("发送了留言"),
}
_RETURNS: ByCode = {
    "case_reminded": (_l("提醒寄回商品，请在%(time)s前寄出"), _l("提醒寄回商品")),
    "payout_credit": _l("选择退到储值余额"),
    "payout_original": _l("选择原路退回"),
    "pickup_asked": (_l("预约上门取件：%(start)s"), _l("预约上门取件")),
    "pickup_booked": (_l("快递公司确认上门取件：%(start)s"), _l("快递公司确认上门取件")),
    "pickup_called_off": _l("取消上门取件"),
    "pickup_failed": _l("没有取件成功"),
    "parcel_picked_up": _l("快递员取走了商品"),
    "parcel_sent": _l("填写了寄回的快递单号"),
    "parcel_changed": _l("修改了寄回的快递单号"),
    "parcel_received": (_l("收到退货，%(time)s前验货"), _l("收到退货")),
    "goods_inspected": (_l("验货完成，有商品未通过，请在%(time)s前选择怎么处理"), _l("验货完成")),
    "rejected_send_back": _l("未通过的商品寄回"),
    "rejected_given_up": _l("放弃了未通过的商品"),
    "replacement_sent": _l("寄出了商品"),
    "replacement_arrived": _l("寄出的商品已送到"),
    "guarantee_lengthened": (_l("法定质保延长，%(time)s前有效"), _l("法定质保延长")),
    "parcel_sent_back": _l("把商品寄回"),
    "parcel_handed_over": _l("寄回的商品已签收"),
    "parcel_refused_at_door": _l("寄回的包裹没有签收"),
}
_WITHDRAWALS: ByCode = {
    "withdrawal_asked": (_l("要求撤销，待支付%(amount)s，请在%(time)s前支付"), _l("要求撤销，待支付%(amount)s")),
    "withdrawal_begun": _l("撤销生效，商品寄还"),
    "fee_paying": _l("支付撤销的费用%(amount)s"),
    "fee_paid": _l("撤销的费用%(amount)s已支付"),
    "fee_declined": _l("撤销的费用没有支付成功"),
    "fee_on_delivery": _l("选择到付%(amount)s"),
    "fee_collected": _l("快递员已收取%(amount)s"),
    "fee_voided": _l("撤销的费用作废，申请照常进行"),
    "fee_waived": _l("免除撤销的费用%(amount)s"),
    "fee_returning": _l("撤销的费用%(amount)s原路退回"),
    "fee_returned": _l("撤销的付款%(amount)s已退回"),
}
_EXCHANGES: ByCode = {
    "surcharge_asked": (_l("换货待补差价%(amount)s，请在%(time)s前支付"), _l("换货待补差价%(amount)s")),
    "surcharge_paying": _l("支付换货的差价%(amount)s"),
    "surcharge_paid": _l("换货的差价%(amount)s已支付"),
    "surcharge_declined": _l("换货的差价没有支付成功"),
    "surcharge_voided": _l("换货的差价不用再付，寄回的商品改为退款"),
    "surcharge_returning": _l("换货的差价%(amount)s原路退回"),
    "surcharge_returned": _l("换货的差价%(amount)s已退回"),
    "exchange_no_stock": _l("没有货，改为退货退款"),
}
STAFF_ENTRIES: ByCode = {
    "case_claimed": _l("认领了这份申请"),
    "case_released": _l("把申请放回队列"),
    "case_snoozed": (_l("稍后处理，%(time)s回到队列"), _l("稍后处理")),
    "case_woken": _l("让申请马上回到队列"),
    "case_handed_over": _l("把申请交给同事"),
    "customer_unmasked": _l("查看了客户的完整信息"),
    "declaration_matched": _l("一份撤回合同的声明对上了这笔订单"),
    "note_kept": _l("写了内部备注"),
    "refund_hurried": (_l("让退款%(amount)s马上再试"), _l("让退款马上再试")),
    "refund_renumbered": _l("退款换了新编号"),
    "transfer_proposed": (_l("提出把退款%(amount)s付到客户提供的账户"), _l("提出把退款付到客户提供的账户")),
    "transfer_approved": _l("批准了客户提供的账户"),
    "transfer_declined": _l("没有批准客户提供的账户"),
    "transfer_taken_back": _l("收回了客户提供的账户"),
    "transfer_seen": _l("查看了客户提供的账户"),
    "goodwill_opened": _l("为客户另开了超期退货，售后单%(case_no)s"),
    "goodwill_proposed": (_l("提出规则之外的处理，值%(amount)s，等第二人审批"), _l("提出规则之外的处理，等第二人审批")),
    "goodwill_approved": _l("批准了规则之外的处理"),
    "goodwill_declined": _l("没有批准规则之外的处理"),
    "goodwill_taken_back": _l("收回了规则之外的处理"),
    "goodwill_lapsed": _l("申请变了，等审批的处理失效"),
    "goodwill_escalated": _l("到期没有审批，已再次提醒"),
}
"""What staff do among themselves; a customer's timeline has none of these."""
CUSTOMER_ENTRIES: ByCode = {**_ENTRIES, **_MONEY, **_APPLICATIONS, **_RETURNS, **_WITHDRAWALS, **_EXCHANGES}

TIMELINE = Table(
    {**CUSTOMER_ENTRIES, **STAFF_ENTRIES},
    {
        "amount": money("amount"),
        "carrier": carrier("subject"),
        "count": plain("count"),
        "time": until("until"),
        "left": stamp("until", "shipped"),
        "start": stamp("until", "pickup"),
        "name": plain("subject"),
        "case_no": plain("subject"),
        "detail": plain("detail"),
    },
    code=attrgetter("name"),
)
