"""The eight journeys of a customer in the shop's page: two sites, https, cookies of third parties blocked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Frame, Page

from portal.domain.applying import CONDITIONS, ApplicationAsk
from portal.repos.unit_of_work import unit_of_work
from portal.services.apply_for import apply_for
from portal.services.ship_back import ship_back
from tests.adapters.pictures import encoded, photo
from tests.browser.mall import Mall, framed
from tests.domain.applications import bought
from tests.domain.orders import make_line
from tests.shopper import Shopfront

pytestmark = [pytest.mark.req("P11", "N8"), pytest.mark.browser]
PHOTO = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": encoded(photo())}
ADDRESS = {"name": "退货组", "phone": "0571-88886666", "region": "浙江省杭州市", "address": "良渚路9号3幢"}


@dataclass
class Things:
    """What the customer has bought: to cancel, to complain of, to send back, and on its way back."""

    to_cancel: str
    signed: str
    sent_back: str


def bought_things(front: Shopfront) -> Things:
    with unit_of_work(front.deps) as work:
        settings = {"returns": True, "return_address": ADDRESS, "fees": {"withdrawal_fixed": "12.00"}}
        work.shops.set(front.made.shop_id, settings=settings)
    at = datetime.now(UTC) - timedelta(days=2)
    by = {"actor": front.made.shopper, "deps": front.deps}
    units = (("1", 2),)
    ask = ApplicationAsk(kind="return_refund", reason="no_reason", units=units, received=True, conditions=CONDITIONS)
    order_no = front.take(bought(make_line("1", 2, 5000), at=at))
    case_no = apply_for(order_no=order_no, ask=ask, request_id="apply", **by).removeprefix("case:")
    ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", request_id="ship", **by)
    return Things(front.take(), front.take(bought(make_line("1", 3, 30000), at=at)), case_no)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_customer_does_everything_in_the_frame(scripts: bool, mall: Mall, open_window: Callable[..., Page]) -> None:
    things = bought_things(mall.front)
    mall.auto = scripts
    page = open_window(scripts=scripts)
    page.goto(mall.pair.shop)
    if not scripts:
        page.click("#enter")
    frame = framed(page, "/embed/tepai/orders")
    root = f"{mall.pair.portal}/embed/tepai"
    cancels(page, frame, things.to_cancel)
    case_url = asks_for_a_refund(page, frame, f"{root}/orders/{things.signed}/refund")
    withdraws(page, frame, case_url)
    returns_and_takes_the_slip(page, frame, f"{root}/orders/{things.signed}/return")
    withdraws_for_a_fee(page, frame, f"{root}/cases/{things.sent_back}")
    finds_help(frame, root)
    assert page.url.rstrip("/") == mall.pair.shop


def cancels(page: Page, frame: Frame, order_no: str) -> None:
    """From the list, by the order, to the confirmation; nobody reads that in less than a second."""
    frame.click(f"text={order_no}")
    frame.wait_for_url(f"**/orders/{order_no}")
    frame.click("[data-action=cancel]")
    frame.wait_for_selector("[name=reason]")
    page.wait_for_timeout(1100)
    frame.check("[name=reason] >> nth=0")
    frame.click("text=确认取消")
    frame.wait_for_selector("article[data-order][data-state=cancelled]")


def asks_for_a_refund(page: Page, frame: Frame, address: str) -> str:
    frame.goto(address)
    frame.check("[name=received][value=yes]")
    frame.fill("[name=quantity-1]", "1")
    frame.check("[name=reason][value=quality]")
    frame.fill("[name=description]", "杯子有裂纹")
    frame.set_input_files("#evidence", files=[PHOTO])
    frame.click("text=提交申请")
    frame.wait_for_url("**/cases/*")
    frame.wait_for_selector("article[data-case][data-state=submitted]")
    assert frame.locator("img[src*='/evidence/']").count() == 1
    return frame.url


def withdraws(page: Page, frame: Frame, case_url: str) -> None:
    frame.goto(f"{case_url}/withdraw")
    page.wait_for_timeout(1100)
    frame.check("[name=reason][value=changed_mind]")
    frame.click("text=确认撤销")
    frame.wait_for_selector("article[data-case][data-state=withdrawn]")


def returns_and_takes_the_slip(page: Page, frame: Frame, address: str) -> None:
    frame.goto(address)
    frame.check("[name=received][value=yes]")
    frame.fill("[name=quantity-1]", "1")
    frame.check("[name=reason][value=no_reason]")
    for condition in frame.locator("[name^=condition-]").all():
        condition.check()
    frame.click("text=提交申请")
    frame.wait_for_selector("article[data-case][data-state=awaiting_return]")
    frame.click("[data-action=slip]")
    frame.wait_for_url("**/slip")
    return_no = frame.get_attribute("#slip", "data-return-no")
    with page.context.expect_page() as opened:
        frame.click("text=在新窗口打开 >> nth=0")
    tab = opened.value
    tab.wait_for_selector("#slip")
    assert tab.get_attribute("#slip", "data-return-no") == return_no and "/ticket/" in tab.url
    tab.close()


def withdraws_for_a_fee(page: Page, frame: Frame, case_url: str) -> None:
    """The fee is paid in a tab of its own; the frame shows it by itself or when it is opened again."""
    frame.goto(f"{case_url}/withdraw")
    page.wait_for_timeout(1100)
    frame.check("[name=reason][value=changed_mind]")
    frame.click("text=确认撤销")
    frame.wait_for_selector("article[data-case][data-fee=due]")
    frame.click("[data-action=fee]")
    frame.wait_for_url("**/fee")
    with page.context.expect_page() as opened:
        frame.click("form[target=_blank] button")
    tab = opened.value
    tab.wait_for_url("**/fee")
    tab.check("[name=method][value=card]")
    tab.click("button:has-text('去支付')")
    tab.wait_for_selector("article[data-case][data-fee=paid]")
    assert tab.locator("text=回到商家的页面").count() == 1
    tab.close()
    frame.goto(case_url)
    frame.wait_for_selector("article[data-case][data-fee=paid][data-state=sending_back]")


def finds_help(frame: Frame, root: str) -> None:
    frame.goto(f"{root}/help")
    frame.locator("main a[href*='/help/']").first.click()
    frame.wait_for_url("**/help/*")
    assert frame.locator("main h1").count() == 1
