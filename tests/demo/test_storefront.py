"""The demo's shop is a merchant like any other: one call for a code, the snippet, another site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Playwright
from werkzeug.serving import make_server

from portal.demo.storefront import Merchant, make_storefront
from portal.repos.unit_of_work import unit_of_work
from tests.support import browsers, needs, sites
from tests.support.browsers import Live
from tests.support.embedding import post_start
from tests.support.page import Browserless
from tests.support.shopper import Shopfront, open_shop

pytestmark = pytest.mark.req("P11", "N11")
ORIGIN = {"Origin": "http://shop.localhost"}


@pytest.fixture
def front(app: Flask) -> Shopfront:
    return open_shop(app)


@pytest.fixture
def merchant(front: Shopfront, live: Live) -> Merchant:
    token = front.made.keys.token
    return Merchant(portal=live.url, key="tepai", token=token, customers={"c-1": "张三", "c-9": "没有订单的人"})


@pytest.fixture
def shop(merchant: Merchant) -> FlaskClient:
    return make_storefront(merchant).test_client()


def come_in(shop: FlaskClient, customer: str = "c-1") -> None:
    answer = shop.post("/sign-in", data={"customer": customer}, headers=ORIGIN, base_url=ORIGIN["Origin"])
    assert answer.status_code == 303


def test_the_page_of_a_customer_has_the_snippet_with_a_code_that_opens_the_portal(
    shop: FlaskClient, merchant: Merchant, front: Shopfront
) -> None:
    come_in(shop)
    answer = shop.get("/my-orders", base_url=ORIGIN["Origin"])
    assert answer.headers["Cache-Control"] == "no-store"
    assert merchant.token not in answer.text and 'target="after-sales"' in answer.text
    code = re.search(r'name="code" value="([^"]+)"', answer.text)
    assert code and post_start(Browserless(front.app.test_client()), code=code[1]).status_code == 303
    again = shop.get("/my-orders", base_url=ORIGIN["Origin"]).text
    assert code[1] not in again


def test_who_is_not_signed_in_at_the_shop_gets_no_code_and_nobody_signs_in_from_elsewhere(shop: FlaskClient) -> None:
    assert shop.get("/my-orders").status_code == 303
    for customer, origin in (("c-404", "http://localhost"), ("c-1", "http://evil.example")):
        assert shop.post("/sign-in", data={"customer": customer}, headers={"Origin": origin}).status_code == 403
    assert shop.post("/sign-out", headers={"Origin": "http://evil.example"}).status_code == 403


def test_a_portal_that_gives_no_code_is_said_with_what_to_do(shop: FlaskClient) -> None:
    come_in(shop, "c-9")
    answer = shop.get("/my-orders", base_url=ORIGIN["Origin"])
    assert answer.status_code == 503 and "再试一次" in answer.text


@pytest.fixture
def shops_url(merchant: Merchant, front: Shopfront) -> Iterator[str]:
    """The storefront on a port of its own; its site may embed the shop."""
    import threading

    server = make_server("127.0.0.1", 0, make_storefront(merchant), threaded=True)
    url = f"http://shop.localhost:{server.server_port}"
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, origins=[url])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_a_customer_signs_in_at_the_shop_and_reads_an_order_in_the_frame(
    scripts: bool,
    shops_url: str,
    front: Shopfront,
    playwright: Playwright,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Over plain http, as a demo is: browsers keep the frame's Secure, Partitioned cookie on loopback names."""
    executable = needs.need("chromium", "embedding is walked in a real browser", browsers.chromium())
    monkeypatch.setattr(sites, "RULES", "MAP shop.localhost 127.0.0.1 , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
    number = front.take()
    with sites.window(playwright, executable, tmp_path / "window", scripts=scripts) as context:
        page = context.pages[0]
        page.goto(shops_url)
        page.click("text=以张三登录")
        page.wait_for_url("**/my-orders")
        if not scripts:
            page.click("form[target=after-sales] button")
        frame = page.frame("after-sales")
        assert frame
        frame.wait_for_url("**/embed/tepai/orders*")
        frame.click(f"article[data-order='{number}'] h2 a")
        frame.wait_for_url(f"**/orders/{number}")
        assert frame.get_attribute("article[data-order]", "data-state") == "paid"
        assert {cookie["name"] for cookie in context.cookies()} == {"__Secure-portal_frame", "demo_shop"}


def test_the_demo_serves_it_on_the_next_port_unless_that_is_taken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], live: Live
) -> None:
    from portal.cli.demo import storefront
    from portal.demo.storefront import SHOP_VARIABLE

    monkeypatch.setenv(SHOP_VARIABLE, "")
    lines = ["shop key=tepai token=t-1 handoff=h", "shopper login=c-1001 password=x", "staff role=admin login=a"]
    port = sites.free_port()
    beside = storefront(port, "http://127.0.0.1:8000", lines)
    assert beside["shop"][-2:] == ["portal.demo.storefront", str(port)]
    assert f"storefront http://shop.localhost:{port}" in capsys.readouterr().out
    assert storefront(int(live.url.rpartition(":")[2]), "http://127.0.0.1:8000", lines) == {}
    assert "left out" in capsys.readouterr().out
