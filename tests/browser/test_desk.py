"""The desk in one screen: where its main button is at 1280 × 900 and 768, its keys, a picture over the page (P25)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.contract_withdrawal import contract_page
from portal.repos.unit_of_work import unit_of_work
from portal.services.evidence.receive_files import receive_evidence
from portal.services.messages.ask_question import ask_question
from portal.services.messages.write_message import answer_shop, note_internally
from portal.services.returning.receive_parcel import receive_goods
from tests.browser.test_staff_desk import come_in
from tests.routes.staff.test_deciding import applied
from tests.routes.staff.test_exchanging import asked as exchange
from tests.services.evidence.test_evidence import picture
from tests.support.applications import bought
from tests.support.browsers import Live, Screen, screen_on
from tests.support.order_facts import NOON, make_line
from tests.support.packs import PACKS
from tests.support.said import decide_case, withdraw_contract
from tests.support.staff import Office, open_office

P25 = pytest.mark.req("P25", "S42")
DESK, SMALL = (1280, 900), (768, 1024)
Case = Callable[[Office], str]


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def hold(office: Office) -> str:
    return office.waiting()


def refund(office: Office) -> str:
    """With photos, words and messages, as most are."""
    by = {"actor": office.made.shopper, "deps": office.deps}
    files = [picture(shade, name=f"IMG_{shade}.jpg") for shade in range(3)]
    case_no = applied(office, note="打开就看到杯口有裂纹，两个都是，外箱一角压扁了。")
    for count, file in enumerate(files):
        ids = [one.id for one in receive_evidence(uploads=[file], case_no=case_no, **by).evidence]
        answer_shop(case_no=case_no, body=f"照片{count + 1}", evidence_ids=ids, request_id=f"photo-{count}", **by)
    note = {"actor": office.made.staff("agent"), "deps": office.deps, "request_id": "note"}
    note_internally(case_no=case_no, body="同一批次本周第4件。", **note)
    return case_no


def returned(office: Office) -> str:
    return applied(office, "return_refund", "other", conditions=("complete",))


def exchanged(office: Office) -> str:
    return exchange(office, "")


def received(office: Office) -> str:
    case_no = applied(office, "return_refund", "no_reason")
    by: dict[str, Any] = {"actor": office.made.staff("agent"), "deps": office.deps}
    if "submitted" in {row["state"] for row in office.rows("SELECT state FROM after_sales_case")}:
        decide_case(case_no=case_no, decision="accept", request_id="yes", **by)
    receive_goods(case_no=case_no, request_id="came", **by)
    return case_no


def question(office: Office) -> str:
    by: dict[str, Any] = {"actor": office.made.shopper, "request_id": "q", "deps": office.deps}
    return ask_question(order_no=office.take(), body="什么时候发货？", **by).case_no


def contract(office: Office) -> str:
    with unit_of_work(office.deps) as work:
        work.policies.ensure(office.made.shop_id, PACKS["eu"], by="test")
    goods = bought(make_line("1", 2, 5000), at=NOON - timedelta(days=40))
    number = office.take(replace(goods, country="DE"), policy="eu")
    about: dict[str, Any] = {"order_no": number, "actor": office.made.shopper, "deps": office.deps}
    shown = contract_page(settings=ShopSettings(), locale="zh", **about).shown
    return withdraw_contract(name="张三", contact="c1@example.com", shown=shown, request_id="w", **about).case_no


KINDS: dict[str, tuple[Case, str]] = {
    "cancel": (hold, "#hold form .actions button"),
    "refund_only": (refund, "#decide form[action$=decide] .actions button"),
    "return_refund": (returned, "#decide form[action$=decide] .actions button"),
    "exchange": (exchanged, "#decide form[action$=decide] .actions button"),
    "received": (received, "#goods form[action$=inspect] .actions button"),
    "question": (question, "#desk-messages form[action$=message] .actions button"),
    "contract_withdrawal": (contract, "#decide form[action$=decide] .actions button"),
}


@pytest.fixture(params=(True, False), ids=("scripts", "no scripts"))
def desk(request: pytest.FixtureRequest, browser: Browser, office: Office, live: Live) -> Iterator[Screen]:
    """A supervisor at 售后队列."""
    with screen_on(browser, scripts=request.param, size=DESK) as screen:
        come_in(office, live, screen, "supervisor")
        yield screen


@P25
@pytest.mark.parametrize("kind", KINDS)
def test_the_main_button_is_on_the_first_screen(kind: str, office: Office, live: Live, desk: Screen) -> None:
    make, button = KINDS[kind]
    case_no = make(office)
    page = desk.open(f"{live.url}/staff/cases/{case_no}")
    if folder := os.environ.get("DESK_PICTURES"):
        page.screenshot(path=f"{folder}/{kind}-{desk.scripts}.png")
    foot = foot_of(desk, button)
    desk.fits()
    desk.axe_clean()
    page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    if folder:
        page.screenshot(path=f"{folder}/{kind}-768-{desk.scripts}.png")
    desk.fits()
    small = foot_of(desk, button)
    assert foot <= DESK[1], foot
    assert small <= SMALL[1], small


@P25
def test_what_only_colleagues_read_looks_like_nothing_that_the_customer_reads(
    office: Office, live: Live, desk: Screen
) -> None:
    page = desk.open(f"{live.url}/staff/cases/{refund(office)}")
    look = "element => [getComputedStyle(element).borderTopStyle, getComputedStyle(element).backgroundColor]"
    note, said = (page.locator(f"[data-message={who}]").first.evaluate(look) for who in ("note", "customer"))
    assert note[0] == "dashed" and said[0] == "none" and note[1] != said[1]
    desk.axe_clean()


@P25
def test_a_shops_accent_leaves_the_colours_of_states_alone(office: Office, live: Live, desk: Screen) -> None:
    case_no = returned(office)
    page = desk.open(f"{live.url}/staff/cases/{case_no}")
    colours = "element => [getComputedStyle(element).color, getComputedStyle(element).backgroundColor]"
    chip, accent = ".desk-head .chip.move", ".tabs [aria-current]"
    before = page.locator(chip).evaluate(colours)
    line = page.locator(accent).evaluate("element => getComputedStyle(element).borderBottomColor")
    with unit_of_work(office.deps) as work:
        work.shops.set(office.made.shop_id, settings={"theme": {"accent": "#8e24aa"}})
    page.reload()
    assert page.locator(chip).evaluate(colours) == before
    assert page.locator(accent).evaluate("element => getComputedStyle(element).borderBottomColor") != line


@P25
def test_keys_act_on_links_and_forms_and_never_while_somebody_types(
    office: Office, live: Live, browser: Browser
) -> None:
    first, second = office.waiting(), office.waiting()
    with screen_on(browser, scripts=True, size=DESK) as screen:
        come_in(office, live, screen, "agent")
        page = screen.page
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/staff/cases/{first}")
        page.keyboard.press("Control+c")
        page.keyboard.press("r")
        page.keyboard.type("jc")
        assert page.input_value("#message-body") == "jc" and page.locator("form[action$=claim]").count() == 1
        page.locator("#main").focus()
        page.keyboard.press("x")
        page.wait_for_selector("#answer-too_late:checked")
        assert page.locator("#left_at").is_visible()
        page.locator("#main").focus()
        page.keyboard.press("c")
        page.wait_for_selector("form[action$=release]")
        page.keyboard.press("?")
        assert page.locator("#key-list").is_visible()
        screen.axe_clean()
        page.keyboard.press("Escape")
        page.keyboard.press("j")
        page.wait_for_url(f"**/staff/cases/{second}")
        page.keyboard.press("k")
        page.wait_for_url(f"**/staff/cases/{first}")
        page.keyboard.press("u")
        page.wait_for_url("**/staff/cases?**")
        page.keyboard.press("/")
        assert page.locator("#find-case").evaluate("element => element === document.activeElement")


@P25
def test_a_picture_is_seen_over_the_page_and_in_its_own_size(office: Office, live: Live, desk: Screen) -> None:
    page = desk.open(f"{live.url}/staff/cases/{refund(office)}")
    page.click("#evidence .files a >> nth=0")
    viewer = page.locator(".viewer:target")
    assert viewer.is_visible()
    desk.axe_clean()
    first = viewer.get_attribute("id")
    viewer.get_by_text("下一张").click()
    shown = page.locator(".viewer:target")
    assert shown.get_attribute("id") != first
    shown.locator(".viewer-zoom").check()
    assert shown.locator("img").evaluate("image => getComputedStyle(image).maxWidth") == "none"
    shown.get_by_text("关闭").click()
    assert page.locator(".viewer:target").count() == 0


def foot_of(screen: Screen, button: str) -> int:
    box = screen.page.locator(button).first.bounding_box()
    assert box is not None, f"{button} has no place"
    return round(box["y"] + box["height"])
