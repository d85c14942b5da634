"""Goods that did not pass: what each choice about them does (WORDS, copy deck 12)."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter

from portal.words.lazy_text import lazy_text as _l
from portal.words.sentences import Facts, Sentence, Table, money, plain


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of the choices, and the page that offers it."""

    code: str
    page: Facts


REJECTED_EFFECTS = Table(
    {
        "send_back": _l("商家把商品寄给您，这些商品不退款。"),
        "give_up": _l("%(count)s件商品留给商家，%(amount)s不退给您，以后也不能再申请。"),
        "appeal": _l("由另一位人员复核，复核期间商品留在商家处。"),
    },
    {"count": plain("page.units"), "amount": money("page.forgone")},
    code=attrgetter("code"),
)


def rejected_effect(code: str, page: Facts) -> Sentence | None:
    """`page`: how many `units` it is about, and what of a refund would be `forgone`."""
    return REJECTED_EFFECTS.find(_Choice(code, page))
