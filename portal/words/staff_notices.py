"""What the staff are mailed of, by what is chosen together, and how soon."""

from __future__ import annotations

from collections.abc import Mapping

from portal.words.lazy_text import lazy_text as _l

Words = Mapping[str, object]

STAFF_NOTICES: Words = {
    "new_case": _l("新的申请、提问和待拦截的包裹"),
    "deadline_soon": _l("还有4小时到期"),
    "overdue": _l("到期还没有处理"),
    "refund_failed": _l("退款没有成功"),
    "appeal": _l("申诉"),
    "messages": _l("客户留言、催处理，同事提到您"),
    "approvals": _l("审批"),
    "other": _l("其他要处理的事"),
}
STAFF_NOTICE_HOWS: Words = {
    "at_once": _l("马上发"),
    "hourly": _l("每小时汇总"),
    "daily": _l("每天早上8点汇总"),
    "off": _l("不发"),
}
STAFF_NOTICE_FAMILIES: Mapping[str, Words] = {"staff_notice": STAFF_NOTICES, "staff_notice_how": STAFF_NOTICE_HOWS}
