"""Rows of the requirements that no longer walk covers: a step each, in one shop, with scripts and without."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from portal.domain.money import Money
from portal.domain.orders.order import Discount
from tests.browser.storefront import Storefront
from tests.routes.staff.test_deciding import applied
from tests.support.applications import bought, sent
from tests.support.fakes import NOON
from tests.support.journeys import CONFIRM_CANCEL
from tests.support.order_facts import make_line, make_order

PHONE_NO = "+8613800000001"


@pytest.mark.req("S2")
def test_a_code_signs_in_instead_of_a_password(storefront: Storefront) -> None:
    number = storefront.office.take()
    with storefront.new_window() as page:
        page.goto(f"{storefront.live.url}/orders/{number}")
        page.goto(f"{storefront.live.url}/sign-in/code")
        page.fill("[name=login]", PHONE_NO)
        page.press("[name=login]", "Enter")
        page.wait_for_url("**/sign-in/verify")
        page.fill("[name=code]", storefront.code_sent_to(PHONE_NO))
        page.press("[name=code]", "Enter")
        page.wait_for_url("**/orders")
        assert page.locator(f"[data-order='{number}']").count() == 1


@pytest.mark.req("S3")
def test_orders_of_a_state_stand_twenty_a_page_newest_first(storefront: Storefront) -> None:
    cup = replace(make_line("1", 1, 1000, shipped=1), title="搪瓷缸")
    order = sent(make_order(cup), delivered_at=None, shipped_at=NOON)
    ages = [timedelta(hours=hours) for hours in range(4, 25)]
    newest, *_between, oldest = [storefront.office.take(replace(order, placed_at=NOON - age)) for age in ages]
    page = storefront.open("/orders")
    page.click(".tabs a[href*='state=to_receive']")
    page.wait_for_url("**state=to_receive*")
    assert {card.get_attribute("data-state") for card in page.query_selector_all("article[data-order]")} == {"shipped"}
    found = storefront.search("/orders?state=to_receive", "搪瓷缸")
    assert (len(found), found[0], oldest in found) == (20, newest, False)
    page.click("#more-orders a")
    page.wait_for_selector(f"article[data-order='{oldest}']")
    assert len(storefront.orders()) == (21 if storefront.screen.scripts else 1)


@pytest.mark.req("S4")
def test_an_order_is_found_by_goods_and_recipient_and_by_staff_by_phone(storefront: Storefront) -> None:
    jug = replace(make_line("1", 1, 1000), title="青花瓷壶")
    number = storefront.office.take(make_order(jug), recipient="欧阳锋")
    for words in ("青花瓷壶", "欧阳锋", number):
        assert storefront.search("/orders", words) == [number]
    assert number in storefront.search("/staff/orders", PHONE_NO)


@pytest.mark.req("S7")
def test_an_unpaid_order_is_cancelled_at_once_without_a_reason_or_a_refund(storefront: Storefront) -> None:
    number = storefront.office.take(make_order(status="awaiting_payment"))
    page = storefront.cancel(number)
    assert page.get_attribute("#order", "data-state") == "cancelled"
    assert page.locator("[data-refund]").count() == 0


@pytest.mark.req("S9", "S21", "S36")
def test_what_is_late_and_what_is_faulty_go_ahead_of_the_queue_with_a_deadline(storefront: Storefront) -> None:
    plain, ordinary = storefront.office.waiting(), applied(storefront.office, "refund_only", "other")
    packed = make_order(make_line("1", 1, 3000), status="picking", promised_ship_by=NOON - timedelta(days=1))
    page = storefront.cancel(storefront.office.take(packed), "late_shipment")
    late = storefront.case_no()
    assert page.get_attribute("#case", "data-state") == "submitted"
    assert page.locator("#case time[data-time=deadline]").count() >= 1
    storefront.open(f"/orders/{storefront.office.take(bought(make_line('1', 1, 3000)))}/refund")
    storefront.fill_application("quality")
    faulty = storefront.submit_application()
    assert page.locator("#case time[data-time=deadline]").count() >= 1
    storefront.open("/staff/cases")
    queue = [row.get_attribute("data-case") for row in page.query_selector_all("tr[data-case]")]
    # All are due at the same time as theirs: parcels to be stopped in two hours, applications in two days.
    assert queue.index(late) < queue.index(plain) < queue.index(faulty) < queue.index(ordinary)


@pytest.mark.req("S11")
@pytest.mark.parametrize("delivered_at", [None, NOON - timedelta(days=2)], ids=["shipped", "delivered"])
def test_what_has_left_cannot_be_cancelled_and_says_why_and_what_to_do(
    delivered_at: object, storefront: Storefront
) -> None:
    order = sent(make_order(make_line("1", 1, 1000)), delivered_at=delivered_at)  # type: ignore[arg-type]
    number = storefront.office.take(replace(order, placed_at=NOON - timedelta(days=5)))
    page = storefront.open(f"/orders/{number}")
    assert page.locator("[data-action=cancel]").count() == 0
    why = page.locator("[data-refused=SHOP-3][data-for=cancel]")
    page.click("details:has([data-for=cancel]) > summary")
    assert why.is_visible()
    page.click("[data-action=return], [data-action=after_sales]")
    page.wait_for_url(re.compile("/return$|/after-sales$"))
    page = storefront.open(f"/orders/{number}/cancel")
    assert page.is_visible("[role=alert][data-refused=SHOP-3][data-for=cancel]")


@pytest.mark.req("S12", "S14", "S15", "S8")
def test_all_that_an_order_was_paid_with_comes_back_once_and_each_step_is_told(storefront: Storefront) -> None:
    coupon = Discount(kind="coupon", code="C-9", amount=Money(300, "CNY"))
    points = Discount(kind="points", amount=Money(100, "CNY"), points=100)
    number = storefront.office.take(make_order(make_line("1", 2, 5000), discounts=(coupon, points)))
    storefront.open(f"/orders/{number}/cancel")
    page = storefront.page
    assert page.get_attribute("[data-amount=refund]", "value") == "46.00"
    assert page.locator(".route li").count() == 3, "the payment, the points and the coupon"
    storefront.cancel(number, "changed_mind")
    assert page.get_attribute("#order [data-refund]", "data-state") == "planned"
    storefront.settle()
    page.reload()
    assert page.get_attribute("#order [data-refund]", "data-state") == "succeeded"
    assert page.get_attribute("#order [data-refund] [data-amount=refunded]", "value") == "46.00"
    events = [entry.get_attribute("data-event") for entry in page.query_selector_all("#history [data-event]")]
    assert [events.count(name) for name in ("coupon_returned", "points_returned", "refund_succeeded")] == [1, 1, 1]
    storefront.open("/notices")
    assert page.locator("#notices li.new").count() >= 2
    office = storefront.office
    assert [number in mail.body for mail in office.mailer.to("c1@example.com")].count(True) >= 2
    assert [number in text.body for text in office.texts.to(PHONE_NO)].count(True) >= 1


@pytest.mark.req("S17")
def test_an_unpaid_order_is_checked_and_its_address_corrected(storefront: Storefront) -> None:
    number = storefront.office.take(make_order(status="awaiting_payment"))
    page = storefront.open(f"/orders/{number}/pay")
    assert page.locator("main [data-amount=total][value='10.00']").count() >= 1
    page.click("main a[href$='/address']")
    page.wait_for_url("**/address")
    page.fill("[name=address]", "良渚路9号")
    page.press("[name=address]", "Enter")
    page.wait_for_url(f"**/orders/{number}")
    storefront.open(f"/orders/{number}/address")
    assert page.input_value("[name=address]") == "良渚路9号"


@pytest.mark.req("S22")
def test_restricted_goods_name_their_rule_and_still_go_back_for_a_fault(storefront: Storefront) -> None:
    number = storefront.office.take(bought(make_line("1", 1, 3000, tags=("custom",))))
    page = storefront.open(f"/orders/{number}/return")
    page.check("[name=received][value=yes]")
    assert page.is_visible("[data-refused=SHOP-5][data-for=return]")
    assert page.locator("[name=reason][value=no_reason]").count() == 0
    storefront.fill_application("quality")
    storefront.submit_application()
    assert page.get_attribute("#case", "data-state") in ("submitted", "awaiting_return")


@pytest.mark.req("S23", "S18")
def test_a_refund_without_a_return_of_everything_is_one_of_the_kinds(storefront: Storefront) -> None:
    number = storefront.office.take(bought(make_line("1", 2, 5000), make_line("2", 1, 1000), freight=600))
    page = storefront.open(f"/orders/{number}/return")
    page.click(".tiles a:not([aria-current])")
    page.wait_for_url("**/refund")
    page.check("[name=received][value=yes]")
    page.check("[name=reason][value=quality]")
    page.click("button[name=step][value=all]")
    page.wait_for_selector("#quote [data-amount=refund][value='66.00']")
    storefront.submit_application()
    assert page.get_attribute("#case", "data-state") == "submitted"
    assert page.get_attribute("#case [data-amount=refund]", "value") == "66.00"


@pytest.mark.req("S28", "S29", "S42")
def test_goods_are_received_and_inspected_and_their_refund_follows_by_itself(storefront: Storefront) -> None:
    case_no = applied(storefront.office, "return_refund", "no_reason")
    page = storefront.open(f"/staff/cases/{case_no}")
    page.click("form[action$=receive] button")
    page.wait_for_selector("#desk[data-state=received]")
    page.fill("[name=accept-1]", "3")
    page.click("form[action$=inspect] .actions button")
    page.wait_for_selector("#desk[data-state=refunding]")
    storefront.settle()
    storefront.open(f"/cases/{case_no}")
    assert page.get_attribute("#case", "data-state") == "completed"
    assert page.get_attribute("#case [data-refund][data-state=succeeded] [data-amount=refunded]", "value") == "300.00"


@pytest.mark.req("S37")
def test_a_double_click_applies_once_and_the_same_goods_lead_to_that_case(storefront: Storefront) -> None:
    number = storefront.office.take(bought(make_line("1", 2, 5000)))
    page = storefront.open(f"/orders/{number}/refund")
    storefront.fill_application("quality", 2)
    page.dblclick("#apply-panel .sticky-bar button")
    # The second press may break off what the first one leads to: only where it ends says something.
    expect(page.locator("#case")).to_be_visible(timeout=30_000)
    page.wait_for_load_state("networkidle")
    case_no = storefront.case_no()
    page = storefront.open(f"/orders/{number}")
    assert page.locator("article[data-case]").count() == 1
    page = storefront.open(f"/orders/{number}/refund")
    assert page.is_visible("[data-refused=SHOP-6][data-for=refund]")
    page.click(f"main a[href$='/cases/{case_no}']")
    assert storefront.case_no() == case_no


@pytest.mark.req("S40")
def test_after_an_error_of_ours_what_was_typed_is_sent_once_more(storefront: Storefront) -> None:
    number = storefront.office.take()
    page = storefront.open(f"/orders/{number}/ask")
    page.fill("[name=body]", "可以开发票吗？")
    storefront.failing.add(f"/orders/{number}/ask")
    page.click("#ask-panel .actions button")
    page.wait_for_selector("[role=alert][data-error='500']")
    assert re.search("[0-9A-Z]{5}-[0-9A-Z]{5}", page.inner_text("main"))
    complaints = storefront.screen.complaints
    assert complaints and all(f"/orders/{number}/ask" in complaint for complaint in complaints)
    complaints.clear()
    page.click("[role=alert] form button")
    storefront.case_no()
    assert "可以开发票吗？" in page.inner_text("#thread [data-message=customer]")


@pytest.mark.req("S45", "S41")
def test_help_is_a_link_away_where_the_question_arises_and_knows_the_order(storefront: Storefront) -> None:
    number = storefront.office.take()
    page = storefront.open(f"/orders/{number}/cancel")
    page.click("main a[href*='/help/after-cancelling']")
    page.wait_for_url(f"**/help/after-cancelling?*order_no={number}*")
    assert page.is_visible("main .article")
    page.click("main a[href*='/contact']")
    page.wait_for_url("**/contact?*")
    assert page.locator(f"main a[href$='/orders/{number}']").count() == 1
    page = storefront.open("/help")
    page.fill("#q", "怎么取消")
    page.press("#q", "Enter")
    page.click("#found-title ~ ul a[href*='/help/cancel'], section:has(#found-title) a[href*='/help/cancel']")
    page.wait_for_url("**/help/cancel*")
    assert page.is_visible("main .article")


@pytest.mark.req("P10")
def test_a_refund_is_chosen_as_credit_with_a_cancel_and_on_the_page_of_a_case(storefront: Storefront) -> None:
    office, screen = storefront.office, storefront.screen
    storefront.settings(store_credit={"refunds": True, "bonus_percent": "10"})
    number = office.take(make_order(make_line("1", 1, 5000)))
    page = storefront.open(f"/orders/{number}/cancel")
    page.check("[name=payout][value=store_credit]")
    if screen.scripts:
        page.wait_for_selector("[data-payout=store_credit]")
    page.check("[name=reason][value=changed_mind]")
    screen.axe_clean()
    screen.fits()
    page.click(CONFIRM_CANCEL)
    page.wait_for_url(f"**/orders/{number}")
    storefront.settle()
    page = storefront.open("/account")
    assert page.locator("[data-entry=refund] >> text=50.00").is_visible()
    assert page.locator("[data-entry=bonus] >> text=5.00").is_visible()
    page = storefront.open(f"/cases/{applied(office, 'return_refund', 'no_reason')}")
    page.click("[data-action=payout]")
    page.wait_for_url("**/payout")
    page.check("[name=to][value=store_credit]")
    screen.fits()
    page.click("#payout-panel button.primary")
    page.wait_for_selector("section[data-payout=store_credit]")


@pytest.mark.req("P16")
def test_a_courier_is_booked_from_the_page_of_a_case(storefront: Storefront) -> None:
    storefront.settings(pickup={"carrier": "SF"})
    case_no = applied(storefront.office, "return_refund", "no_reason")
    page = storefront.open(f"/cases/{case_no}")
    page.click("[data-action=pickup]")
    page.wait_for_url("**/pickup")
    page.locator("[name=slot]").first.check()
    storefront.screen.axe_clean()
    storefront.screen.fits()
    page.click("#pickup-panel button.primary")
    page.wait_for_selector("[data-pickup=requested]")
    storefront.office.work()
    storefront.open(f"/cases/{case_no}")
    assert page.is_visible("[data-pickup=booked]")
