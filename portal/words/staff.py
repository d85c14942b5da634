"""The words that only staff read (WORDS.md, staff zh): states as they see them, roles, views, what policy suggests."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_pgettext as pgettext

from portal.words.accepting import IF_ALL_ACCEPTED, WHY_NOT_ACCEPTED
from portal.words.audit import ACTORS, WHOLE
from portal.words.embedding import MODES, SCHEMES
from portal.words.goodwill import GOODWILL_KINDS, GOODWILL_STATES, PROPOSAL_ANSWERS
from portal.words.inspecting import DISPOSITIONS, REJECTED_FOR, WAREHOUSE_EMPTY, WAREHOUSE_LISTS
from portal.words.installation import STATUS_FAMILIES
from portal.words.jobs import JOB_FAMILIES
from portal.words.lazy_text import lazy_text as _l
from portal.words.macros import MACRO_FAMILIES
from portal.words.reports import REPORT_FAMILIES
from portal.words.tasks import TASKS
from portal.words.team import MEMBER_STATES

Words = Mapping[str, object]

STATES: Words = {
    "submitted": pgettext("staff", "待处理"),
    "submitted_cancel": _l("待仓库确认"),
    "submitted_question": pgettext("staff", "待答复"),
    "needs_info": pgettext("staff", "待客户补充"),
    "offered": pgettext("staff", "待客户确认"),
    "approved": pgettext("staff", "已同意"),
    "awaiting_return": pgettext("staff", "待客户寄回"),
    "in_transit": pgettext("staff", "退货在途"),
    "received": pgettext("staff", "待验货"),
    "received_choice": _l("待客户选择"),
    "refunding": _l("退款中"),
    "replacing": pgettext("staff", "换货处理中"),
    "replacing_reship": pgettext("staff", "补寄待发出"),
    "replacing_repair": pgettext("staff", "维修中"),
    "replacing_open": pgettext("staff", "换货处理中"),
    "replacing_open_reship": pgettext("staff", "补寄处理中"),
    "replacing_open_repair": pgettext("staff", "维修处理中"),
    "replacing_sent": pgettext("staff", "换货已寄出"),
    "replacing_sent_reship": pgettext("staff", "补寄已寄出"),
    "replacing_sent_repair": pgettext("staff", "修好已寄出"),
    "sending_back": pgettext("staff", "退回客户中"),
    "completed": _l("已完成"),
    "completed_question": _l("已答复"),
    "rejected": pgettext("staff", "已拒绝"),
    "rejected_cancel": _l("来不及拦下"),
    "withdrawn": pgettext("staff", "客户已撤销"),
    "expired": _l("超时关闭"),
}
ROLES: Words = {
    "agent": pgettext("role", "客服"),
    "supervisor": pgettext("role", "主管"),
    "warehouse": pgettext("role", "仓库"),
    "auditor": pgettext("role", "审计"),
    "admin": pgettext("role", "管理员"),
}
PAGES: Words = {
    "warehouse": pgettext("staff", "仓库"),
    "cases": _l("售后队列"),
    "orders": pgettext("staff", "查订单"),
    "customers": pgettext("staff", "查客户"),
    "refunds": _l("退款与任务"),
    "approvals": pgettext("staff", "待审批"),
    "declarations": pgettext("staff", "撤回声明"),
    "inbox": pgettext("staff", "客户来信"),
    "policies": pgettext("staff", "售后规则"),
    "settings": pgettext("staff", "店铺设置"),
    "team": pgettext("staff", "团队"),
    "reports": pgettext("staff", "报表"),
    "audit": pgettext("staff", "审计记录"),
    "jobs": pgettext("staff", "后台任务"),
    "status": pgettext("staff", "系统状态"),
    "account": pgettext("staff", "我的账号"),
}
VIEWS: Words = {
    "waiting": pgettext("view", "待处理"),
    "overdue": pgettext("view", "已超时"),
    "today": pgettext("view", "今天到期"),
    "mine": pgettext("view", "我的"),
    "unread": pgettext("view", "有新留言"),
    "nobodys": pgettext("view", "未认领"),
    "first": pgettext("view", "优先处理"),
    "escalated": pgettext("view", "超时升级"),
    "customer": pgettext("view", "等客户"),
    "snoozed": pgettext("view", "稍后处理"),
    "stuck": pgettext("view", "久未了结"),
    "failed": pgettext("view", "退款未成功"),
    "all": pgettext("view", "全部"),
}
QUEUE_STATES: Words = {
    "waiting": pgettext("filter", "等我们处理的"),
    "overdue": pgettext("filter", "已经超时的"),
    "today": pgettext("filter", "今天到期的"),
    "customer": pgettext("filter", "等客户的"),
    "snoozed": pgettext("filter", "稍后处理的"),
    "stuck": pgettext("filter", "反复或久未了结的"),
    "unread": pgettext("filter", "有新留言的"),
    "open": pgettext("filter", "没有结束的"),
    "escalated": pgettext("filter", "超时升级的"),
    "all": pgettext("filter", "全部"),
}
PRIORITIES: Words = {
    "": pgettext("filter", "不分优先级"),
    "high": pgettext("filter", "优先"),
    "normal": pgettext("filter", "普通"),
}
QUEUE_SUGGESTIONS: Words = {
    "stop": _l("能拦下就取消"),
    "grant": _l("建议同意"),
    "judge": _l("需要人工判断"),
    "reply": _l("需要回复"),
}
"""What the desk says of them in whole sentences."""
QUEUE_ORDERS: Words = {
    "due": _l("先到期的在前"),
    "priority": _l("优先的在前"),
    "amount": _l("金额大的在前"),
}
SUGGESTIONS: Words = {
    "stop": _l("能拦下就取消"),
    "grant": _l("可以同意，到期没有答复会自动通过"),
    "judge": _l("要由人判断"),
    "reply": _l("回复客户的提问"),
}
DECISIONS: Words = {"accept": _l("同意"), "partly": _l("部分同意"), "refuse": _l("不同意")}
BECAUSE: Words = {
    "late": _l("撤回声明在期限之后提交"),
    "unproven": _l("声明没有登录就提交，商品还没有寄出，请先确认是客户本人"),
    "undated": _l("没有签收时间，算不出期限"),
    "provisional": _l("这一年的节假日还没有公布，期限可能顺延"),
    "self_service_over": _l("已过自助处理的期限，质量问题仍要受理"),
    "prepaid": _l("储值或预付卡，请核对用掉了多少"),
    "goodwill": _l("已过无理由退货期限，由商家酌情处理"),
    "restricted": _l("商品不支持无理由退货，只能按质量问题处理"),
    "conditions": _l("有商品状态客户没有确认"),
}
ANSWERS: Words = {"stopped": _l("拦下了"), "too_late": _l("来不及")}
TROUBLE: Words = {
    "failed": pgettext("refund", "未成功"),
    "waiting": pgettext("refund", "久未发起"),
    "stuck": pgettext("refund", "久未到账"),
    "parked": pgettext("refund", "结果不明"),
}
PARKED_OUTCOMES: Words = {
    "arrived": _l("查到了，已经退给客户"),
    "not_paid": _l("查过了，没有退，再发一次"),
}
TRANSFER_WAYS: Words = {
    "bank": pgettext("transfer", "银行卡"),
    "alipay": pgettext("transfer", "支付宝账号"),
    "wechat": pgettext("transfer", "微信号"),
}
TRANSFER_STATES: Words = {
    "proposed": pgettext("transfer", "待审批"),
    "approved": pgettext("transfer", "待付款"),
    "declined": pgettext("transfer", "没有批准"),
    "taken_back": pgettext("transfer", "已收回"),
    "paid": pgettext("transfer", "已付款"),
}
RAIL_DIFFERENCES: Words = {
    "refund_not_ours": _l("支付机构有一笔退款，这里没有记录（可能是在支付机构后台退的）"),
    "refund_not_theirs": _l("这里记录已到账，支付机构没有这笔退款"),
    "refund_amount": _l("退款金额两边不同"),
    "refund_done_there": _l("支付机构已退出，这里还没有到账"),
    "refund_done_here": _l("这里记录已到账，支付机构没有退出"),
    "fee_not_ours": _l("支付机构收了一笔钱，这里没有记录"),
    "fee_not_theirs": _l("这里记录已支付，支付机构没有收到"),
    "fee_amount": _l("收到的金额两边不同"),
    "fee_paid_there": _l("支付机构已收款，这里还没有确认"),
}
"""What the two books do not agree on."""
FEE_PROBLEMS: Words = {
    "wrong_password": _l("支付密码不正确"),
    "no_funds": _l("余额或额度不足"),
    "less_than_due": _l("付的少于应付，退回"),
    "provider_down": _l("支付机构没有响应"),
    "declined": _l("支付机构没有接受"),
}
AT_THE_DOOR: Words = {"taken": _l("已签收"), "refused": _l("拒收，包裹退回")}
WRITERS: Words = {
    "customer": pgettext("writer", "客户"),
    "shop": pgettext("writer", "客服"),
    "note": pgettext("writer", "内部备注"),
    "on_behalf": pgettext("writer", "客服代客户"),
}
ALGORITHMS: Words = {"HS256": _l("HS256（共享密钥，由我们生成）"), "EdDSA": _l("EdDSA（您的公钥，私钥留在您那里）")}
LOCALES: Words = {"zh-CN": "中文", "en": "English"}
LEVELS: Words = {
    "ok": pgettext("level", "正常"),
    "warning": pgettext("level", "注意"),
    "error": pgettext("level", "要改"),
}

DECLARATIONS: Words = {
    "received": _l("正在找对应的订单"),
    "matched": _l("已对上订单"),
    "closed": pgettext("declaration", "已结束"),
    "no_match": _l("没有对上订单"),
    "lines": _l("看不出是哪些商品"),
    "refused": _l("订单现在不能撤回"),
}

WHY_MAIL_WAITS: Words = {
    "no_number": _l("没有写订单号或申请编号"),
    "stranger": _l("发件地址不是订单上留的"),
    "several": _l("写了几个订单或申请"),
    "empty": _l("没有正文"),
    "too_large": _l("太大，没有读取"),
    "unreadable": _l("格式有误，读不出来"),
    "unconfirmed": _l("发件人没有确认"),
}

STAFF_FAMILIES: Mapping[str, Words] = {
    "staff_case": STATES,
    "role": ROLES,
    "role_reason": ROLES,
    "member": MEMBER_STATES,
    "staff_page": PAGES,
    "actor": ACTORS,
    "whole": WHOLE,
    **REPORT_FAMILIES,
    **MACRO_FAMILIES,
    "view": VIEWS,
    "queue_state": QUEUE_STATES,
    "priority": PRIORITIES,
    "queue_suggestion": QUEUE_SUGGESTIONS,
    "queue_order": QUEUE_ORDERS,
    "suggestion": SUGGESTIONS,
    "hold_reason": ANSWERS,
    "decision_reason": DECISIONS,
    "because": BECAUSE,
    "trouble": TROUBLE,
    "parked_reason": PARKED_OUTCOMES,
    "task": TASKS,
    "writer": WRITERS,
    "door_reason": AT_THE_DOOR,
    "warehouse_list": WAREHOUSE_LISTS,
    "warehouse_empty": WAREHOUSE_EMPTY,
    "rejected_for": REJECTED_FOR,
    "unannounced_reason": DISPOSITIONS,
    "fee_problem": FEE_PROBLEMS,
    "algorithm_reason": ALGORITHMS,
    "mode_reason": MODES,
    "scheme": SCHEMES,
    "locale_reason": LOCALES,
    "level": LEVELS,
    "declaration": DECLARATIONS,
    "mail_waits": WHY_MAIL_WAITS,
    "rail_difference": RAIL_DIFFERENCES,
    "transfer_reason": TRANSFER_WAYS,
    "transfer_state": TRANSFER_STATES,
    **JOB_FAMILIES,
    **STATUS_FAMILIES,
    "goodwill_reason": GOODWILL_KINDS,
    "goodwill_state": GOODWILL_STATES,
    "proposal_reason": PROPOSAL_ANSWERS,
    "if_all_accepted": IF_ALL_ACCEPTED,
    "why_not_accepted": WHY_NOT_ACCEPTED,
}
