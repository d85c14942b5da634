"""Rows of an amount, and ways of paying and of being paid back, by code."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]

METHODS: Words = {
    "alipay": _l("支付宝"),
    "wechat": _l("微信支付"),
    "card": _l("银行卡"),
    "unionpay": _l("银联"),
    "paypal": _l("PayPal"),
    "gift_card": _l("礼品卡"),
    "store_credit": _l("储值余额"),
    "cod": _l("货到付款"),
    "transfer": _l("您提供的账户"),
    "dispute": _l("原付款账户"),
    "other": _l("原支付方式"),
}
ACCOUNTS: Words = {
    "alipay": pgettext("account", "支付宝"),
    "wechat": pgettext("account", "微信支付"),
    "card": pgettext("account", "银行卡"),
    "unionpay": pgettext("account", "银联"),
    "paypal": pgettext("account", "PayPal"),
    "gift_card": pgettext("account", "礼品卡"),
    "store_credit": pgettext("account", "储值余额"),
    "cod": pgettext("account", "货到付款"),
    "transfer": pgettext("account", "您提供的账户"),
    "dispute": pgettext("account", "原付款账户"),
    "other": pgettext("account", "原支付方式"),
}
"""Where money goes back to, inside a sentence."""
PROVIDERS: Words = {
    **METHODS,
    "card": pgettext("provider", "银行"),
    "transfer": pgettext("provider", "商家"),
    "dispute": pgettext("provider", "付款机构"),
}
"""Who moves the money of a method: a card's is the bank."""
FEE_METHODS: Words = {
    "card": _l("银行卡"),
    "alipay": _l("支付宝"),
    "wechat": _l("微信支付"),
    "cod": _l("到付（商品寄还时付给快递员）"),
}
APPS: Words = {"wechat": _l("微信"), "wecom": _l("企业微信"), "alipay": _l("支付宝")}
AMOUNT_ROWS: Words = {
    "goods": _l("商品金额"),
    "discount": _l("优惠"),
    "coupon": _l("优惠券"),
    "points": _l("积分抵扣"),
    "adjustment": _l("调整"),
    "freight": _l("运费"),
    "fee": _l("服务费"),
    "tax": _l("税费"),
    "total": _l("应付合计"),
    "paid": _l("实付"),
    "refunded": _l("已退款"),
    "refundable": _l("还可退"),
}
REFUND_ROWS: Words = {
    "goods": _l("商品原价"),
    "discount": _l("已享优惠分摊"),
    "coupon": _l("优惠券分摊"),
    "points": _l("积分抵扣"),
    "adjustment": _l("调整"),
    "freight": _l("发货运费"),
    "return_freight": _l("寄回运费补偿"),
    "fee": _l("服务费"),
    "tax": _l("税费"),
    "deducted": _l("扣除"),
    "less": _l("这次不退"),
    "already": _l("此前已退"),
}
