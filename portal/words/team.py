"""Who works in a shop: states of an account, and why it is kept as it is."""

from __future__ import annotations

from flask_babel import lazy_pgettext as pgettext

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table

MEMBER_STATES = {
    "active": pgettext("member", "在岗"),
    "away": pgettext("member", "请假"),
    "invited": pgettext("member", "已邀请"),
    "invitation_over": pgettext("member", "邀请已过期"),
    "disabled": pgettext("member", "已停用"),
}
MEMBERS_KEPT = Table(
    {
        "self": _l("自己的账号要停用或重新设置，请另一位管理员来做。"),
        "last_admin": _l("这是最后一位能登录的管理员，请先让另一位成为管理员，才能停用或重新设置。"),
    },
    {},
    code=lambda page: "self" if page.is_self else "last_admin",
)
