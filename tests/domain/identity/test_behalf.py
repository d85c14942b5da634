"""Acting for a customer: whose rights, whose name, and what shows who calls."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import NotOnBehalf
from portal.domain.identity.access import Actor, may
from portal.domain.identity.behalf import ANSWERS, ON_THE_LABEL, OWN_ACTS, QUESTIONS, call_back_problem, check_own_act

pytestmark = pytest.mark.req("S43")
CUSTOMER = Actor(kind="shopper", shop_id=1, id=12)
HELPED = Actor(kind="shopper", shop_id=1, id=12, by_staff=3, proof=7)
GUEST = Actor(kind="guest", shop_id=1, order_no="A-1", by_staff=3, proof=8)


def test_it_bears_the_name_of_staff_and_says_for_whom() -> None:
    assert (CUSTOMER.key, CUSTOMER.behalf) == ("shopper:12", "")
    assert (HELPED.key, HELPED.behalf) == ("staff:3", "shopper:12")
    assert (GUEST.key, GUEST.behalf) == ("staff:3", "guest:A-1")


@pytest.mark.parametrize("thing", ["cases", "orders", "customers", "refunds", "approvals", "propose", "hold"])
def test_nobody_has_the_rights_of_staff_in_a_customers_place(thing: str) -> None:
    assert not may(HELPED, "read", thing) and not may(HELPED, "write", thing)


@pytest.mark.parametrize("what", sorted(OWN_ACTS))
def test_what_a_customer_does_alone_nobody_does_for_them(what: str) -> None:
    check_own_act(CUSTOMER, what)
    for actor in (HELPED, GUEST):
        with pytest.raises(NotOnBehalf) as no:
            check_own_act(actor, what)
        assert no.value.what == what


@given(st.fixed_dictionaries({question: st.sampled_from(ANSWERS) for question in QUESTIONS}))
def test_who_has_but_a_label_and_who_errs_is_never_taken_for_the_customer(answers) -> None:  # type: ignore[no-untyped-def]
    right = {question for question, answer in answers.items() if answer == "right"}
    problem = call_back_problem(answers)
    assert (problem == "") == ("wrong" not in answers.values() and len(right) >= 2 and not right <= ON_THE_LABEL)


def test_questions_that_are_none_of_ours_count_for_nothing() -> None:
    for answers in product(ANSWERS, repeat=2):
        assert call_back_problem(dict(zip(("colour", "weather"), answers, strict=True))) == "too_few"
