"""Every code has its sentence in every language and for everybody who reads it, and no sentence is for nothing."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

import portal.words
from portal.domain.cases.life_cycle import CLOSED_STATES, OPEN_STATES, TRANSITIONS
from portal.domain.fees.fee import FEE_TRANSITIONS, PaymentProblem
from portal.domain.money import Money
from portal.domain.orders.order import TAB_OF
from portal.domain.refunds.life_cycle import REFUND_TRANSITIONS
from portal.domain.withdrawing.decide import WhyNot
from portal.pages.parts import timeline as read_timeline
from portal.pages.values.parts import Refusal, TimelineEntry
from portal.words import fees, notices, refusals, staff, states, status, timeline, withdrawing
from portal.words.results import PLAIN
from portal.words.sayings import SAYINGS
from portal.words.sentences import Key, Table, blanks_of, options
from tests.words.languages import LANGUAGES, Known, read, shown, speaking

PORTAL = Path(portal.words.__file__).parents[1]
FULL = Known(
    done=Known(),
    page=Known(),
    refund=Known(state="planned", is_wallet=None),
    next=Known(),
    returning=Known(parcel=Known()),
    decided="at_once",
)


def tables() -> Iterator[tuple[str, Table]]:
    for module in pkgutil.iter_modules(portal.words.__path__):
        for name, value in vars(importlib.import_module(f"portal.words.{module.name}")).items():
            if isinstance(value, Table):
                yield name, value


def keys() -> list[tuple[str, Table, Key]]:
    return [(name, table, key) for name, table in dict(tables()).items() for key in table.says]


@pytest.mark.req("N12")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "table", "key"), keys(), ids=lambda part: "" if isinstance(part, Table) else str(part)
)
def test_every_sentence_fills_its_blanks_in_every_language(name: str, table: Table, key: Key, language: str) -> None:
    with speaking("zh"):
        chinese = [str(text) for text in options(table.says[key])]
    with speaking(language):
        for text, source in zip(options(table.says[key]), chinese, strict=True):
            blanks = blanks_of(str(text))
            assert set(blanks) <= set(table.blanks) and set(blanks) == set(blanks_of(source)), f"{name} {key}: {text}"
            facts = {blank: table.blanks[blank].of(FULL) for blank in blanks if table.blanks[blank].form != "sentence"}
            assert all(str(fact) for fact in facts.values())
            assert str(text).strip() and (language == "zh" or not re.search(r"[\u4e00-\u9fff]", str(text)))


def test_what_is_not_known_leads_to_a_sentence_that_needs_less() -> None:
    with speaking("zh"):
        full = Refusal(act="cancel", rule="SHOP-3", why="shipped", at=datetime(2026, 11, 20, tzinfo=UTC), carrier="SF")
        bare = Refusal(act="cancel", rule="SHOP-3", why="shipped")
        assert read(refusals.refusal_sentence(full)).startswith("包裹2026-11-20 00:00:00+00:00由SF寄出。您可以：")
        assert read(refusals.refusal_sentence(bare)).startswith("您可以：")


def entry(name: str, **known: object) -> TimelineEntry:
    return TimelineEntry(at=datetime(2026, 11, 20, tzinfo=UTC), who="portal", name=name, subject="X", **known)  # type: ignore[arg-type]


FED = {"order_placed", "order_paid", "parcel_shipped", "parcel_delivered", "shop_refunded", "case_partly_approved"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_event_of_a_timeline_is_told_with_what_is_known_of_it(language: str) -> None:
    with speaking(language):
        for name in {*read_timeline.STAFF_NAMES.values(), *FED}:
            with_all = entry(
                name, amount=Money(100, "CNY"), count=1, detail="why", until=datetime(2026, 11, 21, tzinfo=UTC)
            )
            assert read(timeline.TIMELINE.find(with_all)), name
            if not name.startswith(("fee_", "surcharge_", "invoice_", "early_refund_", "withdrawal_asked")):
                assert read(timeline.TIMELINE.find(entry(name))), name


def test_customers_are_told_of_what_concerns_them_and_no_event_is_told_that_never_is() -> None:
    assert set(timeline.CUSTOMER_ENTRIES) == {*read_timeline._NAMES.values(), *FED}
    assert set(timeline.STAFF_ENTRIES) == set(read_timeline.STAFF_NAMES.values()) - set(read_timeline._NAMES.values())


def constants(name: str, *folders: str) -> set[str]:
    """What `name=` is given as a constant in these rooms of the portal."""
    found = set()
    for folder in folders:
        for path in (PORTAL / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call):
                    given = [word.value for word in node.keywords if word.arg == name]
                    found |= {value.value for value in given if isinstance(value, ast.Constant)}
    return {value for value in found if isinstance(value, str)}


BY_ACT = {"person_decides"}
"""Told by the act alone: customer service handles it."""
WORKED_OUT = {"too_many", "not_shipped", "not_collected", "being_packed"}
"""Chosen by a condition (applying.refusals), so no constant of a call."""


def refused() -> set[str]:
    found = set()
    for folder in ("domain", "services"):
        for path in (PORTAL / folder).rglob("*.py"):
            found |= set(re.findall(r'Refused\([^()]*(?:\([^()]*\)[^()]*)*?why="(\w+)"', path.read_text()))
    return found | WORKED_OUT


def test_every_refusal_has_a_heading_and_no_heading_is_for_nothing() -> None:
    assert refused() - BY_ACT == {key for key in refusals.TITLES.says if isinstance(key, str) and key}
    assert {key for key in refusals.REFUSALS.says if isinstance(key, str) and key} <= refused()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("act", ["cancel", "refund", "return", "exchange", "reship", "repair"])
def test_every_refusal_says_why_and_what_to_do_even_where_nothing_else_is_known(act: str, language: str) -> None:
    with speaking(language):
        for why in refused():
            bare = Refusal(act=act, rule="SHOP-3", why=why)
            assert read(refusals.refusal_title(bare)) and read(refusals.refusal_sentence(bare)), (act, why)


def test_what_cannot_be_contested_is_told_by_the_words_of_the_rule_that_decided() -> None:
    source = (PORTAL / "domain/cases/after_refusal.py").read_text()
    codes = {key for key in refusals.NOT_OFFERED.says if key}
    assert codes == {key for key in refusals.NOT_OFFERED_TITLES.says if key}
    assert all(f'"{code}"' in source for code in codes), codes


def test_every_notice_that_is_left_without_a_result_has_its_words() -> None:
    assert constants("notice", "routes") == PLAIN
    assert set(notices.NOTICE_TITLES.says) <= notices.CODES


AUDIENCES = {"customer": states.CASE_STATES, "staff": staff.STATES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_state_of_a_case_has_a_word_for_customers_and_for_staff(audience: str, language: str) -> None:
    words = AUDIENCES[audience]
    labels = {"received_choice", "submitted_cancel", "submitted_question", "completed_question", "rejected_cancel"}
    labels |= {"replacing_reship", "replacing_repair"}
    labels |= {"replacing_open", "replacing_open_reship", "replacing_open_repair"}
    labels |= {"replacing_sent", "replacing_sent_reship", "replacing_sent_repair"}
    with speaking(language):
        for state in {*OPEN_STATES, *CLOSED_STATES, *labels}:
            assert str(words[state])
        assert set(words) == {*OPEN_STATES, *CLOSED_STATES, *labels}
        assert all(str(states.CASE_KINDS[kind]) for kind in TRANSITIONS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_orders_refunds_and_fees_has_a_word(language: str) -> None:
    with speaking(language):
        assert {str(states.ORDER_STATES[state]) for state in TAB_OF}
        assert set(states.ORDER_STATES) == set(TAB_OF)
        assert set(states.FEE_STATES) == set(FEE_TRANSITIONS)
        assert set(REFUND_TRANSITIONS) == {key for key in status.REFUND_LINES.says if isinstance(key, str)}


def test_every_problem_with_a_fee_and_every_reason_not_to_withdraw_is_told() -> None:
    assert {key for key in fees.FEE_TROUBLES.says if isinstance(key, str)} == set(get_args(PaymentProblem))
    assert set(fees.FEE_TROUBLE_TITLES.says) == set(get_args(PaymentProblem))
    assert {key for key in withdrawing.WHY_NOT.says if key} == set(get_args(WhyNot)) - {"over"}


def test_templates_ask_only_for_kinds_of_sentences_that_there_are_and_for_each_of_them() -> None:
    written = "".join(path.read_text() for path in (PORTAL / "templates").rglob("*.html"))
    assert set(re.findall(r'said\("(\w+)"', written)) == set(SAYINGS)


def test_a_fact_is_shown_in_the_words_of_its_family() -> None:
    with speaking("en"):
        line = fees.FEE_TROUBLE_TITLES.find(Known(problem="provider_down", method="alipay"))
        assert line and shown(line.facts["provider"]) == "Alipay"
