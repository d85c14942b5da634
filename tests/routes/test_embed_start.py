"""The hand-off: a code posted from a site of the shop opens the frame's session, once."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.support.embedding import SHOP, START, ask, code_for, enter, post_start
from tests.support.make import make_customer, make_shop
from tests.support.order_facts import make_order
from tests.support.page import Browserless
from tests.support.shopper import Shopfront
from tests.support.signing_in import Place, place

pytestmark = [pytest.mark.req("P11"), pytest.mark.req("N8")]


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@pytest.fixture
def front(here: Place) -> Shopfront:
    return Shopfront(here.app, here.made)


@pytest.fixture
def guest(here: Place) -> Browserless:
    return here.newcomer()


def test_a_customer_handed_over_sees_their_orders_in_the_frame(
    here: Place, front: Shopfront, guest: Browserless
) -> None:
    number = front.take()
    page = enter(here, guest)
    assert page.path == "/embed/tepai/orders"
    assert number in page.text
    assert page.trail[0].startswith("/embed/tepai/check?ticket=")


def test_a_deep_link_leads_to_its_page_and_keeps_its_query(here: Place, front: Shopfront, guest: Browserless) -> None:
    number = front.take()
    assert enter(here, guest, path=f"/orders/{number}").path == f"/embed/tepai/orders/{number}"
    assert enter(here, guest, path="/orders?state=to_ship").url == "/embed/tepai/orders?state=to_ship"


def test_the_language_asked_for_is_spoken(here: Place, front: Shopfront, guest: Browserless) -> None:
    assert enter(here, guest, locale="en").tree.get("lang") == "en"


def test_without_a_language_the_frame_speaks_the_shops_and_not_the_browsers(
    here: Place, front: Shopfront, guest: Browserless
) -> None:
    guest.headers["Accept-Language"] = "en"
    assert enter(here, guest).tree.get("lang") == "zh-Hans"
    here.set_shop(locale="en")
    guest.headers["Accept-Language"] = "zh-CN"
    assert enter(here, guest).tree.get("lang") == "en"


def test_the_frames_cookie_is_secure_partitioned_and_below_embed(here: Place, guest: Browserless) -> None:
    answer = post_start(guest, code=code_for(here))
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Secure-portal_frame="))
    parts = set(cookie.split("; ")[1:])
    assert parts == {"Secure", "HttpOnly", "Path=/embed/", "SameSite=None", "Partitioned"}


def test_a_code_works_once_and_says_how_to_go_on(here: Place, guest: Browserless) -> None:
    code = code_for(here)
    assert post_start(guest, code=code).status_code == 303
    again = post_start(here.newcomer(), code=code)
    assert again.status_code == 410
    assert "请刷新商家的页面，重新进入。" in again.text
    assert "__Secure-portal_frame=" not in str(again.headers.getlist("Set-Cookie"))


def test_a_code_is_over_after_a_minute(here: Place, guest: Browserless) -> None:
    code = code_for(here)
    here.clock.move(seconds=60)
    assert post_start(guest, code=code).status_code == 410
    assert guest.client.get(f"{START}?code={code}").status_code == 410


@pytest.mark.parametrize("code", ["", "guess", "x" * 5000, "\0"])
def test_what_is_no_code_is_410(code: str, here: Place, guest: Browserless) -> None:
    assert post_start(guest, code=code).status_code == 410


def test_a_code_of_another_shop_is_none_here(here: Place, guest: Browserless) -> None:
    other = make_shop(here.deps, "another")
    headers = {"Authorization": f"Bearer {other.keys.token}"}
    code = code_for(here, headers=headers)
    assert post_start(guest, code=code).status_code == 410
    assert guest.client.post("/embed/another/start", data={"code": code}, headers={"Origin": SHOP}).status_code == 303


def test_opened_as_an_address_it_shows_one_button_and_spends_nothing_until_it_is_pressed(
    here: Place, front: Shopfront, guest: Browserless
) -> None:
    url = ask(here).json["url"].removeprefix("http://localhost")
    page = guest.open(url)
    assert [form.element.get("action") for form in page.forms] == [START]
    assert len(page.tree.xpath("//main//button")) == 1
    assert guest.open(url).status == 200
    assert page.submit().path == "/embed/tepai/orders"
    assert guest.client.get(url).status_code == 410


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "https://shop.example:8443",
        "http://shop.example",
        "https://shop.example.evil.example",
        "https://sub.shop.example",
        "http://localhost:8000",
        "null",
        "",
    ],
)
def test_only_a_site_of_the_shop_starts_a_frame(origin: str, here: Place, guest: Browserless) -> None:
    code = code_for(here)
    answer = post_start(guest, origin=origin, code=code)
    assert answer.status_code == 403
    assert "__Secure-portal_frame=" not in str(answer.headers.getlist("Set-Cookie"))
    assert post_start(guest, code=code).status_code == 303, "a refused origin spends nothing"


def test_a_box_without_an_origin_says_which_attributes_it_needs(here: Place, guest: Browserless) -> None:
    answer = post_start(guest, origin="null", code=code_for(here))
    assert "allow-forms allow-same-origin allow-scripts allow-popups allow-popups-to-escape-sandbox" in answer.text
    assert "no-referrer" in answer.text


def test_an_unknown_shop_is_nobodys_frame(here: Place, guest: Browserless) -> None:
    answer = guest.client.post("/embed/nobody/start", data={"code": "x"}, headers={"Origin": SHOP})
    assert answer.status_code == 404


def test_a_hand_off_for_some_orders_reaches_no_other_page(here: Place, front: Shopfront, guest: Browserless) -> None:
    shown, hidden = front.take(), front.take(make_order())
    page = enter(here, guest, orders=[shown])
    assert shown in page.text and hidden not in page.text
    frame = "/embed/tepai"
    assert guest.open(f"{frame}/orders/{shown}").status == 200
    for path in (f"/orders/{hidden}", f"/orders/{hidden}/cancel", "/account", "/account/password", "/notices"):
        assert guest.open(frame + path).status == 404, path
    listed = guest.open(f"{frame}/orders", q=hidden)
    assert not listed.tree.xpath("//*[@data-order]")
    assert "账户" not in listed.links and "消息" not in listed.links
    assert {"账户", "消息"} <= set(enter(here, guest).links)


def test_a_new_hand_off_ends_the_session_before_it(here: Place, front: Shopfront, guest: Browserless) -> None:
    enter(here, guest)
    before = guest.client.get_cookie("__Secure-portal_frame", path="/embed/").value
    make_customer(here.deps, here.made.shop_id, number=2)
    enter(here, guest, customer="c-2")
    guest.client.set_cookie("__Secure-portal_frame", before, path="/embed/")
    assert guest.open("/embed/tepai/orders").path == "/embed/tepai/sign-in"


def test_no_personal_data_and_no_customer_stands_in_an_address(
    here: Place, front: Shopfront, guest: Browserless
) -> None:
    page = enter(here, guest)
    assert not any(re.search(r"c-1|138|example\.com|%E5", address) for address in page.trail)


def signed(here: Place, **claims: object) -> str:
    """A token as the merchant's server signs it with the key that `shops add` printed."""
    now = int(here.clock.now().timestamp())
    said = {"iss": "tepai", "aud": "http://localhost", "sub": "c-1", "iat": now, "exp": now + 60, "jti": "a1b2c3d4e5"}
    key = OctKey.import_key(here.made.keys.handoff_key)
    return jwt.encode({"alg": "HS256", "kid": "k1"}, said | claims, key)


def test_a_signed_token_comes_in_by_the_same_form_once(here: Place, front: Shopfront, guest: Browserless) -> None:
    number = front.take()
    token = signed(here, path=f"/orders/{number}", orders=[number], locale="en")
    answer = post_start(guest, token=token)
    assert answer.status_code == 303
    page = guest.open(answer.location)
    assert (page.path, page.tree.get("lang")) == (f"/embed/tepai/orders/{number}", "en")
    assert post_start(here.newcomer(), token=token).status_code == 410
    assert post_start(here.newcomer(), token=token, origin="https://evil.example").status_code == 403


def test_a_token_that_is_wrong_says_to_the_merchant_what_is(here: Place, guest: Browserless) -> None:
    answer = post_start(guest, token=signed(here, aud="https://other.example"))
    assert answer.status_code == 422
    assert "给商家的说明" in answer.text and "must be http://localhost" in answer.text
    assert "__Secure-portal_frame=" not in str(answer.headers.getlist("Set-Cookie"))


def test_a_token_is_never_taken_from_an_address(here: Place, guest: Browserless) -> None:
    assert guest.client.get(START, query_string={"token": signed(here)}).status_code == 410


def test_a_path_that_is_no_page_leads_to_the_orders(here: Place, guest: Browserless) -> None:
    answer = post_start(guest, token=signed(here, path="/sign-out"))
    assert guest.open(answer.location).path == "/embed/tepai/orders"
