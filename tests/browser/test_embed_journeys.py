"""The eight journeys of a customer in the shop's page: two sites, https, cookies of third parties blocked.

Chromium walks them with every run of the tests; `make embed-all` has Firefox and WebKitGTK walk them too.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.repos.unit_of_work import unit_of_work
from portal.services.applying.apply_for import apply_for
from tests.adapters.pictures import encoded, photo
from tests.browser.mall import Mall
from tests.engines.walker import Walker
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.said import ship_back
from tests.support.shopper import Shopfront

pytestmark = [pytest.mark.req("P11", "N8"), pytest.mark.browser]
ADDRESS = {"name": "退货组", "phone": "0571-88886666", "region": "浙江省杭州市", "address": "良渚路9号3幢"}
ORDERS, HELP = (f"//a[normalize-space()='{name}']" for name in ("我的订单", "帮助"))
BLOCKED = "[data-stopped=blocked]"
GOES_ON = f"{BLOCKED} button"
Recorder = Callable[[str, object], None]


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
    case_no = apply_for(order_no=order_no, ask=ask, request_id="apply", **by).case_no
    ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", request_id="ship", **by)
    return Things(front.take(), front.take(bought(make_line("1", 3, 30000), at=at)), case_no)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_customer_does_everything_from_the_shops_page(
    scripts: bool,
    mall: Mall,
    walk: Callable[..., AbstractContextManager[Walker]],
    tmp_path: Path,
    record_property: Recorder,
) -> None:
    """In the frame, or in the tab it offers where an engine keeps no cookies for frames."""
    things = bought_things(mall.front)
    mall.auto = scripts
    with walk(f"scripts {'on' if scripts else 'off'}", scripts=scripts) as walker:
        is_framed = signs_in(walker, mall.pair.shop, has_to_press=not scripts)
        record_property("place", "in the frame" if is_framed else "in the tab it offers")
        does_everything(walker, things, is_framed=is_framed, folder=tmp_path)
        assert walker.address().startswith(mall.pair.shop if is_framed else mall.pair.portal)


def does_everything(walker: Walker, things: Things, *, is_framed: bool, folder: Path) -> None:
    cancels(walker, things.to_cancel)
    asks_for_a_refund(walker, things.signed, folder)
    withdraws(walker)
    returns_and_takes_the_slip(walker, things.signed, is_framed)
    withdraws_for_a_fee(walker, things.sent_back, is_framed)
    finds_help(walker)


def signs_in(walker: Walker, shop: str, *, has_to_press: bool) -> bool:
    """By the shop's word. Whether the frame keeps the session itself."""
    walker.visit(shop)
    if has_to_press:
        walker.press("#enter")
    walker.step_in()
    walker.see(f"article[data-order], {BLOCKED}")
    if is_framed := not walker.count(BLOCKED):
        return is_framed
    walker.goes_on_in(GOES_ON)
    walker.see("article[data-order]")
    return is_framed


def cancels(walker: Walker, order_no: str) -> None:
    """From the list, by the order, to the confirmation; nobody reads that in less than a second."""
    opens_order(walker, order_no)
    walker.press("[data-action=cancel]")
    walker.see("[name=reason]")
    walker.waits(1.1)
    walker.tick("[name=reason]")
    walker.press(button("确认取消"))
    walker.see("#order[data-state=cancelled]")


def asks_for_a_refund(walker: Walker, order_no: str, folder: Path) -> None:
    picture = folder / "IMG_1.jpg"
    picture.write_bytes(encoded(photo()))
    applies_for_one(walker, order_no, "refund", "quality")
    walker.write("[name=description]", "杯子有裂纹")
    walker.attach("#evidence", str(picture))
    walker.press(button("提交申请"))
    walker.see("#case[data-state=submitted]")
    assert walker.count("img[src*='/evidence/']") == 1


def withdraws(walker: Walker) -> None:
    """On the page of the case."""
    walker.press("[data-action=withdraw]")
    walker.see("[name=reason][value=changed_mind]")
    walker.waits(1.1)
    walker.tick("[name=reason][value=changed_mind]")
    walker.press(button("确认撤销"))
    walker.see("#case[data-state=withdrawn], #case[data-fee=due]")


def returns_and_takes_the_slip(walker: Walker, order_no: str, is_framed: bool) -> None:
    applies_for_one(walker, order_no, "return", "no_reason")
    for condition in CONDITIONS:
        walker.tick(f"[name=condition-{condition}]")
    walker.press(button("提交申请"))
    walker.see("#case[data-state=awaiting_return]")
    walker.press("[data-action=slip]")
    return_no = walker.reads("#slip", "data-return-no")
    assert return_no
    if is_framed:
        with walker.opens("//section[@id='slip']//a[normalize-space()='在新窗口打开']"):
            assert walker.reads("#slip", "data-return-no") == return_no
            assert "/ticket/" in walker.address()


def withdraws_for_a_fee(walker: Walker, case_no: str, is_framed: bool) -> None:
    """The fee is paid in a tab of its own; the frame shows it by itself or when it is opened again."""
    opens_case(walker, case_no)
    withdraws(walker)
    walker.press("[data-action=fee]")
    if is_framed:
        with walker.opens("form[target=_blank] button"):
            pays(walker)
            assert walker.count("//*[contains(text(), '回到商家的页面')]")
    else:
        pays(walker)
    opens_case(walker, case_no)
    walker.see("#case[data-fee=paid][data-state=sending_back]")


def pays(walker: Walker) -> None:
    walker.tick("[name=method][value=card]")
    walker.press(button("去支付"))
    walker.see("#case[data-fee=paid]")


def finds_help(walker: Walker) -> None:
    walker.press(HELP)
    walker.press("main a[href*='/help/']")
    walker.see("main h1")
    assert walker.count("main h1") == 1


def applies_for_one(walker: Walker, order_no: str, action: str, reason: str) -> None:
    """One unit that has arrived; what else the form asks is left to the journey."""
    opens_order(walker, order_no)
    walker.press(f"[data-action={action}]")
    walker.tick("[name=received][value=yes]")
    walker.write("[name=quantity-1]", "1")
    walker.tick(f"[name=reason][value={reason}]")


def opens_order(walker: Walker, order_no: str) -> None:
    walker.press(ORDERS)
    walker.press(f"article[data-order='{order_no}'] h2 a")
    walker.see(f"#order[data-order='{order_no}']")


def opens_case(walker: Walker, case_no: str) -> None:
    walker.press(ORDERS)
    walker.press("//a[starts-with(normalize-space(), '退款/售后')]")
    walker.press("//a[normalize-space()='查看全部售后单']")
    walker.press(f"a[href$='/cases/{case_no}']")
    walker.see(f"#case[data-case='{case_no}']")


def button(words: str) -> str:
    return f"//button[contains(normalize-space(), '{words}')]"
