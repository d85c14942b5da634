"""Every standing of a fee, a withdrawal, a return, an answer has what is said of it, in each language, for whom it is.

The facts walked over are those that the domain's own types can take.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import pytest

from portal.domain.cases.after_refusal import AppealState
from portal.domain.cases.life_cycle import CLOSED_STATES, OPEN_STATES, TRANSITIONS
from portal.domain.fees.fee import FEE_TRANSITIONS, PaymentProblem
from portal.domain.orders.decisions import Handling, Review
from portal.words.sayings import SAYINGS
from tests.words.languages import LANGUAGES, Known, read, speaking

REMEDIES = get_args(get_type_hints(Handling)["remedy"])
AT_ZERO = ("", *get_args(get_type_hints(Review)["at_zero"]))
STATES = (*OPEN_STATES, *CLOSED_STATES)
YES_OR_NO = (True, False)
SILENT = {
    "fee_standing": {"processing", "paid", "refunded", "waived"},
    "withdraw_deadline": {*STATES} - {"awaiting_return", "needs_info", "offered"},
    "return_now": {*STATES} - {"awaiting_return", "expired", "received"},
    "appeal_answer": {""},
    "rejected_chosen": {""},
}
"""Of which nothing is said there: the state itself says it, or another part of the page."""


def each(**values: Any) -> Iterator[dict[str, Any]]:
    """Every combination of what each fact can be."""
    yield from (dict(zip(values, found, strict=True)) for found in itertools.product(*values.values()))


def walk(by: str = "", **values: Any) -> list[tuple[str, Known]]:
    """Facts of every combination, each with what SILENT names it by."""
    return [(str(one[by]) if by else "", Known(**one)) for one in each(**values)]


FEES = {
    "may_pay": YES_OR_NO,
    "is_returning": (False,),
    "is_reversed": (False,),
    "problem": ("", *get_args(PaymentProblem)),
}
ANSWERS = {"state": STATES, "outcome": ("", "stopped", "too_late", "deadline"), "summary": (None, Known(total=1))}
TAKEN_BACK = {"is_under_way": YES_OR_NO, "rest": (None, "rest"), "refund": (None, "refund")}
DESKS = [Known(**one) for one in each(is_appeal=YES_OR_NO, at_zero=AT_ZERO)]
GOODS = [Known(parcel=Known(), inspection=None, again_until=one, again_is_over=True) for one in (None, "again")]
SUMS = [Known(rows=()), Known(rows=("row",))]
WALKS = {
    "fee_standing": walk("state", state=tuple(FEE_TRANSITIONS), **FEES),
    "fee_title": walk(state=tuple(FEE_TRANSITIONS), **FEES),
    "fee_button": walk(state=tuple(FEE_TRANSITIONS), **FEES),
    "withdraw_refund": walk(kind=tuple(TRANSITIONS), **TAKEN_BACK),
    "withdraw_goods": walk(kind=tuple(TRANSITIONS), **TAKEN_BACK),
    "withdraw_deadline": walk("state", state=STATES, is_under_way=(False,)) + walk(is_under_way=(True,)),
    "return_now": walk("state", state=STATES, kind=("return_refund",), next=(Known(),), returning=GOODS, summary=SUMS),
    "what_follows": walk(
        decided=("at_once", "review"),
        remedy=REMEDIES,
        at_zero=AT_ZERO,
        is_past_self_service=YES_OR_NO,
        is_collected=YES_OR_NO,
    ),
    "if_accepted": walk(remedy=("", *REMEDIES)),
    "if_partly": walk(granted=(None, "granted")),
    "if_refused": walk(is_appeal=YES_OR_NO, is_last_try=YES_OR_NO),
    "if_stopped": walk(refund=(0, 1)),
    "if_closed": walk(state=STATES),
    "desk_deadline": walk(state=STATES, deciding=DESKS),
    "desk_at_zero": walk(state=STATES, deciding=[desk for desk in DESKS if not desk.is_appeal]),
    "hold_outcome": walk(**ANSWERS),
    "desk_outcome": walk(**ANSWERS),
    "appeal_answer": walk("appeal", appeal=get_args(AppealState)),
    "rejected_chosen": walk("choice", choice=("", "send_back", "give_up")),
    "inspected": walk(by_rule=YES_OR_NO, rejected=(0, 1)),
    "contract_offer": walk(is_late=YES_OR_NO, until=(None, "until")),
    "contract_term": walk(is_late=YES_OR_NO, until=(None, "until")),
    "summary_title": walk(summary=SUMS, pays_nothing=YES_OR_NO, is_quoted=YES_OR_NO),
    "parcel": walk(delivered_at=(None, "then"), promised_at=(None, "soon")),
}
"""By the kind of sentence."""


@pytest.mark.req("N12")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", WALKS)
def test_every_standing_is_told_and_what_is_silent_is_meant_to_be(kind: str, language: str) -> None:
    with speaking(language):
        silent = {code for code, facts in WALKS[kind] if not read(SAYINGS[kind](facts))}
    assert silent == SILENT.get(kind, set())
