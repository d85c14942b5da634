"""Reasons, refusal codes and choices by code (WORDS, reasons)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]

CANCEL_REASONS: Words = {
    "changed_mind": _l("不想要了"),
    "wrong_item_ordered": _l("拍错了（商品、规格或数量）"),
    "wrong_address": _l("收货信息填错了"),
    "found_cheaper": _l("价格不合适"),
    "late_shipment": _l("没有按时发货"),
    "stock_problem": _l("商品缺货或有问题"),
    "duplicate_order": _l("重复下单了"),
    "other": _l("其他原因"),
}
APPLY_REASONS: Words = {
    "no_reason": _l("不想要了（无理由退货）"),
    "quality": _l("商品有质量问题"),
    "damaged": _l("收到时已破损"),
    "wrong_item": _l("发错货了"),
    "missing_item": _l("少发或漏发"),
    "not_as_described": _l("与商品描述不符"),
    "not_received": _l("一直没收到货"),
    "signed_not_received": _l("显示已签收，但没收到"),
    "parcel_refused": _l("已拒收包裹"),
    "other": _l("其他原因"),
}
SOLVED: Words = {"yes": _l("解决了"), "no": _l("没有解决")}
WITHDRAW_REASONS: Words = {
    "changed_mind": _l("不退了，决定留下"),
    "solved": _l("问题已经解决"),
    "mistake": _l("申请填错了"),
    "want_change": _l("想修改申请内容"),
    "order_status_changed": _l("商品已发货或已收到"),
    "service": _l("对处理不满意"),
    "other": _l("其他原因"),
}
REFUSAL_CODES: Words = {
    "state": _l("订单现在的状态不支持这项申请"),
    "window_over": _l("已超过可申请的日期"),
    "restricted": _l("该商品不支持无理由退货"),
    "evidence": _l("凭证看不清或不完整"),
    "wrong_info": _l("填写的信息与订单不一致"),
    "fee_unpaid": _l("费用未支付"),
    "goods_condition": _l("退回的商品有缺失或损坏（见照片）"),
}
CONDITIONS: Words = {
    "as_received": _l("商品完好，没有试用以外的使用痕迹（拆开查看、合理试用不影响）"),
    "complete": _l("配件、吊牌、说明齐全"),
    "packaging": _l("原包装尽量保留"),
}
TO_MEND: Words = {
    "close_up": _l("问题处的近照"),
    "whole": _l("整件商品的照片"),
    "label": _l("型号或标签的照片"),
    "check_goods": _l("商品和件数"),
    "check_reason": _l("原因和说明"),
    "pay_first": _l("先付清费用"),
    "parts": _l("配件和吊牌"),
    "packing": _l("原包装"),
}
MEND_HINTS: Words = {
    "close_up": _l("离近一点，开灯，对好焦"),
    "whole": _l("正面和背面各一张"),
    "label": _l("在商品或包装上"),
    "check_goods": _l("和订单里的对一遍"),
    "check_reason": _l("选最接近实际情况的一项，写清楚发生了什么"),
    "pay_first": _l("付清以后再申请"),
    "parts": _l("缺的一起寄来"),
    "packing": _l("尽量保留"),
}
PICTURED: Words = {
    "close_up": TO_MEND["close_up"],
    "whole": TO_MEND["whole"],
    "label": TO_MEND["label"],
    "carton": _l("外箱和破损处"),
    "waybill": _l("快递面单"),
    "all_together": _l("收到的全部商品摆在一起"),
    "difference": _l("和描述不一样的地方"),
}
"""What the drawings of `domain.evidence.examples` show."""
REJECTED_CHOICES: Words = {"send_back": _l("寄回给我"), "give_up": _l("放弃商品"), "appeal": _l("申诉")}
LESS_BECAUSE: Words = {"shipped": _l("已寄出的不能取消"), "gone": _l("其余已取消或退款"), "claimed": _l("其余在申请中")}
RECEIVED: Words = {"yes": _l("收到了"), "no": _l("没收到，或已拒收")}
"""Whether the goods are there, which decides what can be applied for."""
PURPOSES: Words = {
    "sign_in": pgettext("purpose", "登录"),
    "find_order": pgettext("purpose", "查询订单"),
    "password": pgettext("purpose", "修改密码"),
    "verify": pgettext("purpose", "验证身份"),
}
"""What a one-time code is for."""
FAILED_BECAUSE: Words = {
    "amount_differs": _l("实际退款金额与应退金额不一致"),
    "lost_or_stolen_card": _l("原付款卡已挂失"),
    "expired_or_canceled_card": _l("原付款卡已过期或注销"),
    "charge_for_pending_refund_disputed": _l("这笔付款有争议，支付机构暂不退款"),
    "insufficient_funds": _l("商家账户余额不足"),
    "declined": _l("银行拒绝了这笔退款"),
    "merchant_request": _l("商家取消了这笔退款"),
    "canceled": _l("这笔退款被取消"),
    "unknown": _l("银行没有说明原因"),
}
"""Why a refund has not gone through: what we found out ourselves, and Stripe's codes (`failure_reason`); else it is
told in the provider's own words."""
