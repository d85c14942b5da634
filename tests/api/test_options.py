"""GET …/orders/{number}/options and the public …/products/{sku}/options: what pages offer, for programs (P22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.domain.identity.access import Actor
from portal.domain.orders.order import Order
from portal.services.shops.api_tokens import add_token
from tests.support.applications import bought
from tests.support.make import make_shop
from tests.support.order_facts import make_line, make_order, parcel
from tests.support.page import Browserless
from tests.support.shopper import Shopfront, sign_in
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P22")


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


def bearer(here: Place, token: str = "") -> dict[str, str]:
    return {"Authorization": f"Bearer {token or here.made.keys.token}"}


def options_of(here: Place, number: str, **query: str) -> Any:
    answer = here.app.test_client().get(f"/api/v1/orders/{number}/options", query_string=query, headers=bearer(here))
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def act_of(acts: list[Any], name: str) -> Any:
    return next(act for act in acts if act["act"] == name)


def every_order(now: datetime) -> dict[str, Order]:
    line = make_line("1", 2, 5000)
    return {
        "unpaid": make_order(line, status="awaiting_payment"),
        "paid": make_order(line),
        "picking": make_order(line, status="picking"),
        "in window": bought(line, at=now - timedelta(days=2)),
        "late": bought(line, at=now - timedelta(days=60)),
        "fresh": bought(make_line("1", 1, 5000, tags=("fresh",)), at=now - timedelta(days=1)),
        "cancelled": make_order(make_line("1", 1, 100, cancelled=1, gone=1), status="cancelled"),
    }


@pytest.mark.req("N2")
@pytest.mark.parametrize("name", list(every_order(datetime(2026, 11, 20, tzinfo=UTC))))
def test_the_answer_is_what_the_order_page_offers_and_says(here: Place, visitor: Browserless, name: str) -> None:
    number = Shopfront(here.app, here.made).take(every_order(here.clock.now())[name])
    sign_in(visitor)
    page, said = visitor.open(f"/orders/{number}"), options_of(here, number)
    for act in ("cancel", "refund", "return"):
        option = act_of(said["acts"], act)
        assert option["allowed"] is (option["units"] > 0)
        assert option["allowed"] is (act in page.actions), act
        if not option["allowed"]:
            assert option["rules"][0]["rule"] == page.refusal(act).rule
            assert option["words"].rpartition(": ")[0] in page.refusal(act).text
    if name == "in window":
        until = act_of(said["acts"], "return")["until"]
        assert datetime.fromisoformat(until) == page.one("#standing").times["deadline"]


@pytest.mark.req("S7", "S11")
def test_a_line_that_has_left_or_cannot_go_alone_is_refused_where_the_order_is_not(here: Place) -> None:
    sent = (make_line("1", 1, 5000, shipped=1), make_line("2", 2, 3000))
    partly = make_order(*sent, status="picking", shipments=(parcel(("1", 1)),))
    unpaid = make_order(make_line("1", 1, 5000), make_line("2", 1, 3000), status="awaiting_payment")
    front = Shopfront(here.app, here.made)
    found = options_of(here, front.take(replace(partly, status="paid")))
    assert act_of(found["acts"], "cancel")["units"] == 2
    lines = [act_of(line["acts"], "cancel") for line in found["lines"]]
    assert [(one["allowed"], one["units"], one["why"]) for one in lines] == [(False, 0, "shipped"), (True, 2, None)]
    found = options_of(here, front.take(unpaid))
    assert act_of(found["acts"], "cancel")["allowed"]
    assert {act_of(line["acts"], "cancel")["why"] for line in found["lines"]} == {"unpaid_whole_only"}


def test_the_sentences_are_in_the_language_that_is_asked_for(here: Place) -> None:
    at = here.clock.now() - timedelta(days=2)
    number = Shopfront(here.app, here.made).take(bought(make_line("1", 2, 5000), at=at))
    chinese, english = options_of(here, number), options_of(here, number, locale="en")
    assert chinese["locale"] == "zh-CN" and "提交后立即通过" in act_of(chinese["lines"][0]["acts"], "return")["words"]
    back = act_of(english["lines"][0]["acts"], "return")
    assert english["locale"] == "en" and back["words"].isascii() and back["rules"][0]["words"].isascii()
    assert {reason["reason"] for reason in back["reasons"]} >= {"no_reason", "quality"}
    assert act_of(english["acts"], "cancel")["words"].replace("–", "-").isascii()


def test_only_a_token_with_the_scope_of_this_shop_is_answered(here: Place) -> None:
    number, client = Shopfront(here.app, here.made).take(make_order()), here.app.test_client()
    path = f"/api/v1/orders/{number}/options"
    assert client.get(path).status_code == 401
    admin = Actor(kind="operator", shop_id=here.made.shop_id)
    other_scope = add_token(actor=admin, scopes=("products:write",), deps=here.deps)
    assert client.get(path, headers=bearer(here, other_scope)).status_code == 403
    other_shop = make_shop(here.deps, "other").keys.token
    assert client.get(path, headers=bearer(here, other_shop)).status_code == 404


def feed(here: Place, sku: str, **values: Any) -> None:
    body = {"price": "59.90", "on_sale": True} | values
    answer = here.app.test_client().put(f"/api/v1/products/{sku}", json=body, headers=bearer(here))
    assert answer.status_code in (200, 201), answer.text


def ask(here: Place, sku: str, headers: dict[str, str] | None = None, **query: str) -> Any:
    return here.app.test_client().get(f"/api/v1/products/{sku}/options", query_string=query, headers=headers)


def no_reason(answer: Any, act: str = "return") -> Any:
    return next(one for one in act_of(answer["acts"], act)["reasons"] if one["reason"] in ("no_reason", ""))


def test_a_product_page_is_told_without_a_token_and_may_keep_it_for_a_while(here: Place) -> None:
    feed(here, "S-1", title="T恤")
    answer = ask(here, "S-1")
    body = answer.get_json()
    assert (answer.status_code, body["title"], body["law"]) == (200, "T恤", "cn")
    assert no_reason(body)["within"] == "P7D" and "签收后7天内" in no_reason(body)["words"]
    assert {one["rule"] for one in no_reason(body)["rules"]} == {"CN-1", "CN-5"}
    assert answer.headers["Cache-Control"] == "public, max-age=300" and "Set-Cookie" not in answer.headers
    again = ask(here, "S-1", {"If-None-Match": answer.headers["ETag"]}, placed_at=body["placed_at"])
    assert again.status_code == 304


def test_scripts_of_the_shops_own_sites_may_read_it_and_no_others(here: Place) -> None:
    feed(here, "S-1")
    assert ask(here, "S-1", {"Origin": "https://shop.example"}).headers["Access-Control-Allow-Origin"]
    stranger = ask(here, "S-1", {"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in stranger.headers and "Origin" in stranger.vary


def test_goods_that_are_excepted_say_so_before_they_are_bought(here: Place) -> None:
    feed(here, "S-1", tags=["fresh"])
    feed(here, "S-2", tags=["digital"])
    feed(here, "A/B 3", return_days=30)
    fresh, digital, promised = (ask(here, sku).get_json() for sku in ("S-1", "S-2", "A/B 3"))
    assert not no_reason(fresh)["allowed"] and "生鲜易腐" in no_reason(fresh)["words"]
    assert no_reason(digital)["only_unopened"] and "没有拆封或下载时" in no_reason(digital)["words"]
    assert no_reason(promised)["within"] == "P30D"


def test_the_law_is_that_of_where_it_goes_and_of_when_it_is_bought(here: Place) -> None:
    feed(here, "S-1")
    there = ask(here, "S-1", country="de", locale="en", placed_at="2026-07-01T10:00:00+02:00").get_json()
    assert (there["law"], no_reason(there, "contract_withdrawal")["within"]) == ("eu", "P14D")
    assert there["placed_at"] == "2026-07-01T08:00:00+00:00" and no_reason(there)["words"].isascii()


@pytest.mark.parametrize(
    ("query", "field"),
    [({"placed_at": "yesterday"}, "placed_at"), ({"placed_at": "1999-01-01T00:00:00Z"}, "placed_at"),
     ({"country": "Germany"}, "country")],
)  # fmt: skip
def test_a_question_that_makes_no_sense_is_told_field_by_field(here: Place, query: dict[str, str], field: str) -> None:
    feed(here, "S-1")
    answer = ask(here, "S-1", **query)
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert [one["field"] for one in answer.get_json()["errors"]] == [field]


def test_of_several_shops_one_is_named_and_what_another_sells_is_not_there(here: Place) -> None:
    feed(here, "S-1")
    make_shop(here.deps, "other")
    assert ask(here, "S-1", shop="tepai").status_code == 200
    for query in ({}, {"shop": "other"}, {"shop": "none"}):
        answer = ask(here, "S-1", **query)
        assert (answer.status_code, answer.content_type) == (404, "application/problem+json"), query


def test_a_token_says_which_shop_and_its_answer_is_kept_by_nobody_else(here: Place) -> None:
    feed(here, "S-1")
    other = make_shop(here.deps, "other").keys.token
    client = here.app.test_client()
    path = "/api/v1/products/S-1/options"
    own = client.get(path, headers=bearer(here))
    assert (own.status_code, own.get_json()["sku"]) == (200, "S-1")
    assert own.headers["Cache-Control"].startswith("private") and "Authorization" in own.headers["Vary"]
    assert client.get(path, headers=bearer(here, other)).status_code == 404
    assert client.get(f"{path}?shop=tepai", headers=bearer(here, "no-such-token")).status_code == 200


def test_nobody_hears_of_goods_that_were_never_fed(here: Place) -> None:
    assert ask(here, "S-9").status_code == 404
