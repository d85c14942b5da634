"""What the worker does, and what stands in its way, as administrators read it (/staff/jobs)."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_pgettext as pgettext

Words = Mapping[str, object]

JOBS: Words = {
    "refund": pgettext("job", "退款"),
    "refund_recheck": pgettext("job", "查问退出后的退款"),
    "fee_payment": pgettext("job", "收取或退回费用"),
    "pickup": pgettext("job", "预约上门取件"),
    "notice": pgettext("job", "通知客户"),
    "guest_notice": pgettext("job", "通知客户"),
    **dict.fromkeys(("tell_staff", "staff_mail", "staff_digest", "robot"), pgettext("job", "通知同事")),
    "declaration": pgettext("job", "对上撤回声明"),
    "acknowledgement": pgettext("job", "发出撤回声明的回执"),
    "policy": pgettext("job", "新规则生效"),
    **dict.fromkeys(("mailbox", "mail_confirmation"), pgettext("job", "客户来信")),
    "simulation": pgettext("job", "试算新规则"),
    "hand_over_cases": pgettext("job", "交出申请"),
    "webhook": pgettext("job", "向商城的系统推送事件"),
}
JOB_TROUBLE: Words = {
    "dead": pgettext("job", "已放弃"),
    "late": pgettext("job", "超时未办"),
    "failing": pgettext("job", "反复失败"),
}
JOB_FAMILIES: Mapping[str, Words] = {"job": JOBS, "job_trouble": JOB_TROUBLE}
