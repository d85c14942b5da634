"""What a customer was told, named in a few words: in the list of what was sent, and where kinds are chosen."""

from __future__ import annotations

from collections.abc import Mapping

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]

NOTICE_KINDS: Words = {
    "order_cancelled": _l("订单已取消"),
    "units_cancelled": _l("部分商品已取消"),
    "order_expired": _l("逾期没有付款，订单已取消"),
    "cancel_received": _l("已收到取消申请"),
    "cancel_too_late": _l("来不及拦下"),
    "cancel_escalated": _l("已交给客服优先处理"),
    "application_received": _l("已收到申请"),
    "refund_approved": _l("退款已同意"),
    "part_approved": _l("同意了一部分"),
    "goodwill_granted": _l("商家另外补偿"),
    "refund_rest": _l("补退其余的款"),
    "return_approved": _l("申请已通过，请寄回"),
    "parcel_awaited": _l("等退回的包裹"),
    "needs_info": _l("请您补充信息"),
    "application_reopened": _l("申请已重新打开"),
    "offer_made": _l("商家提出新方案"),
    "offer_taken_back": _l("商家收回了方案"),
    "offer_lapsed": _l("方案到期失效"),
    "application_refused": _l("商家未同意"),
    "appeal_received": _l("已收到申诉"),
    "appeal_upheld": _l("申诉复核后维持原来的答复"),
    "appeal_escalated": _l("已交给客服优先处理"),
    "question_escalated": _l("已交给客服优先处理"),
    "application_withdrawn": _l("申请已撤销"),
    "application_expired": _l("超时关闭"),
    "return_reminder": _l("提醒寄回商品"),
    "pickup_booked": _l("上门取件已约好"),
    "pickup_failed": _l("没有取件成功"),
    "goods_picked_up": _l("快递员已取走商品"),
    "return_received": _l("商家已收到退货"),
    "goods_not_accepted": _l("部分商品未通过验货"),
    "goods_go_back": _l("商品寄回给您"),
    "goods_sent_back": _l("商品已寄回给您"),
    "repair_approved": _l("维修申请已通过"),
    "repair_received": _l("商家已收到要维修的商品"),
    "replacement_approved": _l("商家同意寄出商品"),
    "replacement_sent": _l("商品已寄出"),
    "replacement_arrived": _l("商品已送到"),
    "goods_come_again": _l("商品退回商家"),
    "fee_due": _l("费用待支付"),
    "fee_not_paid": _l("费用没有付成"),
    "fee_voided": _l("费用已作废"),
    "fee_returned": _l("费用已退回"),
    "fee_return_reversed": _l("退回的费用被退回，正在处理"),
    "early_refund_begun": _l("商品已寄出，先退款"),
    "early_refund_withheld": _l("改为验货后退款"),
    "early_refund_settled": _l("先退款的商品已验货"),
    "early_goods_reminder": _l("提醒商品寄到的期限"),
    "invoice_due": _l("先退款的商品待补付"),
    "invoice_reminder": _l("提醒补付"),
    "surcharge_due": _l("换货待补差价"),
    "surcharge_not_paid": _l("差价没有付成"),
    "exchange_received": _l("商家已收到要换的商品"),
    "exchange_no_stock": _l("没有货，改为退款"),
    "withdrawal_begun": _l("撤销已开始"),
    "application_escalated": _l("已交给客服优先处理"),
    "contract_withdrawn": _l("已收到撤回合同的声明"),
    "declaration_received": _l("已收到撤回合同的声明"),
    "withdrawal_reminder": _l("提醒寄回商品"),
    "withdrawal_overdue": _l("寄回期限已过"),
    "refund_succeeded": _l("退款已退出"),
    "refund_transferred": _l("退款已付到您提供的账户"),
    "refund_failed": _l("退款没有成功，正在处理"),
    "refund_by_dispute": _l("付款争议已退款，不再另外退"),
    "refund_reversed": _l("退款被退回，正在处理"),
    "refund_late_payment": _l("取消后收到付款，原路退回"),
    "address_changed": _l("收货信息已修改"),
    "message_from_shop": _l("商家给您留言"),
    "password_changed": _l("密码已修改"),
    "behalf_started": _l("客服代您办理"),
}
"""Of every notice that a customer may be shown."""
WAYS: Words = {"mail": _l("邮件"), "text": _l("短信"), "page": _l("站内消息")}
"""How it went to them."""
NOTICE_GROUPS: Words = {
    "progress": _l("处理进展"),
    "refunds": _l("退款到账"),
    "reminders": _l("到期提醒"),
    "messages": _l("客服留言"),
    "owed": _l("必须发给您的通知"),
}
NOTICE_GROUPS_SAY: Words = {
    "progress": _l("收到退货、商品寄回给您、交给客服优先处理等"),
    "refunds": _l("退款已退出、费用已退回等"),
    "reminders": _l("寄回商品的期限快到时"),
    "messages": _l("客服在申请里写了留言时"),
    "owed": _l(
        "法律要求书面告知的（撤回合同的回执、申请的答复和理由），关系到您权利期限和费用的，以及账户安全的通知，不能关闭。"
    ),
}
"""What a customer chooses to be sent, as `domain.messages.notice_choice` groups it, and what of it is no choice."""
UNREACHABLE: Words = {
    "mail": _l("商家没有您的邮箱，邮件发不到您。"),
    "text": _l("商家没有您的手机号，短信发不到您。"),
}
RETURNED: Words = {
    "mail": _l("邮件被退回，没有送到。请在商城的账户里更正邮箱。"),
    "text": _l("短信没有送到。请在商城的账户里更正手机号。"),
}
"""What came back from a customer's address, and how they can correct it."""
