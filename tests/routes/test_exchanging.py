"""申请换货 in the browser: the variants on offer, the difference as it is shown, and the way to the new goods (P9)."""

from __future__ import annotations

from typing import Any

import pytest

from portal.domain.cases.found import LineFound
from portal.repos.unit_of_work import unit_of_work
from portal.services.replacing.send_replacement import send_replacement
from portal.services.returning.receive_parcel import receive_goods
from tests.support.applications import IN_WINDOW, bought
from tests.support.exchanges import PAID, catalogue, sell
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless, Page
from tests.support.presses import TICKED
from tests.support.said import decide_case, inspect_goods, ship_back
from tests.support.shopper import Shopfront

P9 = pytest.mark.req("P9")


@pytest.fixture(autouse=True)
def in_the_window(front: Shopfront, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: IN_WINDOW)


def order(front: Shopfront, units: int = 1) -> str:
    catalogue(front.made, front.deps)
    return front.take(bought(make_line("1", units, units * PAID)))


def by(front: Shopfront, role: str, request_id: str) -> dict[str, Any]:
    return {"actor": front.made.staff(role), "request_id": request_id, "deps": front.deps}


def asked(shopper: Browserless, number: str, variant: str) -> Page:
    page = shopper.open(f"/orders/{number}/exchange")
    fields = {"quantity-1": "1", "variant-1": variant} | TICKED
    return page.submit(f"/orders/{number}/exchange", reason="no_reason", fields=fields)


def accepted(front: Shopfront, case_no: str) -> None:
    """Agreed to, sent back, received and in order."""
    decide_case(case_no=case_no, decision="accept", **by(front, "agent", f"yes-{case_no}"))
    to_shop = {"actor": front.made.shopper, "request_id": f"ship-{case_no}", "deps": front.deps}
    ship_back(case_no=case_no, carrier="SF", tracking_no="SF1000", **to_shop)
    receive_goods(case_no=case_no, **by(front, "warehouse", f"in-{case_no}"))
    found = (LineFound(line_id="1", received=1, accepted=1),)
    inspect_goods(case_no=case_no, found=found, **by(front, "warehouse", f"seen-{case_no}"))


def sent(front: Shopfront, case_no: str) -> None:
    parcel = {"carrier": "SF", "tracking_no": "SF7000"}
    send_replacement(case_no=case_no, **parcel, **by(front, "warehouse", f"sent-{case_no}"))


def case_of(page: Page) -> tuple[str, str]:
    case = page.one("article[data-case]")
    return str(case.get("data-case")), str(case.get("data-state"))


@P9
def test_the_order_leads_to_the_form_with_what_the_goods_can_be_exchanged_for(
    front: Shopfront, shopper: Browserless
) -> None:
    number = order(front)
    page = shopper.open(f"/orders/{number}").act("exchange")
    assert page.path == f"/orders/{number}/exchange"
    options = [option.get("value") for option in page.all('[name="variant-1"] option')]
    assert options == ["", "DOWN", "UP"]
    assert page.one('[name="variant-1"]').says("同款商品", "UP，¥120.00", "DOWN，¥85.00")


@P9
@pytest.mark.parametrize(
    ("variant", "mark", "amount", "says"),
    [("UP", "fee", "20.00", "需要补差价"), ("DOWN", "refund", "15.00", "退还差价"), ("", "", "", "不用补差价")],
)
def test_the_quote_says_what_it_costs_more_or_less_and_the_case_says_the_same(
    front: Shopfront, shopper: Browserless, variant: str, mark: str, amount: str, says: str
) -> None:
    number = order(front)
    page = shopper.open(f"/orders/{number}/exchange")
    fields = {"quantity-1": "1", "variant-1": variant} | TICKED
    page = page.submit(f"/orders/{number}/exchange", button="quote", reason="no_reason", fields=fields)
    assert page.says(says, "到时没有答复，申请自动通过")
    assert not mark or page.amount(mark) == amount
    page = asked(shopper, number, variant)
    assert case_of(page)[1] == "submitted" and page.says(says)
    assert not mark or page.amount(mark) == amount


@P9
def test_the_surcharge_is_paid_on_its_page_and_the_parcel_is_shown(front: Shopfront, shopper: Browserless) -> None:
    case_no, _ = case_of(asked(shopper, order(front), "UP"))
    accepted(front, case_no)
    page = shopper.open(f"/cases/{case_no}")
    assert (case_of(page)[1], page.one("#case").get("data-fee")) == ("replacing", "due")
    assert page.says("换货需要补¥20.00", "没有支付，寄回的商品改为退款")
    assert page.one(".hero").says("补齐差价后寄出新商品") and "urge" not in page.actions
    page = shopper.open(f"/cases/{case_no}/fee")
    assert page.h1 == "支付换货的差价" and not page.says("撤销")
    assert [item.get("value") for item in page.all("[name=method]")] == ["card", "alipay", "wechat"]
    page = page.submit("/fee", method="alipay")
    assert page.path == f"/cases/{case_no}"
    sent(front, case_no)
    page = shopper.open(f"/cases/{case_no}")
    assert page.one("#case").get("data-fee") == "paid" and page.says("SF7000", "换货已寄出")


@P9
def test_a_courier_is_not_paid_for_an_exchange(front: Shopfront, shopper: Browserless) -> None:
    case_no, _ = case_of(asked(shopper, order(front), "UP"))
    accepted(front, case_no)
    page = shopper.open(f"/cases/{case_no}/fee").submit("/fee", forged={"method": "cod"})
    assert page.status == 422


@P9
def test_what_costs_less_is_on_its_way_back_once_the_parcel_has_left(front: Shopfront, shopper: Browserless) -> None:
    case_no, _ = case_of(asked(shopper, order(front), "DOWN"))
    accepted(front, case_no)
    assert not shopper.open(f"/cases/{case_no}").has("[data-refund]")
    sent(front, case_no)
    assert shopper.open(f"/cases/{case_no}").one("[data-refund]").amount("refunded") == "15.00"


@P9
def test_a_variant_that_sells_out_meanwhile_is_said_at_its_line(front: Shopfront, shopper: Browserless) -> None:
    number = order(front)
    page = shopper.open(f"/orders/{number}/exchange")
    sell(front.made, front.deps, "UP", PAID, stock=0, updated_at=IN_WINDOW)
    fields = {"quantity-1": "1", "variant-1": "UP"} | TICKED
    page = page.submit(f"/orders/{number}/exchange", reason="no_reason", fields=fields)
    assert page.status == 422 and page.has('[data-error="not_offered"], #variant-1-error')


@P9
def test_a_shop_that_tells_of_no_products_exchanges_the_same_goods(front: Shopfront, shopper: Browserless) -> None:
    number = front.take(bought(make_line("1", 1, PAID)))
    page = shopper.open(f"/orders/{number}/exchange")
    assert not page.has('[name="variant-1"]') and page.says("换成同款商品")
    fields = {"quantity-1": "1"} | TICKED
    page = page.submit(f"/orders/{number}/exchange", reason="no_reason", fields=fields)
    assert case_of(page)[1] == "submitted"


@P9
def test_an_application_is_edited_with_what_it_wanted_and_can_want_something_else(
    front: Shopfront, shopper: Browserless
) -> None:
    case_no, _ = case_of(asked(shopper, order(front), "UP"))
    page = shopper.open(f"/cases/{case_no}/edit")
    assert page.one('[name="variant-1"] option[selected]').get("value") == "UP"
    page = page.submit("/edit", fields={"variant-1": "DOWN"})
    assert case_of(page) == (case_no, "submitted") and page.amount("refund") == "15.00"


@P9
def test_goods_that_have_not_come_are_refused_with_the_way_on(front: Shopfront, shopper: Browserless) -> None:
    number = front.take(make_order(make_line("1", 1, PAID)))
    page = shopper.open(f"/orders/{number}")
    assert page.has('[data-refused][data-for="exchange"]') and not page.has('[data-action="exchange"]')
    assert shopper.open(f"/orders/{number}/exchange").status == 409


@P9
def test_a_shop_that_receives_no_parcels_here_does_not_offer_it(front: Shopfront, shopper: Browserless) -> None:
    number = order(front)
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, settings={"returns": False})
    page = shopper.open(f"/orders/{number}")
    assert not page.has('[data-action="exchange"]') and not page.has('[data-for="exchange"]')
    assert shopper.open(f"/orders/{number}/exchange").status == 409


@P9
def test_the_one_entry_of_after_sales_leads_to_it(front: Shopfront, shopper: Browserless) -> None:
    number = order(front)
    page = shopper.open(f"/orders/{number}/after-sales")
    assert page.says("颜色、尺码不合适，想换一件")
    page = shopper.open(f"/orders/{number}/after-sales?received=yes&faulty=no&keep=yes")
    assert page.one("[data-advice]").get("data-advice") == "other_one"
    assert page.has(f'[data-advice] a[href^="/orders/{number}/exchange"]')
