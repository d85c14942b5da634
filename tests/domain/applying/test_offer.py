import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.applying import offer as applying_offer
from portal.domain.applying.decide import decide_application, judge_units
from portal.domain.applying.offer import KINDS, kinds_available
from portal.domain.applying.reasons import is_in_hand
from portal.domain.applying.terms import application_terms
from portal.domain.applying.units import Claim
from portal.domain.orders import effects
from portal.domain.orders.decisions import Refused
from tests.support.applications import CN, EU, IN_WINDOW, LATE, OPEN, around, ask, bought, offer, sent
from tests.support.order_facts import make_line, make_order, orders


@pytest.mark.req("S18", "S25", "S36")
@given(orders(most_lines=4, most_units=5), st.data())
@settings(max_examples=80, deadline=None)
def test_t36_everything_on_offer_is_taken_and_one_more_unit_is_not(order, data):
    order = sent_in_parts(order, data)
    policy, now = data.draw(st.sampled_from([CN, EU, OPEN])), data.draw(st.sampled_from([IN_WINDOW, LATE]))
    terms = application_terms(order, policy, around(order, policy), now)
    for kind in offer(order, policy, now).kinds:
        for line in kind.lines:
            assert (line.refused is None) is bool(line.most)
            for reason in line.reasons:
                # Open takes any reason for what was delivered; it is offered for the units it fits.
                tries = [(reason.units, True)] if policy is OPEN else [(reason.units, True), (reason.units + 1, False)]
                for count, is_taken in tries:
                    asked = ask(order, kind.kind, reason.reason, ((line.line_id, count),))
                    decision = decide_application(order, asked, policy, terms, now)
                    assert isinstance(decision, Refused) is not is_taken, (reason, decision)


def sent_in_parts(order, data):
    for line in order.lines:
        if count := data.draw(st.integers(0, line.quantity)):
            came = data.draw(st.sampled_from([IN_WINDOW, None]))
            order = sent(order, delivered_at=came, units=((line.id, count),), shipped_at=order.placed_at)
    return order


@pytest.mark.req("S18", "S25")
@given(orders(most_lines=4, most_units=5), st.data())
@settings(max_examples=80, deadline=None)
def test_a_page_that_only_names_the_kinds_says_of_them_what_the_form_says(order, data):
    order = sent_in_parts(order, data)
    policy, now = data.draw(st.sampled_from([CN, EU, OPEN])), data.draw(st.sampled_from([IN_WINDOW, LATE]))
    whole = offer(order, policy, now)
    named = kinds_available(order, policy, application_terms(order, policy, around(order, policy), now), now)
    for kind in KINDS:
        received = whole.of(kind)
        until = min((line.until for line in received.lines if line.until), default=None) if received else None
        assert named[kind].refused == whole.refusal(kind)
        assert named[kind].until == (until if kind in ("return_refund", "exchange") else None)


@pytest.mark.req("S18")
def test_reasons_follow_from_whether_the_goods_came_and_from_the_window():
    order = bought(make_line("1", 2, 2000))
    found = offer(order)
    assert found.of("return_refund").reasons[0] == "no_reason"
    assert "no_reason" not in found.of("refund_only").reasons
    assert found.of("refund_only", received=False).reasons == ("signed_not_received",)
    assert found.of("contract_withdrawal") is None
    late = offer(order, now=LATE)
    assert "no_reason" not in late.of("return_refund").reasons and "quality" in late.of("return_refund").reasons
    line = late.of("return_refund").lines[0]
    assert line.refused_without_reason.why == "window_over" and line.most == 2 and line.until is None


@pytest.mark.req("S22")
def test_restricted_goods_offer_faults_only_and_say_why_with_their_own_name():
    order = bought(*(make_line(str(n), 1, 100, tags=("custom",)) for n in (1, 2)), make_line("3"))
    lines = offer(order).of("return_refund").lines
    assert [line.refused_without_reason and line.refused_without_reason.facts["title"] for line in lines] == [
        "商品1",
        "商品2",
        None,
    ]
    assert "no_reason" in offer(order).of("return_refund").reasons


@pytest.mark.req("S37")
def test_it_says_what_is_left_and_why_it_is_less():
    case = Claim(case_no="T1", kind="return_refund", reason="quality", units=(("1", 1),))
    order = sent(make_order(make_line("1", 5, 5000)), units=(("1", 3),))
    order = effects.claimed(order, case.units)
    line = offer(order, claims=(case,)).of("return_refund").lines[0]
    assert (line.quantity, line.most, line.claimed, line.unshipped, line.cases) == (5, 2, 1, 2, ("T1",))


@pytest.mark.req("S11")
def test_what_is_not_on_offer_says_why():
    assert offer(make_order()).refusal("return_refund").rules == ("SHOP-1",)
    shipped = offer(sent(make_order(), delivered_at=None))
    assert shipped.refusal("exchange").rules == ("SHOP-3",)
    assert shipped.refusal("return_refund") is None and shipped.of("return_refund", received=False)
    order = bought(make_line())
    case = Claim(case_no="T1", kind="return_refund", reason="quality", units=(("1", 1),))
    taken = offer(effects.claimed(order, case.units), claims=(case,))
    assert taken.refusal("return_refund").facts["case_no"] == "T1" and not taken.is_on_offer("refund_only")
    assert all(is_in_hand(reason) for reason in offer(order).of("return_refund").reasons)


def test_an_order_of_1200_lines_is_asked_about_once_for_lines_that_are_alike(monkeypatch):
    asked = []
    monkeypatch.setattr(applying_offer, "judge_units", lambda *facts: asked.append(1) or judge_units(*facts))
    few, many = (bought(*(make_line(str(n), 3, 300 + n) for n in range(count))) for count in (1, 1200))
    offer(few)
    for_one = len(asked)
    assert len(offer(many).of("return_refund").units) == 1200
    assert len(asked) == 2 * for_one
