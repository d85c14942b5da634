"""Every result of an act has a sentence made of its own facts, or is one that its page shows by itself (law 13, 14)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args, get_type_hints

import pytest

from portal.domain import results
from portal.domain.kept_results import KINDS, Kept, keep, restore
from portal.domain.money import Money
from portal.domain.results import Done
from portal.web.answers.notices import LeftNotice
from portal.words import notices
from portal.words.results import PLAIN, SILENT, code_of
from tests.support.fakes import NOON
from tests.words.languages import LANGUAGES, read, speaking

REFUND = Money(7151, "CNY")
BASES = {results.CancelDone, results.WithdrawDone}


def facts_of(kind: type[Done]) -> dict[str, Any]:
    """Some value for each fact of a kind."""
    return {name: _some(hint) for name, hint in get_type_hints(kind).items()}


def _some(hint: Any) -> Any:
    simple = {str: "A-1", int: 2, bool: False, datetime: NOON, Money: REFUND}
    if hint in simple:
        return simple[hint]
    first = get_args(hint)[0]
    return simple.get(first, first)


def test_every_result_can_be_kept() -> None:
    there = {kind for kind in vars(results).values() if isinstance(kind, type) and issubclass(kind, Done)}
    assert there - set(KINDS.values()) == BASES


@pytest.mark.parametrize("name", KINDS)
def test_what_is_kept_comes_back_as_it_was(name: str) -> None:
    kind = KINDS[name]
    done = kind(**facts_of(kind))
    kept = keep(done)
    assert kept.kind == name
    assert restore(Kept(kind=kept.kind, number=kept.number, facts=kept.facts)) == done
    assert "order_no" not in kept.facts and "case_no" not in kept.facts


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", KINDS)
def test_every_result_has_a_sentence_that_its_facts_fill(name: str, language: str) -> None:
    for done in every(KINDS[name]):
        code = code_of(done)
        if isinstance(done, SILENT) or (isinstance(done, results.FeeTried) and not code):
            continue
        notice = LeftNotice(code=code, done=done)
        with speaking(language):
            assert read(notices.NOTICES.find(notice)), code
            assert bool(read(notices.NOTICE_TITLES.find(notice))) == (code in notices.NOTICE_TITLES.says)


def test_every_sentence_is_said_of_something() -> None:
    everything = {code_of(one) for name in KINDS for one in every(KINDS[name])}
    assert (everything - {""}) | PLAIN == notices.CODES


def every(kind: type[Done]) -> list[Done]:
    """All that differs in what is said: each fact in turn with each value it can have."""
    facts, found = facts_of(kind), []
    for name, hint in get_type_hints(kind).items():
        choices = get_args(hint) if all(isinstance(one, str) for one in get_args(hint)) else ()
        values = choices or {str: ("", "A-1"), bool: (True, False)}.get(hint, ())
        found += [kind(**facts | {name: value}) for value in values]
        if type(None) in get_args(hint):
            found.append(kind(**facts | {name: None}))
    if kind is results.OrderCancelled:
        found = [
            kind(**facts | {"left": left, "refund": refund, "is_whole": whole, "is_unpaid": unpaid})
            for left in (0, 5)
            for refund in (None, REFUND)
            for whole in (True, False)
            for unpaid in (True, False)
        ]
    return found or [kind(**facts)]


def cancelled(**values: Any) -> results.OrderCancelled:
    facts = {"order_no": "A-1", "units": 1, "left": 5, "refund": REFUND, "is_whole": False, "is_unpaid": False}
    return results.OrderCancelled(**facts | values)


@pytest.mark.parametrize(
    ("done", "code"),
    [
        (cancelled(), "units_cancelled"),
        (cancelled(refund=None), "units_cancelled_free"),
        (cancelled(left=0), "rest_cancelled"),
        (cancelled(left=0, is_whole=True), "order_cancelled"),
        (cancelled(left=0, is_whole=True, refund=None), "order_cancelled_free"),
        (cancelled(left=0, is_whole=True, refund=None, is_unpaid=True), "order_cancelled_unpaid"),
    ],
)
def test_a_cancel_is_told_by_how_much_of_the_order_it_took(done: results.OrderCancelled, code: str) -> None:
    assert code_of(done) == code


def test_a_moment_is_kept_to_the_microsecond() -> None:
    at = datetime(2026, 11, 20, 12, 0, 0, 5, tzinfo=UTC)
    asked = results.CancelAsked(case_no="T1", answer_by=at)
    assert restore(keep(asked)) == asked
