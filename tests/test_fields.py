"""Our fields: what the decision offers is what is shown and what is checked."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_babel import Babel
from werkzeug.datastructures import MultiDict

from portal.fields import Offer, PlanDigest, PolicyForm, ReasonField, RequestId, TextField, UnitLimit, UnitQuantities
from portal.form_sets.as_sent import units_as_sent

pytestmark = pytest.mark.req("S6")

OFFER = Offer(
    reasons=("changed_mind", "other"),
    lines=(
        UnitLimit(line_id="1", label="茶杯", most=2, quantity=3, hint="1件已寄出"),
        UnitLimit(line_id="2", label="茶盘", most=1, quantity=1),
    ),
    shown="now",
)


class Form(PolicyForm):
    reason = ReasonField("原因", kind="cancel")
    note = TextField("补充说明", limit=5, rows=3)
    quantities = UnitQuantities()
    shown = PlanDigest()
    request_id = RequestId()


@pytest.fixture
def app():
    app = Flask(__name__)
    app.secret_key = "test"
    Babel(app, default_locale="zh_Hans_CN")
    with app.test_request_context("/"):
        yield app


def filled(offer: Offer = OFFER, **fields: str) -> Form:
    names = {name.replace("__", "-"): value for name, value in fields.items()}
    return Form(MultiDict({"request_id": "r-1", "reason": "other", **names}), offer=offer)


def codes(form: Form) -> dict[str, list[str]]:
    form.validate()
    return {name: [problem.code for problem in problems] for name, problems in form.errors.items()}


def test_a_fresh_form_proposes_everything_that_may_go(app):
    form = Form(None, offer=OFFER)
    assert form.quantities.data == {"1": 2, "2": 1}
    assert form.reason.codes == ("changed_mind", "other")
    assert len(form.request_id.data) >= 16


def test_quantities_are_read_per_line_and_zeros_are_left_out(app):
    form = filled(quantity__1="1", quantity__2="0")
    assert codes(form) == {}
    assert form.quantities.data == {"1": 1}


def test_no_quantity_at_all_means_everything(app):
    form = filled()
    assert codes(form) == {}
    assert form.quantities.data == {}


@pytest.mark.parametrize(
    ("typed", "code"), [("3", "too_many"), ("-1", "negative"), ("many", "not_a_number"), ("1e3", "not_a_number")]
)
def test_a_wrong_quantity_is_an_error_of_its_line_and_stays_as_typed(app, typed, code):
    form = filled(quantity__1=typed)
    assert codes(form) == {"quantities": [code]}
    assert form.quantities.typed["1"] == typed
    assert form.quantities.line_problems["1"].code == code
    assert form.problems[0][0] == "quantity-1"


def test_units_of_a_line_that_is_not_offered_are_too_many(app):
    assert codes(filled(quantity__9="1")) == {"quantities": ["too_many"]}


def test_choosing_nothing_asks_for_at_least_one(app):
    assert codes(filled(quantity__1="0", quantity__2="")) == {"quantities": ["none_chosen"]}


def test_only_the_reasons_on_offer_are_taken(app):
    assert codes(filled(reason="late_shipment")) == {"reason": ["not_offered"]}
    assert codes(filled(reason="")) == {"reason": ["required"]}


def test_an_unpaid_order_needs_no_reason(app):
    assert codes(filled(Offer(reasons=("other",), needs_reason=False), reason="")) == {}


def test_text_over_its_limit_is_told_and_kept(app):
    form = filled(note="一二三四五六")
    assert codes(form) == {"note": ["too_long"]}
    assert form.note.data == "一二三四五六"


def test_the_digest_sent_is_read_and_the_current_one_is_shown(app):
    form = filled(shown="then")
    assert form.shown.data == "then"
    assert 'value="now"' in form.shown()


def test_a_form_shown_again_keeps_its_request_id(app):
    form = filled(reason="")
    form.validate()
    assert form.request_id.data == "r-1"


@pytest.mark.parametrize("wrong", ["", "a b", "x" * 65])
def test_a_form_without_a_proper_request_id_is_refused(app, wrong):
    assert codes(filled(request_id=wrong)) == {"request_id": ["request_id"]}


@pytest.mark.parametrize(
    ("sent", "units"),
    [
        ({"quantity-1": " 2 ", "quantity-2": "", "quantity-3": "-0", "note": "3"}, (("1", 2),)),
        ({"quantity-9": "7"}, (("9", 7),)),
        ({"quantity-1": "1", "quantity-2": "x"}, ()),
        ({"quantity-1": "1", "quantity-2": "-1"}, ()),
        ({"quantity-1": "0"}, ()),
        ({}, ()),
    ],
)
def test_a_choice_is_read_as_it_came_and_counts_only_where_each_of_it_is_a_count(sent, units):
    assert units_as_sent(MultiDict(sent)) == units
