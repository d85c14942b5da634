"""A shop's policy on the pages of its staff: what its fields are called, what their values mean, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter

from flask_babel import lazy_pgettext as pgettext

from portal.domain.policy.problems import PackProblem
from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, plain, stamp

Words = Mapping[str, object]

PACK_SECTIONS: Words = {
    "windows": _l("期限和例外"),
    "restrictions": _l("商家自己的限制"),
    "kinds": _l("可以申请什么"),
    "money": _l("费用、运费和额度"),
    "timers": _l("处理时限"),
    "waits": _l("发货和未收到"),
    "words": _l("客户看到的话"),
}
PACK_FIELDS: Words = {
    "name": _l("规则的名称"),
    "windows.no_reason_days": _l("无理由退货的天数"),
    "windows.quality": _l("质量问题自助处理"),
    "windows.quality_by_tag.*": _l("质量问题自助处理，商品标签"),
    "windows.quality_by_tag": _l("给另一个商品标签单独的质量期限"),
    "windows.provisional_grace_days": _l("节假日未公布时多等的天数"),
    "exclusions.*": _l("不支持无理由退货的商品标签"),
    "confirmed_grounds.*": _l("购买时确认过不支持退货的理由"),
    "restrictions.*.no_reason": _l("不给商家延长的无理由期限，商品标签"),
    "restrictions.*.exchange": _l("不支持换货，商品标签"),
    "restrictions": _l("限制另一个商品标签"),
    "kinds": _l("可以申请的售后"),
    "paid_cancel": _l("已付款、还没配货时取消"),
    "approves": _l("怎么审核申请"),
    "freight.outbound": _l("发货运费"),
    "freight.return_carriage": _l("无理由退货的寄回运费"),
    "freight.carriage_cap": _l("补偿寄回运费的上限"),
    "fees.cancel.how": _l("取消手续费：怎么收"),
    "fees.cancel.fixed": _l("取消手续费：固定金额"),
    "fees.cancel.percent": _l("取消手续费：百分比"),
    "fees.restocking.how": _l("退货手续费：怎么收"),
    "fees.restocking.fixed": _l("退货手续费：固定金额"),
    "fees.restocking.percent": _l("退货手续费：百分比"),
    "fees.withdrawal.how": _l("寄出后撤销申请的费用：怎么收"),
    "fees.withdrawal.fixed": _l("寄出后撤销申请的费用：固定金额"),
    "fees.withdrawal.percent": _l("寄出后撤销申请的费用：百分比"),
    "fees.pickup.how": _l("上门取件费：怎么收"),
    "fees.pickup.fixed": _l("上门取件费：固定金额"),
    "fees.pickup.percent": _l("上门取件费：百分比"),
    "limits.auto": _l("自动同意的上限"),
    "limits.refund_only_auto": _l("仅退款自动同意的上限"),
    "keep_goods.under": _l("退款后商品不用寄回：一笔订单最多"),
    "keep_goods.reasons": _l("退款后商品不用寄回：哪些原因"),
    "refund_at_handover.under": _l("寄出后先退款：一次最多"),
    "refund_at_handover.under_sum": _l("寄出后先退款：每位客户合计最多"),
    "refund_at_handover.reasons": _l("寄出后先退款：哪些原因"),
    "refund_at_handover.most": _l("寄出后先退款：每位客户最多几次"),
    "refund_at_handover.days": _l("寄出后先退款：按多少天计算次数和合计"),
    "refund_at_handover.proven": _l("寄出后先退款：客户另有几笔订单已签收"),
    "refund_at_handover.arrives_within": _l("寄出后先退款：多久没有收到商品就请客户补付"),
    "thresholds": _l("部分退货后不再满足优惠条件"),
    "coupons": _l("优惠券"),
    "arrival.min_working_days": _l("退款最快几个工作日到账"),
    "arrival.max_working_days": _l("退款最慢几个工作日到账"),
    "send_back_reminders": _l("寄回期限前多久提醒客户"),
    "ship_within": _l("没有承诺发货时间时，多久内发货"),
    "waits.not_received_after_promise": _l("过了承诺的送达时间多久，可以说没收到"),
    "waits.not_received_without_scan": _l("物流多久没有更新，可以说没收到"),
    "waits.not_received_after_shipping": _l("没有承诺时，发货后多久可以说没收到"),
    "waits.undated_delivery": _l("签收时间不明的，发货后多久由人处理"),
    "title.zh": _l("规则的标题（中文）"),
    "title.en": _l("规则的标题（英文）"),
    "complaint_line.zh": _l("外部投诉渠道（中文）"),
    "complaint_line.en": _l("外部投诉渠道（英文）"),
    "rules.*.says.zh": _l("告诉客户的话（中文）"),
    "rules.*.says.en": _l("告诉客户的话（英文）"),
    "rules.*.next.zh": _l("客户接下来可以做什么（中文）"),
    "rules.*.next.en": _l("客户接下来可以做什么（英文）"),
    "rules.*.source.zh": _l("出处（中文）"),
    "rules.*.source.en": _l("出处（英文）"),
    "(syntax)": _l("TOML的写法"),
    "(file)": _l("文件"),
}
"""By the key of a field (`domain.policy.pack_fields`), `*` for a tag, ground or rule; those of timers say what is
waited for (`domain.policy.describe`)."""
PACK_CHOICES: Words = {
    "paid_cancel.at_once": pgettext("policy", "马上取消"),
    "paid_cancel.asked": pgettext("policy", "先问仓库"),
    "approves.by_rule": pgettext("policy", "按规则"),
    "approves.everything": pgettext("policy", "已签收的一律同意"),
    "freight.outbound.kept": pgettext("policy", "不退"),
    "freight.outbound.with_last_unit": pgettext("policy", "全部退货时一起退"),
    "freight.return_carriage.customer": pgettext("policy", "客户承担"),
    "freight.return_carriage.shop": pgettext("policy", "商家承担"),
    "how.withheld": pgettext("policy", "从退款里扣"),
    "how.charged": pgettext("policy", "另外支付"),
    "thresholds.keep": pgettext("policy", "已享的优惠不变"),
    "thresholds.reprice": pgettext("policy", "按留下的商品重新计价"),
    "coupons.back_when_all_gone": pgettext("policy", "用券的商品全部退完后退回"),
    "coupons.kept": pgettext("policy", "不退回"),
    "yes": pgettext("policy", "是"),
    "no": pgettext("policy", "否"),
    "drop": pgettext("policy", "去掉这一项"),
    "unlimited": pgettext("policy", "不限"),
    "nothing": pgettext("policy", "没有"),
    "hours": pgettext("policy", "小时"),
    "open hours": pgettext("policy", "个工作小时"),
    "days": pgettext("policy", "天"),
    "working days": pgettext("policy", "个工作日"),
}
VERSION_STATES: Words = {
    "in_use": pgettext("version", "现在有效"),
    "scheduled": pgettext("version", "还没开始"),
    "past": pgettext("version", "以前的"),
}
VERDICTS: Words = {
    "approved": pgettext("verdict", "自动同意"),
    "review": pgettext("verdict", "由人判断"),
    "refused": pgettext("verdict", "不同意"),
}
PROPOSAL_STATES: Words = {
    "proposed": pgettext("version", "待审批"),
    "approved": pgettext("version", "已发布"),
    "declined": pgettext("version", "没有批准"),
    "taken_back": pgettext("version", "已收回"),
    "void": pgettext("version", "草稿改了，已作废"),
}
SIMULATED_DAYS: Words = {"30": _l("30天"), "90": _l("90天"), "180": _l("180天"), "365": _l("一年")}
POLICY_FAMILIES: Mapping[str, Words] = {
    "pack_section": PACK_SECTIONS,
    "pack_field": PACK_FIELDS,
    "pack_choice": PACK_CHOICES,
    "version": VERSION_STATES,
    "verdict": VERDICTS,
    "policy_proposal": PROPOSAL_STATES,
    "days_reason": SIMULATED_DAYS,
}

TYPED_PROBLEMS: Words = {
    "whole": _l("请填写整数，0或更大。"),
    "span": _l("请填写1或更大的整数，并选择单位。"),
    "amount": _l("请填写金额，例如12.00，或CNY 12.00, EUR 2.00。"),
    "percent": _l("请填写0到100之间的数字。"),
    "choice": _l("请从列出的里面选一个。"),
    "tag": _l("商品标签只用小写字母、数字、-和_，例如promotion。"),
    "too_long": _l("最多500个字。"),
}
PACK_PROBLEMS: Words = {
    "must not be less than {limit}": _l("不能少于%(limit)s，这是法律的要求。"),
    "must not be longer than {limit}": _l("不能长于%(limit)s，这是法律规则的要求。"),
    "must not be shorter than {limit}": _l("不能短于%(limit)s，这是法律规则的要求。"),
    "must include {limit}": _l("不能少了“%(limit)s”，这是法律规则的要求。"),
    "must be a shop's pack, under the law {limit}": _l("必须是商家自己的规则，适用%(limit)s的法律。"),
    "is the law's: {limit}": _l("由法律规定，不能改。"),
    "is the law's": _l("由法律规定，不能改。"),
    "is not an exclusion of the law; use restrictions for what the shop adds": _l(
        "不是法律规定的例外；商家自己的限制请写在restrictions里。"
    ),
    "is not a ground the law knows": _l("不是法律认可的理由。"),
    "is a fee the law forbids": _l("法律不允许收这项费用。"),
    "bears less than the legal pack": _l("商家承担的运费不能少于法律规则。"),
    "the words of the law's rules cannot be changed": _l("法律规则的文字不能改。"),
    "names the rule {limit}, which the pack does not have": _l("提到的规则%(limit)s不存在。"),
    "{limit} is no code of two letters": _l("%(limit)s不是两个字母的国家代码。"),
    "must not be less than min_working_days": _l("不能少于最快到账的工作日。"),
    "must be charged: there is no refund to withhold it from": _l("只能另外支付，这时没有退款可以扣。"),
    "is forbidden by fees.forbidden": _l("不允许收这项费用。"),
    "is missing": _l("必须填写。"),
    "must have words in zh and in en": _l("中文和英文都要填写。"),
    "must be 1 to 40 of a-z, 0-9 and -": _l("只用小写字母、数字和-，最多40个。"),
    "is the name of a pack that ships with the portal": _l("这个名称是软件自带规则的，请换一个。"),
    "must be shop": _l("必须是商家自己的规则（shop）。"),
    "must stay {limit}": _l("必须仍是%(limit)s；换法律要由管理员在服务器上操作。"),
    "is said when it is published": _l("开始时间在提交审批时填写，不写在这里。"),
    "is a shop's own rule: no law and no platform may demand it of a shop": _l("只能是商家自己的规则。"),
    "is too long": _l("太长了。"),
    "is not a key of a policy pack": _l("规则里没有这一项。"),
    "must be a whole number, 0 or more": _l("请填写整数，0或更大。"),
    "must be a table": _l("这里要写成一组。"),
    "must be between 0 and 100": _l("请填写0到100之间的数字。"),
    "is not UTF-8 text": _l("不是UTF-8文字。"),
}
"""By the reason of a PackProblem, which is one of a few sentences."""


def problem_words(problem: PackProblem, limit: str) -> str:
    """In the reader's language where there is a sentence for it, else as the checker says it. `limit`: its words."""
    found = PACK_PROBLEMS.get(problem.reason)
    return str(found) % {"limit": limit} if found else problem.said


_ANY = attrgetter("__class__.__name__")
POLICY_STARTS = Table(
    {"": (_l("批准后从%(time)s开始。"), _l("批准后马上开始。"))}, {"time": stamp("starts_at", "starts")}, code=_ANY
)
DRAFT_BASES = Table(
    {
        "": (
            _l("在“%(base)s”的基础上，只写不同的。不写的按它，法律不允许的不能保存。"),
            _l("单独的规则，不以别的为基础。"),
        )
    },
    {"base": plain("base")},
    code=_ANY,
)
_NOT_ADDED = _l("不加就留空，保存后可以再加")
FIELD_LEFT_OUT = Table(
    {
        "drop": (_l("不写时：%(what)s"), _l("不勾选时，这一项保留")),
        "new_span": _NOT_ADDED,
        "new_tag": _NOT_ADDED,
        "": (_l("不写时：%(what)s"), _l("不写时：没有")),
    },
    {"what": plain("below")},
    code=attrgetter("kind"),
)
"""What a field of a policy means where nothing is written into it."""
SIMULATED = Table(
    {
        "running": _l("正在试算：%(done)s / %(total)s件"),
        "done": (_l("已试算%(total)s件，%(time)s完成"), _l("已试算%(total)s件")),
        "stopped": _l("这次试算已停止。"),
    },
    {"done": plain("done"), "total": plain("total"), "time": stamp("finished_at", "simulated")},
    code=attrgetter("state"),
)
