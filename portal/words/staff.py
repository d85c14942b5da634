"""The words that only staff read (WORDS.md, staff zh): states as they see them, roles, views, what policy suggests."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_pgettext as pgettext

from portal.words.accepting import IF_ALL_ACCEPTED, WHY_NOT_ACCEPTED
from portal.words.audit import ACTORS, WHOLE
from portal.words.embedding import MODES, SCHEMES
from portal.words.goodwill import GOODWILL_KINDS, GOODWILL_STATES, PROPOSAL_ANSWERS
from portal.words.inspecting import DISPOSITIONS, REJECTED_FOR, WAREHOUSE_EMPTY, WAREHOUSE_LISTS
from portal.words.jobs import JOB_FAMILIES
from portal.words.lazy_text import lazy_text as _l
from portal.words.macros import MACRO_FAMILIES
from portal.words.reports import REPORT_FAMILIES
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
    "policies": pgettext("staff", "售后规则"),
    "settings": pgettext("staff", "店铺设置"),
    "team": pgettext("staff", "团队"),
    "reports": pgettext("staff", "报表"),
    "audit": pgettext("staff", "审计记录"),
    "jobs": pgettext("staff", "后台任务"),
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
    "stop": _l("能拦下就取消并退款"),
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
}
TASKS: Words = {
    "shipped_after_cancel": _l("取消后仍然发货"),
    "payment_left": _l("订单已取消，还有付款未退"),
    "platform_order_gone": _l("商城系统里已删除这笔订单"),
    "platform_order_rejected": _l("商城系统里的新内容不能接收"),
    "platform_differs": _l("与商城系统的记录不一致"),
    "platform_refused": _l("商城系统没有接受我们的通知"),
    "feed_refund": _l("商城的退款与处理中的退款有冲突"),
    "refund_failed": _l("退款没有成功"),
    "cancel_unanswered": _l("仓库没有答复取消申请"),
    "goods_not_sent": _l("撤回合同的商品到期没有寄回"),
    "pickup_after_all": _l("申请已结束，快递员仍然取走了商品"),
    "early_goods_missing": _l("先退款的商品到期没有收到"),
    "invoice_unpaid": _l("先退款的补付还没有付"),
    "goods_to_send_back": _l("有商品要寄回给客户"),
    "replacement_to_send": _l("有补寄、换货或修好的商品要寄出"),
    "goods_uninspected": _l("收到的退货还没有验货"),
    "goods_unannounced": _l("包裹里有没有申请退回的商品"),
    "fee_return_failed": _l("费用没有退回去"),
    "carriage_left": _l("寄回运费没有原路可退，要另外补给客户"),
    "application_unanswered": _l("售后申请到期没有答复"),
    "question_unanswered": _l("客户的提问到期没有答复"),
    "refund_overdue": _l("退款没有成功，一个工作日还没有处理"),
    "cancel_waiting": _l("有取消申请等仓库答复"),
    "new_case": _l("有新的申请或提问"),
    "deadline_soon": _l("4小时内到期"),
    "colleague_mentioned": _l("内部备注里提到同事"),
    "robot_set": _l("有人设置了群机器人，通知会发到那个群"),
    "rail_set": _l("有人设置了支付渠道，退款从那里退出"),
    "rail_removed": _l("有人移除了支付渠道"),
    "robot_ended": _l("有人停用了群机器人"),
    "connector_set": _l("有人设置了与商城系统的连接，订单和退款会经过它"),
    "connector_ended": _l("有人断开了与商城系统的连接"),
    "mention": _l("同事在内部备注里提到您"),
    "erasure_asked": _l("客户请求删除个人信息（customers erase）"),
    "customer_wrote": _l("客户发来留言"),
    "case_taken_over": _l("有同事接手了您的申请"),
    "offer_declined": _l("客户没有接受方案，申请等我们答复"),
    "offer_lapsed": _l("方案到期没有选择，申请等我们答复"),
    "key_added": _l("有人添加了交接密钥，用它可以代任何客户登录"),
    "settings_changed": _l("有人修改了店铺的重要设置"),
    "origin_added": _l("有人添加了可以嵌入售后页面的网站"),
    "member_invited": _l("有人邀请了新同事"),
    "member_reset": _l("有人重新设置了同事的登录"),
    "appeal_waiting": _l("有申诉等您或同事复核"),
    "appeal_unanswered": _l("申诉到期没有答复"),
    "declaration_waiting": _l("有撤回合同的声明没有对上订单"),
    "urged_to_ship": _l("客户催发货"),
    "customer_urges": _l("客户催处理"),
    "policy_waiting": _l("有新的售后规则等第二人审批"),
    "transfer_waiting": _l("有退款要换一种方式付，等第二人审批或付款"),
    "rail_missing": _l("没有支付渠道能原路退这笔款，接好渠道后会自动退"),
    "refund_parked": _l("不知道这笔退款有没有退出去，要先向收款方核实"),
    "rail_differs": _l("和支付机构的账不一致"),
    "approval_waiting": _l("有规则之外的处理等第二人审批"),
    "approval_overdue": _l("规则之外的处理到期没有审批"),
    "proposal_declined": _l("您提出的规则之外的处理没有获批"),
    "shipping_postponed": _l("客户请求晚一点发货"),
    "shipping_restored": _l("客户要按原来的时间发货"),
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
    "rail_difference": RAIL_DIFFERENCES,
    "transfer_reason": TRANSFER_WAYS,
    "transfer_state": TRANSFER_STATES,
    **JOB_FAMILIES,
    "goodwill_reason": GOODWILL_KINDS,
    "goodwill_state": GOODWILL_STATES,
    "proposal_reason": PROPOSAL_ANSWERS,
    "if_all_accepted": IF_ALL_ACCEPTED,
    "why_not_accepted": WHY_NOT_ACCEPTED,
}
