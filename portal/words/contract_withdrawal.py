"""Withdrawing from the contract (EU): until when, on the order's page and on its own (EU-2, EU-12)."""

from __future__ import annotations

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Table, until

_OPEN = _l("14天内撤回，无需理由，%(deadline)s前有效。")
_NOT_BEGUN = _l("14天内撤回，无需理由；期限从收到最后一件商品起算，现在就可以撤回。")


def _term(page: Facts) -> str:
    if page.is_late:
        return "late"
    return "open" if page.until else ""


CONTRACT_OFFERS = Table(
    {"late": _l("撤回期已经结束。仍然可以提交声明，由人工查看。"), "open": _OPEN, "": _NOT_BEGUN},
    {"deadline": until("until", "until")},
    code=_term,
)
CONTRACT_TERMS = Table(
    {
        "late": _l("撤回期已经结束，或有需要确认的情况。声明会登记，由人工查看，%(answer_by)s前答复您。"),
        "open": _OPEN,
        "": _NOT_BEGUN,
    },
    {"deadline": until("until", "until"), "answer_by": until("answer_by")},
    code=_term,
)
