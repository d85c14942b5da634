"""What was just done, said once on the page an act led to: a sentence for each code, and a heading where it has one.

The code is that of the act's result (`words.results`), whose own facts fill the sentence.
"""

from __future__ import annotations

from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import ByCode, Table, money, plain, until

_CUSTOMER_TITLES: ByCode = {
    "order_cancelled": _l("订单已取消"),
    "order_cancelled_free": _l("订单已取消"),
    "order_cancelled_unpaid": _l("订单已取消"),
    "cancel_asked": _l("已收到您的取消申请"),
    "application_sent": _l("申请已提交"),
    "application_edited": _l("申请已修改"),
    "application_withdrawn": _l("撤销成功"),
    "application_sent_again": _l("已重新申请"),
    "withdrawal_asked": _l("撤销待支付%(fee)s"),
    "withdrawal_begun": _l("撤销已开始"),
    "fee_paid": _l("费用已支付，撤销生效"),
    "fee_on_delivery": _l("已选择到付"),
    "appeal_sent": _l("申诉已提交"),
    "question_sent": _l("问题已提交"),
    "contract_withdrawn": _l("已收到您撤回合同的声明"),
    "declaration_made": _l("已收到您撤回合同的声明"),
    "parcel_entered": _l("快递单号已保存"),
    "pickup_booked": _l("已提交取件预约"),
    "pickup_called_off": _l("取件已取消"),
    "rejected_send_back": _l("已选择寄回给您"),
    "rejected_give_up": _l("已选择放弃商品"),
}
_NEXT_BELOW, _NO_WILL_SHOW = _l("下一步见下方。"), _l("商家寄出后，快递单号会显示在这里。")
_CUSTOMER_NOTICES: ByCode = {
    "order_cancelled": _l("退款%(refund)s已发起，进度见下方。"),
    "order_cancelled_free": _l("没有需要退的款。"),
    "order_cancelled_unpaid": _l("没有收款，不涉及退款。"),
    "units_cancelled": _l("已取消%(units)s件，退款%(refund)s已发起；其余%(left)s件照常发货。"),
    "units_cancelled_free": _l("已取消%(units)s件，没有需要退的款；其余%(left)s件照常发货。"),
    "rest_cancelled": _l("已取消没有寄出的%(units)s件，退款%(refund)s已发起；其他商品不受影响。"),
    "rest_cancelled_free": _l("已取消没有寄出的%(units)s件，没有需要退的款；其他商品不受影响。"),
    "cancel_asked": _l("仓库最晚%(answer_by)s答复。"),
    "address_changed": _l("收货信息已修改。"),
    "shipping_postponed": _l("已告诉商家，约定%(until)s前发货。配货前都可以改回来。"),
    "shipping_restored": _l("已告诉商家按原来的时间发货。"),
    "shipment_urged": (_l("已转告仓库。商家承诺%(due)s前发货；到时没有发货，可以直接取消。"), _l("已转告仓库。")),
    "shipment_urged_late": _l("已转告仓库和客服，承诺的发货时间已经过了；不想再等，可以取消订单。"),
    "shipment_urged_again": (
        _l("今天已经转告过仓库，没有重复提交。商家承诺%(due)s前发货。"),
        _l("今天已经转告过仓库，没有重复提交。"),
    ),
    "case_urged": (_l("已转告处理这份申请的客服，最晚%(due)s答复。"), _l("已转告客服，会优先处理。")),
    "case_urged_again": (
        _l("今天已经转告过客服，没有重复提交。最晚%(due)s答复。"),
        _l("今天已经转告过客服，没有重复提交。"),
    ),
    "password_changed": _l("密码已修改，其他设备上的登录已退出。"),
    "session_ended": _l("已退出那里的登录。"),
    "erasure_asked": _l("已告诉商家，由客服处理。"),
    "signed_out": _l("您已退出登录。"),
    "message_sent": _l("留言已发送。"),
    "application_sent": _NEXT_BELOW,
    "application_edited": _NEXT_BELOW,
    "application_sent_again": _NEXT_BELOW,
    "application_withdrawn": _l("处理结果见下方。"),
    "application_reduced": _l("已撤销%(units)s件，其余%(left)s件照常处理。"),
    "withdrawal_asked": _l("%(pay_by)s前支付，撤销才生效。"),
    "withdrawal_begun": _NO_WILL_SHOW,
    "fee_paid": _NO_WILL_SHOW,
    "fee_on_delivery": _l("商品寄还时付给快递员，期间申请暂停。"),
    "appeal_sent": _l("答复的期限见下方。"),
    "question_sent": _l("客服会在这里答复，并通知您。"),
    "contract_withdrawn": _l("回执已发给您，下一步见下方。"),
    "declaration_made": _l("请保存这一页的地址，随时可以核对。"),
    "parcel_entered": _l("商家收到后验货，收到前都可以修改。"),
    "payout_credit": _l("退款会存入储值余额；退款开始前都可以改回原路退回。"),
    "payout_original": _l("退款会原路退回。"),
    "pickup_booked": _l("快递公司确认后会通知您，也可以在下方查看。"),
    "pickup_called_off": _l("请另约时间，或自己寄出，期限不变。"),
    "rejected_send_back": _NO_WILL_SHOW,
    "rejected_give_up": _l("处理结果见下方。"),
    "same_again": _l("您已提交过这份申请，没有重复提交。"),
}
_STAFF_TITLES: ByCode = {
    "cancel_stopped": _l("已答复：拦下了"),
    "cancel_too_late": _l("已答复：来不及"),
    "decided_accept": _l("已同意"),
    "decided_partly": _l("已同意一部分"),
    "decided_refuse": _l("已答复：不同意"),
    "goods_received": _l("已收货"),
    "goods_inspected": _l("验货结果已保存"),
    "goods_to_be_sent": _l("验货结果已保存"),
    "replacement_arrived": _l("处理完成"),
    "refunded_instead": _l("已改为退款"),
    "case_closed": _l("已按客户的同意撤销"),
    "declaration_matched": _l("声明已对上订单"),
    "declaration_closed": _l("声明已结束"),
    "origin_added": _l("网站已添加"),
    "origin_removed": _l("网站已移除"),
    "key_retired": _l("密钥已停用"),
    "looks_saved": _l("外观已保存"),
}
_TOLD = _l("客户已收到通知，下一步见下方。")
_STAFF_NOTICES: ByCode = {
    "case_claimed": _l("已认领，由您处理。"),
    "case_released": _l("已放回队列。"),
    "cancel_stopped": _l("取消已生效，退款自动发起，客户已收到通知。"),
    "cancel_too_late": _l("申请结束，订单照常配送，客户已收到通知。"),
    "note_kept": _l("备注已保存，客户看不到。"),
    "decided_accept": _TOLD,
    "decided_partly": _TOLD,
    "decided_refuse": _l("客户已收到原因。"),
    "customer_asked": _l("已请客户补充，等客户回复。"),
    "goods_received": _l("客户已收到通知，请在期限内验货。"),
    "goods_inspected": _l("通过的商品自动退款，客户已收到通知。"),
    "goods_to_be_sent": _l("修好寄出后，在下方填写快递单号。"),
    "parcel_back_entered": _l("快递单号已保存，客户已收到通知。"),
    "parcel_handed_over": _l("已记录，下一步见下方。"),
    "replacement_sent": _l("快递单号已保存，客户已收到通知。"),
    "replacement_arrived": _l("商品已送到，客户已收到通知。"),
    "refunded_instead": _l("退款自动发起，客户已收到通知。"),
    "case_closed": _TOLD,
    "declaration_matched": _l("回执已发到订单的联系方式。"),
    "declaration_closed": _l("原因已记录。"),
    "declaration_unmasked": _l("完整信息只显示这一次。"),
    "refund_hurried": _l("退款已排到最前，马上再试。"),
    "task_done": _l("这一项已标为处理完。"),
    "shop_switched": _l("已切换店铺。"),
    "origin_added": _l("它的页面现在就可以嵌入。"),
    "origin_removed": _l("它的页面现在起不能再嵌入。"),
    "key_retired": _l("用它签名的令牌现在起不再接受。"),
    "looks_saved": _l("客户的页面现在就用新的外观。"),
    "member_changed": _l("岗位和店铺已保存，从下一页起生效。"),
    "member_away": _l("已登记请假，手上的申请正在交出去。"),
    "member_back": _l("已记录回来，可以再认领申请。"),
    "member_disabled": _l("账号已停用，登录已结束。"),
    "member_enabled": _l("账号已恢复，可以登录。"),
    "member_signed_out": _l("所有登录已结束。"),
    "own_password_changed": _l("密码已修改，其他登录已结束。"),
    "others_signed_out": _l("其他登录已结束。"),
}

_BLANKS = {
    "units": plain("done.units"),
    "left": plain("done.left"),
    "refund": money("done.refund"),
    "fee": money("done.fee"),
    "answer_by": until("done.answer_by"),
    "pay_by": until("done.pay_by"),
    "due": until("done.due"),
    "until": until("done.until"),
}
NOTICE_TITLES = Table({**_CUSTOMER_TITLES, **_STAFF_TITLES}, _BLANKS, code=attrgetter("code"))
NOTICES = Table({**_CUSTOMER_NOTICES, **_STAFF_NOTICES}, _BLANKS, code=attrgetter("code"))
CODES = frozenset(str(code) for code in NOTICES.says)
"""Every code that an act may leave."""
