"""Inside the frame: cookies of its own, forms that nobody forges, and a way on for browsers that keep no cookies."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.embedding import ask, code_for, enter, post_start, without_cookies
from tests.support.page import Browserless, Page
from tests.support.page_marks import words
from tests.support.shopper import Shopfront
from tests.support.signing_in import PASSWORD, Place, place

pytestmark = [pytest.mark.req("P11"), pytest.mark.req("N8")]
FRAME = "/embed/tepai"


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@pytest.fixture
def front(here: Place) -> Shopfront:
    return Shopfront(here.app, here.made)


@pytest.fixture
def guest(here: Place) -> Browserless:
    return here.newcomer()


@pytest.fixture
def blocked(here: Place) -> Browserless:
    return without_cookies(here)


def stopped(page: Page) -> str:
    return str(page.tree.xpath("string(//*[@data-stopped]/@data-stopped)"))


def test_a_tabs_session_is_none_in_a_frame_and_a_frames_none_in_a_tab(
    here: Place, front: Shopfront, guest: Browserless
) -> None:
    enter(here, guest)
    frame = guest.client.get_cookie("__Secure-portal_frame", path="/embed/").value
    tab = here.signed_in().client.get_cookie("portal").value
    crossed = here.newcomer()
    crossed.client.set_cookie("portal", frame)
    crossed.client.set_cookie("__Secure-portal_frame", tab, path="/embed/")
    assert crossed.open("/orders").path == "/sign-in"
    assert crossed.open(f"{FRAME}/orders").path == f"{FRAME}/sign-in"


def test_our_links_stand_on_top_of_a_frame_and_mark_where_one_is(here: Place, guest: Browserless) -> None:
    page = enter(here, guest)
    links = page.all("header.frame nav a")
    assert [link.text for link in links if link.get("aria-current")] == ["我的订单"]
    assert page.has("header.frame a.new-tab") and not page.has("footer, header.site")
    assert page.one("h1").get("class") == "page-name"


def test_every_cookie_set_in_a_frame_is_the_frames(here: Place, front: Shopfront, guest: Browserless) -> None:
    enter(here, guest)
    guest.open(f"{FRAME}/account").submit("/sign-out")
    names = {cookie.key for cookie in (guest.client._cookies or {}).values()}
    assert names and all(name.startswith("__Secure-portal_frame") for name in names)


def test_a_form_of_the_frame_needs_its_token_and_our_origin(here: Place, front: Shopfront, guest: Browserless) -> None:
    enter(here, guest)
    page = guest.open(f"{FRAME}/account")
    token = page.form("/sign-out").element.xpath(".//input[@name='csrf_token']/@value")[0]
    for origin, sent in (
        ("https://shop.example", token),
        ("https://evil.example", token),
        ("http://localhost", "forged"),
        ("http://localhost", ""),
    ):
        answer = guest.client.post(f"{FRAME}/sign-out", data={"csrf_token": sent}, headers={"Origin": origin})
        assert answer.status_code == 403, (origin, sent)
    assert guest.open(f"{FRAME}/orders").path == f"{FRAME}/orders"


def test_a_token_of_the_tab_is_none_in_the_frame(here: Place, front: Shopfront, guest: Browserless) -> None:
    token = here.signed_in().open("/account").form("/sign-out").element.xpath(".//input[@name='csrf_token']/@value")[0]
    enter(here, guest)
    headers = {"Origin": "http://localhost"}
    assert guest.client.post(f"{FRAME}/sign-out", data={"csrf_token": token}, headers=headers).status_code == 403


def test_a_box_without_an_origin_is_told_apart_from_a_forged_form(here: Place, guest: Browserless) -> None:
    page = guest.open(f"{FRAME}/sign-in")
    token = page.form().element.xpath(".//input[@name='csrf_token']/@value")[0]
    answer = guest.client.post(f"{FRAME}/sign-in", data={"csrf_token": token}, headers={"Origin": "null"})
    assert answer.status_code == 403
    assert 'data-stopped="boxed"' in answer.text and "allow-same-origin" in answer.text
    assert "allow-same-origin" not in guest.client.post("/sign-in", headers={"Origin": "null"}).text


def test_signing_out_ends_the_session_for_good(here: Place, front: Shopfront, guest: Browserless) -> None:
    enter(here, guest)
    before = guest.client.get_cookie("__Secure-portal_frame", path="/embed/").value
    guest.open(f"{FRAME}/account").submit("/sign-out")
    guest.client.set_cookie("__Secure-portal_frame", before, path="/embed/")
    assert stopped(guest.open(f"{FRAME}/orders")) == "over"


def test_a_session_that_ended_says_to_reload_the_shops_page_and_shows_no_form_to_sign_in(
    here: Place, front: Shopfront, guest: Browserless
) -> None:
    number = front.take()
    enter(here, guest)
    here.clock.move(minutes=31)
    page = guest.open(f"{FRAME}/orders/{number}")
    assert stopped(page) == "over" and "请刷新商家的页面" in page.text
    assert not page.tree.xpath("//input[@name='password']")
    link = page.tree.xpath("//main//a[@target='_blank']/@href")
    assert link == [f"/orders/{number}?shop=tepai"]


def test_what_was_sent_when_the_session_had_ended_is_there_after_the_next_hand_off(
    here: Place, front: Shopfront, guest: Browserless
) -> None:
    number = front.take()
    page = enter(here, guest, path=f"/orders/{number}/address")
    here.clock.move(minutes=31)
    ended = page.submit(name="李四", phone="13900000002")
    assert stopped(ended) == "over"
    again = enter(here, guest)
    assert again.path == f"{FRAME}/resume"
    assert "李四" in again.html


def test_where_cookies_are_kept_a_customer_signs_in_inside_the_frame(
    here: Place, front: Shopfront, guest: Browserless
) -> None:
    number = front.take()
    page = guest.open(f"{FRAME}/orders/{number}")
    assert page.path == f"{FRAME}/sign-in" and "刷新那个页面就能进入" in page.text
    page = page.submit(login="c-1", password=PASSWORD)
    assert page.path == f"{FRAME}/orders/{number}"
    assert "portal" not in {cookie.key for cookie in (guest.client._cookies or {}).values()}


def test_a_guest_finds_one_order_inside_the_frame_and_no_other(
    here: Place, front: Shopfront, guest: Browserless
) -> None:
    number, other = front.take(), front.take()
    page = guest.open(f"{FRAME}/find-order").submit(order_no=number, contact="13800000001")
    page = page.submit(code=here.code_sent_to("+8613800000001"))
    assert page.path == f"{FRAME}/orders/{number}"
    assert guest.open(f"{FRAME}/orders/{other}").status == 404
    assert guest.open(f"{FRAME}/orders").path == f"{FRAME}/sign-in"


def test_without_cookies_a_hand_off_goes_on_in_a_new_tab(here: Place, front: Shopfront, blocked: Browserless) -> None:
    number = front.take()
    page = enter(here, blocked, path=f"/orders/{number}")
    assert (stopped(page), page.path) == ("blocked", f"{FRAME}/check")
    form = page.form("/tab")
    assert (form.element.get("target"), form.method) == ("_blank", "post")
    tab = page.submit("/tab")
    assert tab.path == f"/orders/{number}" and tab.status == 200
    assert blocked.client.get_cookie("portal") is not None


def test_the_way_to_the_tab_works_once_and_for_ten_minutes(here: Place, front: Shopfront, blocked: Browserless) -> None:
    page = enter(here, blocked)
    assert page.submit("/tab").path == "/orders"
    assert page.submit("/tab").status == 410
    page = enter(here, blocked)
    here.clock.move(minutes=10)
    late = page.submit("/tab")
    assert late.status == 410 and "请回到原来的页面刷新" in late.text


def test_the_way_to_the_tab_is_shown_in_a_frame_and_not_to_whoever_opens_its_link(
    here: Place, front: Shopfront, blocked: Browserless
) -> None:
    """Else somebody could make another press a button that signs them in as him."""
    address = post_start(blocked, code=code_for(here)).location
    blocked.headers["Sec-Fetch-Dest"] = "document"
    assert stopped(blocked.open(address)) == "over"
    blocked.headers["Sec-Fetch-Dest"] = "iframe"
    assert stopped(blocked.open(address)) == "blocked"


@pytest.mark.parametrize("origin", ["https://shop.example", "https://evil.example", "null", ""])
def test_nobody_else_sends_a_browser_into_a_tab(
    origin: str, here: Place, front: Shopfront, blocked: Browserless
) -> None:
    page = enter(here, blocked)
    ticket = page.form("/tab").element.xpath(".//input[@name='ticket']/@value")[0]
    headers = {"Origin": origin} if origin else {}
    assert here.app.test_client().post("/tab", data={"ticket": ticket}, headers=headers).status_code == 403
    assert page.submit("/tab").path == "/orders"


@pytest.mark.parametrize("path", ["/orders", "/sign-in", "/find-order", "/orders/A-1/cancel", "/account"])
def test_without_cookies_no_page_leads_in_a_circle(path: str, here: Place, blocked: Browserless) -> None:
    page = blocked.open(FRAME + path)
    assert stopped(page) == "blocked"
    assert len(page.trail) <= 3
    assert page.tree.xpath("//main//a[@target='_blank' and @rel='noopener']")


def test_a_form_sent_without_the_cookie_it_was_given_leads_to_a_new_tab(
    here: Place, guest: Browserless, blocked: Browserless
) -> None:
    page = guest.open(f"{FRAME}/sign-in")
    token = page.form().element.xpath(".//input[@name='csrf_token']/@value")[0]
    answer = blocked.client.post(
        f"{FRAME}/sign-in", data={"csrf_token": token, "login": "c-1"}, headers={"Origin": "http://localhost"}
    )
    assert answer.status_code == 403 and 'data-stopped="blocked"' in answer.text


def test_help_needs_no_cookies(blocked: Browserless) -> None:
    assert blocked.open(f"{FRAME}/help").status == 200
    assert blocked.open(f"{FRAME}/contact").status == 200


def test_the_frame_has_no_header_and_always_a_way_to_a_window_of_its_own(
    here: Place, front: Shopfront, guest: Browserless
) -> None:
    number = front.take()
    enter(here, guest)
    for path in ("/orders", f"/orders/{number}", "/cases", "/help", f"/orders/{number}/cancel"):
        page = guest.open(FRAME + path)
        assert not page.tree.xpath("//header[@class='site']") and page.tree.xpath("//body[@class='framed']")
        assert "在新窗口打开" in page.links
    tab = page.follow("在新窗口打开").submit("/tab")
    assert tab.path == f"/orders/{number}/cancel"
    assert tab.tree.xpath("//header[@class='site']")


def test_every_link_of_the_frame_stays_in_it_or_opens_a_tab(here: Place, front: Shopfront, guest: Browserless) -> None:
    number = front.take()
    enter(here, guest)
    for path in ("/orders", f"/orders/{number}", f"/orders/{number}/cancel", "/cases", "/help", "/contact"):
        for link in guest.open(FRAME + path).tree.xpath("//a[@href]"):
            address = link.get("href")
            stays = address.startswith((f"{FRAME}/", "#", "tel:", "mailto:"))
            assert stays or link.get("target") == "_blank", f"{path}: {words(link)} {address}"


def test_a_hand_off_whose_cookie_comes_back_asks_nothing(here: Place, front: Shopfront, guest: Browserless) -> None:
    answer = post_start(guest, code=code_for(here))
    assert guest.client.get(answer.location).status_code == 303


def test_the_shops_theme_is_the_frames(here: Place, front: Shopfront, guest: Browserless) -> None:
    here.set_shop(theme={"accent": "#7a1f4b", "radius": 2, "mode": "light"})
    page = enter(here, guest)
    assert page.tree.xpath("//meta[@name='color-scheme']/@content") == ["light"]
    sheet = guest.client.get(page.tree.xpath("//link[@rel='stylesheet']/@href")[0], buffered=True).text
    assert ":root{--radius:2px}" in sheet and "--accent:#7a1f4b" in sheet
    assert "prefers-color-scheme" not in sheet and "color-scheme:light}" in sheet


def test_asking_for_a_page_that_is_none_is_refused_before_it_is_shown(here: Place) -> None:
    assert ask(here, path="/nowhere").status_code == 422
