"""Beyond policy: what is given, how it stands, and what a second person answers."""

from __future__ import annotations

from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table, money, until

GOODWILL_KINDS = {"amount": _l("另外补偿一笔钱"), "late_return": _l("已过期限，破例退货")}
GOODWILL_STATES = {
    "waiting": pgettext("goodwill", "待审批"),
    "granted": pgettext("goodwill", "已同意"),
    "declined": pgettext("goodwill", "没有批准"),
    "taken_back": pgettext("goodwill", "已收回"),
    "lapsed": pgettext("goodwill", "已失效"),
}
PROPOSAL_ANSWERS = {"approve": pgettext("goodwill", "批准"), "decline": pgettext("goodwill", "不批准")}
IF_GIVEN = Table(
    {
        "alone": _l(
            "您一人还可以决定：这份申请%(case)s，今天%(day)s。超过的由另一位同事审批，批准前金额先占用，不会付款。"
        ),
        "never": _l("现在都要由另一位同事审批；批准前金额先占用，不会付款。"),
    },
    {"case": money("alone_case"), "day": money("alone_day")},
    code=lambda page: "alone" if page.alone_case or page.alone_day else "never",
)
"""Before something is given: how much of it one person alone may give."""
WHY_NOT_APPROVE = Table(
    {
        "own": _l("这是您自己提出的，要由另一位同事审批。"),
        "changed": _l("提出之后申请已有变化，不能再批准；请不批准或收回，再重新提出。"),
    },
    {},
    code=lambda page: "own" if page.is_own else "changed" if page.is_changed else "",
)
PROPOSAL_WAITS = Table(
    {
        "escalated": _l("到期没有审批，已再次提醒；没有批准就不会付款。"),
        "": _l("%(deadline)s前审批；到时没有答复只会再次提醒，不会付款。"),
    },
    {"deadline": until("deadline", "approval")},
    code=lambda row: "escalated" if row.is_escalated else "",
)
