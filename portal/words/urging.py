"""催发货, 催处理: what pressing does and what the shop has promised, before it is pressed and after (S41)."""

from __future__ import annotations

from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Table, until


def _about(page: Facts) -> str:
    """An order, one that is late, or a case."""
    if page.case_no:
        return "case"
    return "late" if page.is_late else "order"


URGING = Table(
    {
        ("may", "order"): (
            _l("商家承诺%(due)s前发货。催发货会马上转告仓库，一天一次；到时没有发货，可以直接取消订单。"),
            _l("催发货会马上转告仓库，一天一次。"),
        ),
        ("may", "late"): _l("商家承诺%(due)s前发货，已经超过。催发货会马上转告仓库和客服；不想再等，可以取消订单。"),
        ("may", "case"): (
            _l("商家最晚%(due)s答复。催处理会马上转告处理这份申请的客服，一天一次。"),
            _l("这份申请已经到期，正在优先处理。催处理会再转告一次客服。"),
        ),
        ("pressed", "case"): (
            _l("今天已经转告过客服，明天可以再催。商家最晚%(due)s答复。"),
            _l("今天已经转告过客服，明天可以再催。"),
        ),
        ("pressed", "late"): _l("今天已经转告过仓库，明天可以再催。承诺的发货时间%(due)s已经过了，也可以取消订单。"),
        "pressed": (
            _l("今天已经转告过仓库，明天可以再催。商家承诺%(due)s前发货。"),
            _l("今天已经转告过仓库，明天可以再催。"),
        ),
    },
    {"due": until("due")},
    code=attrgetter("state"),
    variant=_about,
)
