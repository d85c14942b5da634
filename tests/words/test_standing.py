"""No two sentences of a page disagree, whatever states an order, its application and its refund are in (law 13)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest

from portal.domain.cases.life_cycle import TRANSITIONS
from portal.domain.orders.order import TAB_OF
from portal.domain.refunds.life_cycle import REFUND_TRANSITIONS
from portal.domain.transitions import Table
from portal.pages.parts.case_briefs import _WAITS_FOR, brief_of
from portal.pages.values.amounts import RefundStanding
from portal.pages.values.parts import NextStep
from portal.words.states import ORDER_STATES
from portal.words.status import WAITS, status_line
from tests.words.languages import LANGUAGES, read, speaking

CLAIMS = {
    "money arrived": r"已退到|已到账|Credited",
    "money sent": r"已退出|\bSent(?! to)\b",
    "money moving": r"处理中|已提交|[Pp]rocess|Sent to|Submitted",
    "money not started": r"待发起|Not sent yet",
    "money in trouble": r"未成功|Not gone through",
    "no money": r"没有需要退的款|Nothing to refund",
    "order cancelled": r"^已取消|^Cancelled",
    "order goes on": r"照常配送|前发货|配货|运输中|order goes on|Ships by|On its way|is packing",
}
"""What a sentence claims, by the words that say it."""
CONTRADICT = [
    *itertools.combinations(["money arrived", "money sent", "money not started", "money in trouble", "no money"], 2),
    ("money arrived", "money moving"),
    ("money sent", "money moving"),
    ("money not started", "money moving"),
    ("no money", "money moving"),
    ("order cancelled", "order goes on"),
]


def claims(sentence: str) -> set[str]:
    """The trouble and the wait at the bank are each said with the word for moving; they are claims of their own."""
    found = {claim for claim, words in CLAIMS.items() if re.search(words, sentence)}
    return found - {"money moving"} if found & {"money sent", "money in trouble"} else found


def reachable(table: Table, start: str) -> set[str]:
    found, ahead = set(), {start}
    while ahead:
        found |= ahead
        ahead = {to for state in ahead for to in table[state].values()} - found
    return found


@dataclass(frozen=True)
class Together:
    """What may stand on one page."""

    kind: str
    case: str
    order: str
    refund: RefundStanding | None


REFUNDS = [
    RefundStanding(state=state, is_wallet=is_wallet, account="alipay", method="alipay", provider="alipay")
    for state in sorted(reachable(REFUND_TRANSITIONS, "planned"))
    for is_wallet in (True, False)
]
PAID_IN = ("refunding", "completed", "received", "sending_back", "rejected")
"""Where money may be on its way: the whole, or for what was accepted."""


def every_reachable() -> Iterator[Together]:
    for kind, table in TRANSITIONS.items():
        for case in sorted(reachable(table, "submitted")):
            refunds = REFUNDS if kind != "question" and case in PAID_IN else []
            for order in orders_of(kind, case):
                yield from (Together(kind, case, order, refund) for refund in [None, *refunds])


def orders_of(kind: str, case: str) -> tuple[str, ...]:
    """A cancel that was stopped has cancelled the order, or left what was not asked for; too late, it goes on."""
    if kind == "cancel":
        return {
            "submitted": ("paid", "picking"),
            "refunding": ("cancelled", "paid", "shipped"),
            "completed": ("cancelled", "paid", "shipped"),
            "rejected": ("shipped", "delivered", "completed"),
        }.get(case, ("picking", "shipped"))
    return tuple(state for state in TAB_OF if kind == "question" or state not in ("awaiting_payment",))


def order_step(state: str, refund: RefundStanding | None) -> NextStep:
    if state == "cancelled":
        # As the page of the order has it: the provider stands on the refund's own card.
        return (
            NextStep(code=state, refund=replace(refund, provider="")) if refund else NextStep(code="cancelled_unpaid")
        )
    known = {"paid": "paid_no_date", "delivered": "delivered_no_window", "awaiting_payment": "unpaid_no_limit"}
    return NextStep(code=known.get(state, state), at=None, carrier="SF", tracking_no="1")


def case_step(kind: str, case: str, refund: RefundStanding | None) -> NextStep:
    if case == "submitted":
        return NextStep(code="escalated" if kind == "cancel" else "escalated_case")
    if (kind, case) == ("question", "completed"):
        return NextStep(code="question_answered")
    if case != "completed":
        return NextStep(code=case)
    is_back = refund is not None and refund.state == "failed"
    return NextStep(code="completed_case", refund=refund if is_back else None)


TOGETHER = list(dict.fromkeys(every_reachable()))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_order_case_and_refund_has_a_line_wherever_it_is_named(language: str) -> None:
    with speaking(language):
        for found in TOGETHER:
            if found.order not in ("delivered", "completed"):  # without a known day of delivery there is nothing to say
                assert read(status_line(order_step(found.order, found.refund))), found
            assert read(status_line(case_step(found.kind, found.case, found.refund))), found
            assert found.refund is None or read(status_line(found.refund)), found


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_sentences_of_a_page_disagree(language: str) -> None:
    with speaking(language):
        for found in TOGETHER:
            order, case = order_step(found.order, found.refund), case_step(found.kind, found.case, found.refund)
            card = read(status_line(found.refund)) if found.refund else ""
            pages = {
                "order": [str(ORDER_STATES[found.order]), read(status_line(order)), card],
                "case": [read(status_line(case)), card],
            }
            for page, sentences in pages.items():
                said = set().union(*map(claims, sentences))
                clash = [pair for pair in CONTRADICT if set(pair) <= said]
                assert not clash, (page, found, sentences)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("refund", REFUNDS, ids=lambda refund: f"{refund.state}-{refund.is_wallet}")
def test_the_list_which_knows_less_does_not_say_what_the_page_denies(refund: RefundStanding, language: str) -> None:
    with speaking(language):
        in_list = claims(read(status_line(order_step("cancelled", RefundStanding(state=refund.state)))))
        on_page = claims(read(status_line(order_step("cancelled", refund))))
        settled = {"money sent", "money arrived"}
        assert in_list == on_page or (in_list | on_page) & settled == settled, (in_list, on_page)


def test_the_head_of_a_cancelled_order_says_what_the_card_of_its_refund_says() -> None:
    wallet = RefundStanding(state="succeeded", is_wallet=True, account="alipay", method="alipay")
    with speaking("zh"):
        assert read(status_line(wallet)) == "已退到支付宝"
        assert read(status_line(NextStep(code="cancelled", refund=wallet))) == "退款已退到支付宝"
        assert read(status_line(replace(wallet, is_wallet=False))) == "已退出，银行处理中"


def test_the_account_is_named_as_the_rail_wrote_it() -> None:
    named = RefundStanding(state="succeeded", is_wallet=True, account="零钱（138****5678）", method="wechat")
    nameless = RefundStanding(state="succeeded", is_wallet=True, account="", method="something_new")
    with speaking("zh"):
        assert read(status_line(named)) == "已退到零钱（138****5678）"
        assert read(status_line(nameless)) == "已退到原支付方式"


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_order_says_of_its_open_case_who_acts_next_and_until_when(language: str) -> None:
    with speaking(language):
        for kind, label in [("cancel", "submitted"), *(("return_refund", label) for label in _WAITS_FOR)]:
            until = datetime(2026, 11, 20, tzinfo=UTC)
            state = label.removesuffix("_choice")
            brief = brief_of(case_no="T-1", kind=kind, state=state, label=label, deadline=until)
            assert brief.waits_for and "2026-11-20" in read(WAITS.find(brief))
