"""In WeChat and Alipay: a payment that the app refuses goes on in a browser, and works once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from portal.domain.identity.access import Actor
from portal.domain.refunds.rails import WechatConfig
from portal.services.shops.set_rail import set_rail
from tests.support.embedding import FRAME, enter, ticket_link
from tests.support.order_facts import make_order
from tests.support.page import Browserless, Page
from tests.support.said import ship_back
from tests.support.shopper import Shopfront, sign_in
from tests.support.signing_in import Place, refusals
from tests.support.user_agents import APPS, WINDOWS

pytestmark = pytest.mark.req("P11")
REFUSED = [("wechat", "alipay", "支付宝"), ("wecom", "alipay", "支付宝"), ("alipay", "wechat", "微信支付")]
AT_THE_SHOP = "https://pay.example/x"


def signed_in(here: Place, name: str = "", *, htmx: bool = False) -> Browserless:
    """A customer in this app, or in a browser."""
    visitor = here.newcomer(htmx=htmx)
    if name:
        visitor.headers["User-Agent"] = APPS[name]
    sign_in(visitor)
    return visitor


def with_fee(here: Place, front: Shopfront, visitor: Browserless, root: str = "") -> Page:
    """Where the fee of a withdrawal is paid."""
    here.set_shop(returns=True, fees={"withdrawal_fixed": "12.00"})
    case_no = front.returning()
    by = {"actor": front.made.shopper, "request_id": "ship", "deps": front.deps}
    ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", **by)
    page = visitor.open(f"{root}/cases/{case_no}/withdraw")
    here.clock.move(seconds=2)
    return page.submit("/withdraw", reason="changed_mind").act("fee")


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(("name", "method", "words"), REFUSED)
def test_a_method_that_the_app_refuses_is_paid_in_a_browser(
    name: str, method: str, words: str, htmx: bool, here: Place, front: Shopfront
) -> None:
    visitor = signed_in(here, name, htmx=htmx)
    page = with_fee(here, front, visitor)
    assert page.says(f"里不能用{words}支付。选它会请您到浏览器里继续。")
    way_out = page.submit("/fee", method=method)
    assert way_out.one("[data-way-out]").get("data-way-out") == name
    assert visitor.open(way_out.path).has("[data-way-out]"), "looking spends nothing"
    browser = here.newcomer()
    paid = browser.open(way_out.path).submit("/tab").submit("/fee", method=method)
    assert paid.one("article[data-case]").get("data-fee") == "paid"
    assert here.newcomer().open(way_out.path).submit("/tab").status == 410, "it opens one session"
    assert browser.open("/account").status == 404, "which reaches the order that is paid"


@pytest.mark.parametrize("name", APPS)
def test_what_works_in_the_app_stays_there(name: str, here: Place, front: Shopfront) -> None:
    paid = with_fee(here, front, signed_in(here, name)).submit("/fee", method="card")
    assert paid.one("article[data-case]").get("data-fee") == "paid"


def test_a_fee_in_a_frame_leads_out_beside_it_because_nothing_may_frame_the_way_out(
    here: Place, front: Shopfront
) -> None:
    visitor = here.newcomer()
    visitor.headers["User-Agent"] = APPS["wechat"]
    enter(here, visitor)
    page = with_fee(here, front, visitor, FRAME)
    here.clock.move(seconds=2)
    page = page.submit("/fee", method="alipay")
    assert (page.status, page.path.startswith(FRAME), set(refusals(page))) == (422, True, {"not_here"})
    assert page.says("里不能用支付宝支付。")
    way_out = visitor.open(ticket_link(page, "在浏览器里付款"))
    assert way_out.has("[data-way-out=wechat]") and way_out.headers["X-Frame-Options"] == "DENY"
    paid = here.newcomer().open(way_out.path).submit("/tab").submit("/fee", method="alipay")
    assert paid.one("article[data-case]").get("data-fee") == "paid"


def test_the_tab_of_a_frame_leads_out_like_any_page(here: Place, front: Shopfront) -> None:
    visitor = here.newcomer()
    visitor.headers["User-Agent"] = APPS["wechat"]
    enter(here, visitor)
    way_out = with_fee(here, front, visitor, FRAME).submit("/tab").submit("/fee", method="alipay")
    assert way_out.path.startswith("/ticket/") and way_out.has("[data-way-out=wechat]")
    paid = here.newcomer().open(way_out.path).submit("/tab").submit("/fee", method="alipay")
    assert paid.one("article[data-case]").get("data-fee") == "paid"


@pytest.mark.parametrize(("name", "method", "words"), REFUSED)
@pytest.mark.parametrize("root", ["", FRAME])
def test_an_order_can_be_paid_for_in_a_browser(
    root: str, name: str, method: str, words: str, here: Place, front: Shopfront
) -> None:
    order_no = front.take(replace(make_order(status="awaiting_payment", freight=500), pay_url=AT_THE_SHOP))
    other = front.take()
    visitor = here.newcomer()
    visitor.headers["User-Agent"] = APPS[name]
    if root:
        enter(here, visitor)
    else:
        sign_in(visitor)
    page = visitor.open(f"{root}/orders/{order_no}/pay")
    assert page.says(f"里不能用{words}支付。")
    assert AT_THE_SHOP in page.links.values(), "the shop's page may have other ways"
    way_out = visitor.open(ticket_link(page, "在浏览器里付款") if root else page.links["在浏览器里付款"])
    assert way_out.one("[data-way-out]").get("data-way-out") == name
    assert way_out.says(f"订单{order_no}的付款", f"里不能用{words}支付。")
    browser = here.newcomer()
    check_list = browser.open(way_out.path).submit("/tab")
    assert check_list.path == f"/orders/{order_no}/pay"
    assert AT_THE_SHOP in check_list.links.values() and "在浏览器里付款" not in check_list.links
    assert browser.open(f"/orders/{other}").status == 404


def test_a_browser_of_its_own_is_told_of_no_app(here: Place, front: Shopfront) -> None:
    order_no = front.take(replace(make_order(status="awaiting_payment", freight=500), pay_url=AT_THE_SHOP))
    visitor = signed_in(here)
    assert "里不能用" not in visitor.open(f"/orders/{order_no}/pay").text
    assert "里不能用" not in with_fee(here, front, visitor).text


def with_wechat_pay(here: Place) -> None:
    """The shop has an account with WeChat Pay, whose page opens everywhere but in WeChat. It does not answer."""
    keys = dict.fromkeys(("private_key", "apiv3_key", "public_key", "public_key_id", "serial_no"), "x")
    config = WechatConfig(methods=("wechat",), mch_id="1900000001", app_id="wx1", **keys)
    operator = Actor(kind="operator", shop_id=here.made.shop_id)
    set_rail(config=config, actor=operator, deps=here.deps)


@pytest.mark.req("S32")
@pytest.mark.parametrize("name", ["wechat", "wecom", "mini"])
def test_a_payment_with_wechat_goes_on_in_a_browser_which_can_open_wechat(
    name: str, here: Place, front: Shopfront
) -> None:
    with_wechat_pay(here)
    visitor = signed_in(here, name)
    page = with_fee(here, front, visitor)
    assert page.says("微信支付要到浏览器里付，会自动打开微信。选它会请您到浏览器里继续。")
    way_out = page.submit("/fee", method="wechat")
    assert way_out.has("[data-way-out]") and way_out.says("选的支付方式在", "里不能用。")
    begun = here.newcomer().open(way_out.path).submit("/tab").submit("/fee", method="wechat")
    assert begun.one("#fee-panel").get("data-fee") == "processing"


@pytest.mark.req("S32")
@pytest.mark.parametrize("name", ["", f"{WINDOWS} WindowsWechat MicroMessenger/7.0"])
def test_at_a_desk_a_code_is_scanned_where_it_is_shown(name: str, here: Place, front: Shopfront) -> None:
    with_wechat_pay(here)
    visitor = signed_in(here)
    visitor.headers["User-Agent"] = name
    page = with_fee(here, front, visitor)
    assert "要到浏览器里付" not in page.text
    assert page.submit("/fee", method="wechat").one("#fee-panel").get("data-fee") == "processing"
