"""The words of every code (WORDS.md): Chinese is the source, another language is a catalogue.

`word(code, family)` is what templates use; a code without a word is shown as it is, so nothing new breaks a page.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _
from flask_babel import lazy_pgettext as pgettext

from portal.pages.values.applying import ApplyLine
from portal.words.help import HELP_FAMILIES
from portal.words.staff import STAFF_FAMILIES

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
ORDER_STATES: Words = {
    "awaiting_payment": _("待付款"),
    "paid": _("待发货"),
    "picking": _("配货中"),
    "shipped": _("已发货"),
    "delivered": _("已签收"),
    "completed": _("已完成"),
    "cancelled": _("已取消"),
}
ORDER_MARKS: Words = {
    "partly_shipped": _("部分发货"),
    "partly_cancelled": _("部分取消"),
    "refunded": _("已退款"),
    "partly_refunded": _("部分退款"),
    "late": _("发货已超时"),
}
CASE_KINDS: Words = {
    "cancel": _("取消订单"),
    "refund_only": _("仅退款"),
    "return_refund": _("退货退款"),
    "exchange": _("换货"),
    "contract_withdrawal": _("撤回合同（欧盟）"),
    "question": _("提问"),
}
CASE_STATES: Words = {
    "submitted": _("待商家处理"),
    "submitted_cancel": _("待仓库确认"),
    "submitted_question": _("待客服答复"),
    "completed_question": _("已答复"),
    "needs_info": _("待您补充"),
    "offered": _("待您确认方案"),
    "approved": _("商家已同意"),
    "awaiting_return": _("待您寄回"),
    "in_transit": _("退货运输中"),
    "received": _("商家验货中"),
    "received_choice": _("待您选择"),
    "refunding": _("退款中"),
    "replacing": _("换货待发出"),
    "sending_back": _("商品寄回给您"),
    "completed": _("已完成"),
    "rejected": _("商家未同意"),
    "rejected_cancel": _("来不及拦下"),
    "withdrawn": _("已撤销"),
    "expired": _("超时关闭"),
}
CASE_MARKS: Words = {
    "fee_due": _("费用待支付"),
    "appeal": _("申诉中"),
    "priority": _("优先处理"),
    "escalated": _("超时升级"),
    "partly": _("部分通过"),
    "on_behalf": _("客服代您提交"),
}
REFUND_STATES: Words = {
    "planned": _("待发起"),
    "submitted": _("已提交"),
    "pending": _("处理中"),
    "failed": _("退款未成功，处理中"),
    "succeeded": _("已退出，银行处理中"),
    "succeeded_wallet": _("已到账"),
}
FEE_STATES: Words = {
    "due": _("待支付"),
    "processing": _("支付确认中"),
    "paid": _("已支付"),
    "voided": _("已作废"),
    "refunded": _("已退回"),
    "waived": _("已免除"),
    "on_delivery": _("货到时付"),
}
CANCEL_REASONS: Words = {
    "changed_mind": _("不想要了"),
    "wrong_item_ordered": _("拍错了（商品、规格或数量）"),
    "wrong_address": _("收货信息填错了"),
    "found_cheaper": _("价格不合适"),
    "late_shipment": _("没有按时发货"),
    "stock_problem": _("商品缺货或有问题"),
    "duplicate_order": _("重复下单了"),
    "other": _("其他原因"),
}
APPLY_REASONS: Words = {
    "no_reason": _("不想要了（无理由退货）"),
    "quality": _("商品有质量问题"),
    "damaged": _("收到时已破损"),
    "wrong_item": _("发错货了"),
    "missing_item": _("少发或漏发"),
    "not_as_described": _("与商品描述不符"),
    "not_received": _("一直没收到货"),
    "signed_not_received": _("显示已签收，但没收到"),
    "parcel_refused": _("已拒收包裹"),
    "other": _("其他原因"),
}
WITHDRAW_REASONS: Words = {
    "changed_mind": _("不退了，决定留下"),
    "solved": _("问题已经解决"),
    "mistake": _("申请填错了"),
    "want_change": _("想修改申请内容"),
    "order_status_changed": _("商品已发货或已收到"),
    "service": _("对处理不满意"),
    "other": _("其他原因"),
}
APPS: Words = {"wechat": _("微信"), "wecom": _("企业微信"), "alipay": _("支付宝")}
FEE_METHODS: Words = {
    "card": _("银行卡"),
    "alipay": _("支付宝"),
    "wechat": _("微信支付"),
    "cod": _("到付（商品寄还时付给快递员）"),
}
REFUSAL_CODES: Words = {
    "state": _("订单现在的状态不支持这项申请"),
    "window_over": _("已超过可申请的日期"),
    "restricted": _("该商品不支持无理由退货"),
    "evidence": _("凭证看不清或不完整"),
    "wrong_info": _("填写的信息与订单不一致"),
    "fee_unpaid": _("费用未支付"),
    "goods_condition": _("退回的商品有缺失或损坏（见照片）"),
}
CONDITIONS: Words = {
    "as_received": _("商品完好，没有试用以外的使用痕迹（拆开查看、合理试用不影响）"),
    "complete": _("配件、吊牌、说明齐全"),
    "packaging": _("原包装尽量保留"),
}
METHODS: Words = {
    "alipay": _("支付宝"),
    "wechat": _("微信支付"),
    "card": _("银行卡"),
    "unionpay": _("银联"),
    "paypal": _("PayPal"),
    "gift_card": _("礼品卡"),
    "store_credit": _("储值余额"),
    "cod": _("货到付款"),
    "other": _("原支付方式"),
}
AMOUNT_ROWS: Words = {
    "goods": _("商品金额"),
    "discount": _("优惠"),
    "coupon": _("优惠券"),
    "points": _("积分抵扣"),
    "adjustment": _("调整"),
    "freight": _("运费"),
    "fee": _("服务费"),
    "tax": _("税费"),
    "total": _("应付合计"),
    "paid": _("实付"),
    "refunded": _("已退款"),
    "refundable": _("还可退"),
}
REFUND_ROWS: Words = {
    "goods": _("商品（按实付计算）"),
    "discount": _("已享优惠分摊"),
    "coupon": _("优惠券分摊"),
    "points": _("积分抵扣"),
    "adjustment": _("调整"),
    "freight": _("发货运费"),
    "return_freight": _("寄回运费补偿"),
    "fee": _("服务费"),
    "tax": _("税费"),
    "deducted": _("扣除"),
    "already": _("此前已退"),
}
LESS_BECAUSE: Words = {"shipped": _("已寄出的不能取消"), "gone": _("其余已取消或退款"), "claimed": _("其余在申请中")}
REJECTED_CHOICES: Words = {"send_back": _("寄回给我"), "give_up": _("放弃商品"), "appeal": _("申诉")}
PARCEL_STATES: Words = {
    "in_transit": _("运输中"),
    "delivered": _("已签收"),
    "refused": _("已拒收"),
    "returned": _("已退回商家"),
    "lost": _("运输异常"),
}
STOCK_PROBLEMS: Words = {"out_of_stock": _("缺货"), "faulty": _("商品有问题")}
ACTIONS: Words = {
    "cancel": _("取消订单"),
    "pay": _("去支付"),
    "address": _("修改收货信息"),
    "refund": _("申请退款"),
    "return": _("申请退货"),
    "exchange": _("申请换货"),
    "contract_withdrawal": _("在此撤回合同"),
    "buy_again": _("再次购买"),
    "contact": _("联系客服"),
    "edit": _("修改申请"),
    "withdraw": _("撤销申请"),
    "resubmit": _("重新申请"),
    "appeal": _("申诉"),
}
PEOPLE: Words = {
    "customer": _("您"),
    "shop": _("商家"),
    "staff": _("客服"),
    "warehouse": _("仓库"),
    "provider": _("支付机构"),
    "portal": _("自动处理"),
}
FAMILIES: Mapping[str, Words] = {
    "tab": TABS,
    "order": ORDER_STATES,
    "mark": ORDER_MARKS,
    "kind": CASE_KINDS,
    "case": CASE_STATES,
    "case_mark": CASE_MARKS,
    "refund": REFUND_STATES,
    "fee": FEE_STATES,
    "cancel_reason": CANCEL_REASONS,
    "apply_reason": APPLY_REASONS,
    "withdraw_reason": WITHDRAW_REASONS,
    "fee_reason": FEE_METHODS,
    "refusal_code": REFUSAL_CODES,
    "refusing_reason": {**REFUSAL_CODES, "other": _("其他原因")},
    "rejected_reason": REJECTED_CHOICES,
    "condition": CONDITIONS,
    "method": METHODS,
    "app": APPS,
    "amount": AMOUNT_ROWS,
    "refund_row": REFUND_ROWS,
    "less": LESS_BECAUSE,
    "parcel": PARCEL_STATES,
    "stock": STOCK_PROBLEMS,
    "action": ACTIONS,
    "who": PEOPLE,
    **HELP_FAMILIES,
    **STAFF_FAMILIES,
}


def word(code: str, family: str) -> str:
    """The reader's word for `code`; the code itself where there is none. Raises KeyError for an unknown family.

    A payment method nobody has named is the way it was paid, whatever the feed calls it.
    """
    if family == "method" and code not in METHODS:
        code = "other"
    words = FAMILIES[family]
    return _word(family, code, str(get_locale())) if code in words else code


@lru_cache(maxsize=4096)
def _word(family: str, code: str, _locale: str) -> str:
    """`_locale` is the reader's, which the word is said in: a page asks for the same few dozens again and again."""
    return str(FAMILIES[family][code])


def case_word(kind: str, state: str) -> str:
    """A case's state in words: a cancel waits for the warehouse and is too late, other kinds wait for the shop."""
    special = f"{state}_{kind}"
    return word(special if special in CASE_STATES else state, "case")


def less_because(code: str) -> str:
    """Why fewer units than the line has may be chosen; "" where all may."""
    return word(code, "less") if code else ""


def why_less(line: ApplyLine) -> str:
    """Why fewer units than were bought can be applied for: where the others are; "" where all can."""
    if line.most == line.quantity:
        return ""
    parts = []
    if line.gone:
        parts.append(gettext("已取消或退款%(count)s件", count=line.gone))
    if line.claimed:
        parts.append(gettext("%(count)s件在申请中", count=line.claimed))
    if line.unshipped:
        parts.append(gettext("%(count)s件还没有发货", count=line.unshipped))
    if line.on_the_way and line.most < line.on_the_way + line.quantity - line.gone - line.claimed - line.unshipped:
        parts.append(gettext("%(count)s件在运输中", count=line.on_the_way))
    return str(gettext("，")).join(parts)
