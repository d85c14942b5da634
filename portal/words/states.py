"""States, marks and kinds by code, as a customer reads them (WORDS, order states to fee states)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]

TABS: Words = {
    "all": pgettext("tab", "全部"),
    "awaiting_payment": pgettext("tab", "待付款"),
    "to_ship": pgettext("tab", "待发货"),
    "to_receive": pgettext("tab", "待收货"),
    "completed": pgettext("tab", "已完成"),
    "cancelled": pgettext("tab", "已取消"),
    "after_sales": pgettext("tab", "退款/售后"),
}
WITHIN: Words = {
    "any": pgettext("within", "全部"),
    "1m": _l("最近一个月"),
    "3m": _l("最近三个月"),
    "1y": _l("最近一年"),
}
ORDER_STATES: Words = {
    "awaiting_payment": _l("待付款"),
    "paid": _l("待发货"),
    "picking": _l("配货中"),
    "shipped": _l("已发货"),
    "delivered": _l("已签收"),
    "completed": _l("已完成"),
    "cancelled": _l("已取消"),
}
ORDER_STEPS: Words = {
    "placed": pgettext("step", "提交"),
    "paid": pgettext("step", "付款"),
    "shipped": pgettext("step", "发货"),
    "delivered": pgettext("step", "签收"),
}
ORDER_MARKS: Words = {
    "partly_shipped": _l("部分发货"),
    "partly_cancelled": _l("部分取消"),
    "refunded": _l("已退款"),
    "partly_refunded": _l("部分退款"),
    "late": _l("发货已超时"),
    "urged": _l("客户催发货"),
}
CASE_KINDS: Words = {
    "cancel": _l("取消订单"),
    "refund_only": _l("仅退款"),
    "return_refund": _l("退货退款"),
    "exchange": _l("换货"),
    "reship": _l("补寄"),
    "repair": _l("维修"),
    "contract_withdrawal": _l("撤回合同（欧盟）"),
    "question": _l("提问"),
}
CASE_STATES: Words = {
    "submitted": _l("待商家处理"),
    "submitted_cancel": _l("待仓库确认"),
    "submitted_question": _l("待客服答复"),
    "completed_question": _l("已答复"),
    "needs_info": _l("待您补充"),
    "offered": _l("待您确认方案"),
    "approved": _l("商家已同意"),
    "awaiting_return": _l("待您寄回"),
    "in_transit": _l("退货运输中"),
    "received": _l("商家验货中"),
    "received_choice": _l("待您选择"),
    "refunding": _l("退款中"),
    "replacing": _l("换货待发出"),
    "replacing_reship": _l("补寄待发出"),
    "replacing_repair": _l("维修中"),
    "replacing_open": _l("换货处理中"),
    "replacing_open_reship": _l("补寄处理中"),
    "replacing_open_repair": _l("维修处理中"),
    "replacing_sent": _l("换货已寄出"),
    "replacing_sent_reship": _l("补寄已寄出"),
    "replacing_sent_repair": _l("修好已寄出"),
    "sending_back": _l("商品寄回给您"),
    "completed": _l("已完成"),
    "rejected": _l("商家未同意"),
    "rejected_cancel": _l("来不及拦下"),
    "withdrawn": _l("已撤销"),
    "expired": _l("超时关闭"),
}


def case_code(kind: str, state: str) -> str:
    """Of a state's word: a cancel waits for the warehouse and is too late, other kinds wait for the shop."""
    special = f"{state}_{kind}"
    return special if special in CASE_STATES else state


CASE_MARKS: Words = {
    "fee_due": _l("费用待支付"),
    "appeal": _l("申诉中"),
    "priority": _l("优先处理"),
    "escalated": _l("超时升级"),
    "partly": _l("部分通过"),
    "unread": _l("有新留言"),
    "urged": _l("客户催处理"),
    "snoozed": _l("稍后处理"),
    "on_behalf": _l("客服代您提交"),
    "for_customer": _l("客服代客户提交"),
}
CASE_STEPS: Words = {
    "filed": pgettext("step", "申请"),
    "agreed": pgettext("step", "同意"),
    "answered": pgettext("step", "答复"),
    "confirmed": pgettext("step", "确认"),
    "sent": pgettext("step", "寄回"),
    "checked": pgettext("step", "验货"),
    "refunded": pgettext("step", "退款"),
    "mended": pgettext("step", "补充"),
    "appealed": pgettext("step", "申诉"),
    "handled": pgettext("step", "处理"),
    "shipped": pgettext("step", "寄出"),
    "repaired": pgettext("step", "维修"),
    "arrived": pgettext("step", "签收"),
    "sent_back": pgettext("step", "寄还"),
    "withdrawn": pgettext("step", "撤销"),
    "closed": pgettext("step", "关闭"),
    "replaced": pgettext("step", "换新"),
    "done": pgettext("step", "完成"),
}
REFUND_STEPS: Words = {
    "agreed": pgettext("step", "已同意"),
    "submitted": pgettext("step", "已提交"),
    "processing": pgettext("step", "处理中"),
    "credited": pgettext("step", "已到账"),
    "sent": pgettext("step", "已退出"),
    "at_bank": pgettext("step", "银行入账"),
}
FEE_STATES: Words = {
    "due": _l("待支付"),
    "processing": _l("支付确认中"),
    "paid": _l("已支付"),
    "voided": _l("已作废"),
    "refunded": _l("已退回"),
    "waived": _l("已免除"),
    "on_delivery": _l("货到时付"),
}
PARCEL_STATES: Words = {
    "in_transit": _l("运输中"),
    "delivered": _l("已签收"),
    "refused": _l("已拒收"),
    "returned": _l("已退回商家"),
    "lost": _l("运输异常"),
}
RETURN_PARCEL_STATES: Words = {
    "in_transit": _l("运输中"),
    "delivered": _l("已送达商家"),
    "refused": _l("被拒收"),
    "returned": _l("被退回"),
    "lost": _l("运输异常"),
}
BENEFIT_STATES: Words = {"waiting": _l("待退回"), "returned": _l("已退回")}
STOCK_PROBLEMS: Words = {"out_of_stock": _l("缺货"), "faulty": _l("商品有问题")}
