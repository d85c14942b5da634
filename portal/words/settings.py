"""The pages of a shop's settings: what each section, setting and choice is called, and how a value is written.

A setting is labelled under its dotted key, a column of a list below the list's key.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from flask_babel import lazy_pgettext as pgettext

from portal.domain.shops.sections import Kind
from portal.words.lazy_text import lazy_text as _l
from portal.words.notice_kinds import NOTICE_KINDS
from portal.words.sentences import Blank, Table, plain

Words = Mapping[str, object]
SECTION_TITLES: Words = {
    "shop": _l("名称和投诉渠道"),
    "place": _l("语言、时区和货币"),
    "contact": _l("联系方式"),
    "senders": _l("发件人"),
    "texts": _l("短信"),
    "return_address": _l("退货地址"),
    "carriers": pgettext("settings", "快递公司"),
    "calendar": _l("仓库时间和休息日"),
    "arrival": _l("退款到账时间"),
    "limits": _l("审批额度和次数"),
    "fees": _l("费用和运费"),
    "store_credit": pgettext("settings", "储值余额"),
    "links": _l("商城页面的链接"),
    "customers": _l("客户登录和申请"),
    "looks": _l("外观"),
}
SECTION_HINTS: Words = {
    "texts": _l("网关要求报备模板时，每种通知选用已批准的模板；没有模板的通知不发短信，邮件照常发。"),
    "return_address": _l("印在退货单上，客户把商品寄到这里。"),
    "carriers": _l("客户寄回商品时可以选的快递公司。"),
    "calendar": _l("仓库能答复“包裹还能不能拦下”的时间；按小时计算的期限只数这些时间。"),
    "arrival": _l("客户看到的到账时间，按工作日。删掉一种自带的支付方式，会恢复原来的时间。"),
    "limits": _l("没有填写的额度按规则执行。"),
    "fees": _l("没有填写的费用按规则执行，都不能超过规则允许的。"),
    "links": _l("客户从售后页面去付款、再次购买时打开的商城页面。"),
}
SETTING_LABELS: Words = {
    "name": _l("店铺名称"),
    "complaint_line": _l("投诉渠道"),
    "locale": _l("默认语言"),
    "zone": _l("时区"),
    "country": _l("国家或地区"),
    "currency": _l("货币"),
    "contact.phone": _l("客服电话"),
    "contact.hours": _l("客服时间"),
    "contact.mail": _l("客服邮箱"),
    "contact.chat_url": _l("在线客服网址"),
    "mail_from": _l("邮件发件人"),
    "sms_sender": _l("短信签名"),
    "sms.quiet": _l("夜里不发短信的时间"),
    "sms.templates": _l("短信模板"),
    "sms.templates.notice": pgettext("settings", "通知"),
    "sms.templates.template_id": _l("模板编号"),
    "sms.templates.params": _l("模板参数"),
    "return_address.name": _l("收件人"),
    "return_address.phone": _l("收件电话"),
    "return_address.region": _l("省市区"),
    "return_address.address": _l("详细地址"),
    "return_address.postcode": _l("邮编"),
    "carriers": pgettext("settings", "快递公司"),
    "carriers.code": _l("代码"),
    "carriers.name": _l("名称"),
    "carriers.track_url": _l("查询网址"),
    "pickup.carrier": _l("上门取件的快递公司"),
    "warehouse.hours": _l("仓库时间"),
    "warehouse.days": _l("仓库工作日"),
    "closed_days": _l("店铺休息日"),
    "warehouse.closed_days": _l("只有仓库休息的日子"),
    "arrival": pgettext("settings", "支付方式"),
    "arrival.method": _l("代码"),
    "arrival.label": _l("名称"),
    "arrival.min_days": _l("最快（工作日）"),
    "arrival.max_days": _l("最慢（工作日）"),
    "arrival.kind": _l("怎么到账"),
    "limits.auto_refund": _l("到期自动同意的最高金额"),
    "limits.second_person": _l("一人可以给的规则之外金额（每件申请）"),
    "limits.second_person_day": _l("一人一天可以给的规则之外金额"),
    "limits.resubmissions": _l("被拒后可以再申请的次数"),
    "limits.later_days": _l("客户最多推迟发货的天数"),
    "fees.withdrawal_fixed": _l("寄回途中撤销的固定费用"),
    "fees.withdrawal_percent": _l("寄回途中撤销的费用比例（%）"),
    "fees.return_freight_cap": _l("寄回运费最多退多少"),
    "fees.on_delivery": _l("撤销的费用可以到付"),
    "delivery.freight": _l("再次购买的运费"),
    "delivery.free_from": _l("满多少免运费"),
    "store_credit.refunds": _l("客户可以选择退到储值余额"),
    "store_credit.bonus_percent": _l("退到余额时多给的比例（%）"),
    "store_credit.valid_days": _l("余额有效天数"),
    "links.pay": _l("付款页面"),
    "links.basket": _l("购物车页面"),
    "second_step": _l("客户登录还要一次性验证码"),
    "remembered_sign_in": _l("客户可以在自己的设备上保持登录30天"),
    "returns": _l("客户可以在这里申请退货"),
    "eu_information_given": _l("已告知客户撤回合同的权利"),
    "withdrawal_link": _l("“撤回合同”的入口"),
    "theme.accent": _l("主色"),
    "theme.radius": _l("圆角（像素）"),
    "theme.mode": _l("明暗"),
}
SETTING_HINTS: Words = {
    "name": _l("客户在页面和通知里看到的名称；不填就用建店时的名称。"),
    "complaint_line": _l("规则没有写明投诉电话时，答复里告诉客户的机构或电话。"),
    "zone": _l("例如Asia/Shanghai。营业时间和日期都按它计算。"),
    "country": _l("两个大写字母，例如CN；不填就按时区。到账时间按那里的银行工作日。"),
    "currency": _l("有了订单以后不能再改。"),
    "contact.hours": _l("例如“每天9:00—21:00”，显示在电话旁边。"),
    "mail_from": _l("邮箱地址，前面可以加名称，地址放在尖括号里；不填就用客服邮箱。"),
    "sms_sender": _l("短信开头【】里的名称。"),
    "sms.quiet": _l("按客户当地的时间，例如22:00-08:00；早上再发，验证码随时发。不填就不限制。"),
    "sms.templates.params": _l(
        "按模板里的顺序填写字段，用逗号分开。每种通知都有shop、link、path，其余是这种通知自己的，例如order_no、case_no、amount、deadline。"
    ),
    "carriers.code": _l("和订单里的一样，例如SF。"),
    "carriers.track_url": _l("里面要有{tracking_no}，可以不填。"),
    "pickup.carrier": _l("填上面的一个代码；不填就不提供上门取件。"),
    "warehouse.hours": _l("例如09:00-18:00；全天填round the clock。"),
    "arrival.method": _l("和订单里的支付方式一样，例如alipay。"),
    "limits.second_person": _l("超过的由第二个人审批；不填就都要审批。"),
    "limits.second_person_day": _l("不填就和每件申请的额度一样。"),
    "limits.later_days": _l("0表示不能推迟。"),
    "store_credit.valid_days": _l("0表示一直有效。"),
    "links.pay": _l("里面要有{order_no}，例如https://shop.example/pay/{order_no}。"),
    "links.basket": _l("里面要有{items}或{order_no}，例如https://shop.example/cart?add={items}。"),
    "remembered_sign_in": _l("只在客户勾选时，嵌入的页面里没有。"),
    "eu_information_given": _l("没有告知的话，期限会延长12个月。"),
}
SETTING_CHOICES: Mapping[tuple[str, str], object] = {
    ("locale", "zh-CN"): _l("中文"),
    ("locale", "en"): _l("英文"),
    ("arrival.kind", "wallet"): _l("钱包，到账后会通知"),
    ("arrival.kind", "bank"): _l("银行，只知道已经汇出"),
    ("withdrawal_link", "auto"): _l("按当地法律"),
    ("withdrawal_link", "always"): _l("每一页都有"),
    ("withdrawal_link", "never"): _l("不显示"),
    ("theme.mode", "auto"): _l("跟随客户的设备"),
    ("theme.mode", "light"): _l("浅色"),
    ("theme.mode", "dark"): _l("深色"),
    ("warehouse.days", "mon"): _l("周一"),
    ("warehouse.days", "tue"): _l("周二"),
    ("warehouse.days", "wed"): _l("周三"),
    ("warehouse.days", "thu"): _l("周四"),
    ("warehouse.days", "fri"): _l("周五"),
    ("warehouse.days", "sat"): _l("周六"),
    ("warehouse.days", "sun"): _l("周日"),
    **{("sms.templates.notice", kind): said for kind, said in NOTICE_KINDS.items()},
}
HOW_WRITTEN: Mapping[Kind, object] = {
    "line": _l("请填写一行文字，最多200个字。"),
    "words": _l("每种语言请填写一行文字，最多200个字。"),
    "amount": _l("请填写0或更大的金额，例如12.00。"),
    "percent": _l("请填写0到100的数字。"),
    "count": _l("请填写整数，不能太大。"),
    "flag": _l("请选择一项。"),
    "choice": _l("请选择一项。"),
    "zone": _l("请填写时区，例如Asia/Shanghai。"),
    "country": _l("请填写两个大写字母，例如DE。"),
    "currency": _l("请填写三个字母的货币代码，例如CNY；其他页面的金额也要能用这种货币。"),
    "day": _l("请按2027-02-06这样填写日期。"),
    "weekdays": _l("请至少选一天。"),
    "hours": _l("请按09:00-18:00这样填写；全天填round the clock。"),
    "night": _l("请按22:00-08:00这样填写，不填就不限制。"),
    "names": _l("请填写字段名，用逗号分开；这种通知要有这些字段。"),
    "link": _l("请填写以https://开头的网址，{}里的部分按说明填写。"),
    "mail": _l("请填写完整的邮箱地址，例如service@shop.example。"),
    "sender": _l("请填写邮箱地址；前面有名称的话，地址放在尖括号里。"),
    "code": _l("请填写代码：快递公司用大写字母和数字，支付方式用小写字母和数字。"),
}
_SPECIAL: Mapping[str, tuple[str, object]] = {
    "is there twice": ("twice", _l("这个代码已经有了，请合并成一行。")),
    "must not be less than min_days": ("less_than_min", _l("最慢不能少于最快。")),
    "is none of the carriers": ("no_carrier", _l("快递公司里没有这个代码。")),
    "is needed: without it nobody gets a code by SMS": (
        "codes",
        _l("设置了模板后，验证码（sign_in_code和behalf_code）也要有模板，否则收不到验证码。"),
    ),
    "is missing": ("required", _l("请填写这一项。")),
    "cannot change once there are orders": ("has_orders", _l("已经有订单，货币不能再改。")),
}


def setting_problem(kind: Kind, reason: str) -> tuple[str, object]:
    """(code, sentence) of what the schema found at a value of that kind."""
    return _SPECIAL.get(reason) or (kind, HOW_WRITTEN[kind])


SETTINGS_CHANGED = Table(
    {
        "": (_l("%(login)s在%(at)s修改了："), _l("运维在%(at)s修改了：")),
    },
    {"login": plain("login"), "at": Blank("stamp", attrgetter("at"), "changed")},
    code=lambda _change: "",
)
"""Who was faster, before the names of what they changed."""
