"""帮我判断: every set of answers, against every set of ways on offer."""

from __future__ import annotations

from itertools import product

import pytest

from portal.domain.applying.advise import WAYS, advise
from portal.domain.applying.reasons import may_give

YES_NO = (True, False)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.code)
def test_a_way_gives_a_reason_that_its_act_may_give(way):
    if way.reason:
        assert may_give(way.kind, way.reason, received=way.received)


@pytest.mark.parametrize(("received", "is_faulty", "wants_to_keep"), [*product(YES_NO, repeat=3)])
def test_what_is_advised_is_on_offer_and_fits_the_answer_to_whether_it_came(received, is_faulty, wants_to_keep):
    answers = {"received": received, "is_faulty": is_faulty, "wants_to_keep": wants_to_keep}
    for chosen in product(YES_NO, repeat=len(WAYS)):
        on_offer = [way for way, is_open in zip(WAYS, chosen, strict=True) if is_open]
        found = advise(on_offer, **answers)
        assert found is None or (found in on_offer and found.received == received)
    assert advise(WAYS, **answers) is not None


@pytest.mark.parametrize(
    ("received", "is_faulty", "wants_to_keep", "code"),
    [
        (True, False, False, "unwanted"),
        (True, True, False, "faulty"),
        (True, True, True, "repair"),
        (True, False, True, "other_one"),
        (False, False, True, "never_came"),
        (False, False, False, "refused"),
    ],
)
def test_the_answers_lead_to_the_right_way(received, is_faulty, wants_to_keep, code):
    found = advise(WAYS, received=received, is_faulty=is_faulty, wants_to_keep=wants_to_keep)
    assert found is not None and found.code == code


def test_where_nothing_is_repaired_what_is_faulty_and_wanted_is_kept():
    ways = [way for way in WAYS if way.kind != "repair"]
    found = advise(ways, received=True, is_faulty=True, wants_to_keep=True)
    assert found is not None and found.code == "keep"
