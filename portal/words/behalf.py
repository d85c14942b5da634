"""Acting for a customer: how they came, what about, what was asked, and what only they do themselves (S43)."""

from __future__ import annotations

from collections.abc import Mapping

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import ByCode

Words = Mapping[str, object]

CHANNELS: Words = {
    "phone": _l("电话"),
    "chat": _l("在线聊天"),
    "mail": _l("邮件"),
    "visit": _l("到店"),
}
CONCERNS: Words = {
    "cancel": _l("取消订单"),
    "after_sales": _l("申请售后"),
    "parcel": _l("寄回、取件"),
    "progress": _l("查进度、催处理"),
    "other": _l("其他事情"),
}
WAYS: Words = {"code": _l("验证码"), "call_back": _l("回拨核实")}
QUESTIONS: Words = {
    "goods": _l("最近买了什么商品"),
    "amount": _l("订单的实付金额"),
    "placed": _l("哪一天下的单"),
    "method": _l("用什么方式付的款"),
    "recipient": _l("收货人的姓名"),
    "region": _l("收货的省市区"),
}
ANSWERS: Words = {"not_asked": _l("没有问"), "right": _l("答对"), "wrong": _l("答错")}
REACHED: Words = {"phone": _l("短信"), "mail": _l("邮件")}
NOT_ON_BEHALF: ByCode = {
    "password": _l("登录密码只能由客户本人修改。客户可以在登录页用验证码登录，再改密码。"),
    "sessions": _l("登录过的设备只能由客户本人查看和退出。"),
    "data": _l("账户里的个人资料只给客户本人。请客户登录后在“账户”里查看或下载。"),
    "erasure": _l("删除资料要由客户本人提出。请客户登录后在“账户”里提出。"),
    "notices": _l("消息和通知设置只给客户本人。"),
    "payment": _l(
        "付款只能由客户本人完成，请不要代收或询问支付密码。客户收到的通知里有付款的链接，也可以登录后在订单或售后单里支付。"
    ),
    "payout": _l("退款退到哪里，只能由客户本人选择。没有选择的，原路退回。"),
    "offer": _l("商家提出的方案，只能由客户本人接受或不接受。"),
    "solved": _l("有没有解决问题，只能由客户本人回答。"),
    "rejected": _l("没有通过验货的商品怎么处理，只能由客户本人选择。客户收到的通知里有链接。"),
    "contract_withdrawal": _l(
        "撤回合同由客户本人声明，口头声明也有效。请先结束代客操作，在“撤回合同”的公开页面登记客户的声明，回执会发到客户的联系方式。"
    ),
    "sign_in": _l("代客操作时不能登录其他账户。请先结束代客操作。"),
}
"""Why staff cannot do it in a customer's place, and what the customer does instead."""
BEHALF_FAMILIES: Mapping[str, Words] = {
    "channel_reason": CHANNELS,
    "concern_reason": CONCERNS,
    "behalf_way": WAYS,
    "behalf_question": QUESTIONS,
    "behalf_answer_reason": ANSWERS,
    "behalf_to": REACHED,
}
