"""Help: a page for every question, found by searching, with the numbers that hold now (S45)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from portal.domain.help.search import search
from portal.routes.shop.help import TOPICS
from tests.support.order_facts import make_order
from tests.support.page import Browserless
from tests.support.shopper import Shopfront, open_shop, sign_in

S45 = pytest.mark.req("S45")
SLUGS = [slug for slugs in TOPICS.values() for slug in slugs if slug != "eu-withdrawal"]


@pytest.fixture
def shopfront(app: Flask) -> Shopfront:
    return open_shop(app)


@S45
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_question_has_a_page_in_both_languages_led_to_from_the_index(
    language: str, shopfront: Shopfront, visitor: Browserless
) -> None:
    visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    index = visitor.open("/help")
    for slug in SLUGS:
        assert f'/help/{slug}"' in index.html
        page = visitor.open(f"/help/{slug}")
        assert page.status == 200
        assert "%(" not in page.text and "None" not in page.text
    assert visitor.open("/help/eu-withdrawal").status == 404
    assert len(visitor.open("/help/refunds").queries) <= 6


@S45
@pytest.mark.parametrize(
    ("query", "slug"),
    [
        ("怎么取消", "cancel"),
        ("申诉", "appeal"),
        ("钱什么时候到账", "refunds"),
        ("运费", "carriage"),
        ("没收到货", "fault"),
    ],
)
def test_a_question_in_ones_own_words_finds_its_page(
    query: str, slug: str, shopfront: Shopfront, visitor: Browserless
) -> None:
    page = visitor.open("/help").submit("/help", q=query)
    links = [link.get("href").partition("?")[0] for link in page.all("#help-index ul a")]
    assert f"/help/{slug}" in links[:4]


@S45
def test_what_is_nowhere_says_so_and_leads_to_people(shopfront: Shopfront, visitor: Browserless) -> None:
    page = visitor.open("/help?q=量子纠缠")
    assert "没有找到“量子纠缠”" in page.text
    assert "还没解决？联系我们" in page.text
    assert not search("", {"a": ("b", "c")})


@S45
def test_its_numbers_are_those_of_the_policy_and_the_order_goes_along(
    shopfront: Shopfront, visitor: Browserless
) -> None:
    number = shopfront.take(replace(make_order()))
    sign_in(visitor)
    page = visitor.open(f"/help/send-back?order_no={number}")
    assert "请在7天内寄出" in page.text and "3天" in page.text
    assert f"order_no={number}" in page.html
    assert "48小时内答复" in visitor.open("/help/appeal").text
    assert visitor.open("/help/appeal?order_no=NOT-THERE").status == 200
