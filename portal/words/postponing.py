"""延后发货: what is promised now, and what choosing another day means (S17)."""

from __future__ import annotations

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Table, day, until


def _standing(page: Facts) -> str:
    return "agreed" if page.agreed else "promised"


LATER = Table(
    {
        "agreed": _l("现在约定%(agreed)s前发货。仓库开始配货前，可以另选一天，也可以改回原来的时间。"),
        "promised": (_l("商家承诺%(promised)s前发货。想晚一点收到，可以选一天。"), _l("想晚一点收到，可以选一天。")),
    },
    {"agreed": until("agreed"), "promised": until("promised", "promised")},
    code=_standing,
)
"""How it stands."""
LATER_DAYS = Table(
    {"": _l("可以选%(first)s到%(last)s之间的一天。")},
    {"first": day("first"), "last": day("last")},
    code=lambda _page: "",
)
LATER_SHIPPING = Table(
    {"": (_l("约定%(agreed)s前发货，是您申请延后的。"),)},
    {"agreed": until("agreed_ship_by", "agreed")},
    code=lambda _page: "",
)
"""On the order's page, where a later day was agreed."""
LATER_FOR_STAFF = Table(
    {"": _l("客户申请晚一点发货，约定%(agreed)s前。")},
    {"agreed": until("agreed_ship_by", "agreed")},
    code=lambda _page: "",
)
