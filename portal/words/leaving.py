"""Going on elsewhere: a ticket for a tab, the way to a browser, a form that was kept while its session was over."""

from __future__ import annotations

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Table

TICKET_PAYS = Table(
    {"fee": _l("点一下就能看到金额和支付方式，不用再登录。"), "": _l("点一下就能核对订单和付款，不用再登录。")},
    {},
    code=str,
)
TICKET_LIVES = Table(
    {"once": _l("10分钟内有效，只能用一次。"), "": _l("10分钟内有效。")},
    {},
    code=lambda is_once: "once" if is_once else "",
)
KEPT_FORMS = Table(
    {
        "lost": _l("登录过期时您正在提交，那一次没有生效。现在可以再提交一次，选择的文件要重新选。"),
        "": _l("登录过期时您正在提交，那一次没有生效。现在可以再提交一次。"),
    },
    {},
    code=lambda kept: "lost" if kept.lost else "",
)
"""`lost`: files could not be kept."""
