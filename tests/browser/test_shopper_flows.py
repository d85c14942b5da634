"""What a shopper does, in a real browser: scripts on and off, phone and desk, axe in both schemes."""

from __future__ import annotations

import pytest

from portal.domain.money import Money
from portal.domain.orders.order import Discount
from portal.services.cancelling.answer_cancel import answer_cancel
from tests.support.browsers import Live, Screen
from tests.support.journeys import CONFIRM_CANCEL, cancel, looks_right
from tests.support.order_facts import make_line, make_order
from tests.support.shopper import Shopfront


@pytest.mark.req("S1", "S3", "S5", "S6", "S8", "S13", "N8")
def test_a_paid_order_is_found_cancelled_and_its_refund_followed(front: Shopfront, live: Live, shopper: Screen) -> None:
    coupon = Discount(kind="coupon", code="C-9", amount=Money(300, "CNY"))
    number = front.take(make_order(make_line("1", 2, 5000), make_line("2", 1, 1000), freight=600, discounts=(coupon,)))
    cancel(shopper, live.url, number, looks_right)
    page = shopper.page
    assert page.get_attribute("section[data-refund] [data-amount=refunded]", "value") == "63.00"
    looks_right(shopper)
    front.work()
    page.reload()
    assert page.get_attribute("section[data-refund]", "data-state") in ("pending", "submitted", "succeeded")


@pytest.mark.req("S10", "P4")
def test_some_units_are_chosen_quoted_and_cancelled(front: Shopfront, live: Live, shopper: Screen) -> None:
    number = front.take(make_order(make_line("1", 3, 3000), make_line("2", 2, 1000)))
    page = shopper.open(f"{live.url}/orders/{number}/cancel")
    page.click("text=只取消一部分")
    for line_id, times in (("2", 2), ("1", 2)):
        for _ in range(times):
            page.click(f"#quantity-{line_id}-less")
    page.wait_for_selector("data[data-amount=refund][value='10.00']")
    assert page.is_visible("#quantity-1-less"), "what was chosen from stays open"
    assert page.get_attribute("[data-amount=refund]", "value") == "10.00"
    looks_right(shopper)
    page.check("[name=reason][value=other]")
    page.click(CONFIRM_CANCEL)
    page.wait_for_url(f"**/orders/{number}")
    assert page.get_attribute("article[data-order]", "data-state") == "paid"
    assert page.is_visible("[data-mark=partly_cancelled]")


@pytest.mark.req("N8")
def test_reasons_fold_to_the_chosen_one_and_the_keyboard_still_reaches_the_others(
    front: Shopfront, live: Live, shopper: Screen
) -> None:
    page = shopper.open(f"{live.url}/orders/{front.take()}/cancel")
    heights = "elements => elements.filter(element => element.offsetHeight > 1).length"
    shown = lambda: page.eval_on_selector_all(".option", heights)  # noqa: E731
    everything = shown()
    assert everything > 3 and page.locator(".fold-switch").is_hidden()
    page.click(".option >> nth=1")
    assert shown() == 1 and page.locator(".fold-switch").is_visible()
    looks_right(shopper)
    page.press("[name=reason]:checked", "ArrowDown")
    assert page.evaluate("document.activeElement.name") == "reason"
    assert page.is_checked("[name=reason] >> nth=2") and shown() == everything
    page.evaluate("document.activeElement.blur()")
    page.click(".fold-switch")
    assert shown() == everything
    looks_right(shopper)


@pytest.mark.req("P14", "S35", "S36")
def test_a_cancel_waits_for_the_warehouse_and_is_answered(front: Shopfront, live: Live, shopper: Screen) -> None:
    number = front.take(make_order(status="picking"))
    page = shopper.open(f"{live.url}/orders/{number}/cancel")
    looks_right(shopper)
    page.check("[name=reason][value=changed_mind]")
    page.click(CONFIRM_CANCEL)
    page.wait_for_url("**/cases/*")
    case_no = page.url.rpartition("/")[2]
    looks_right(shopper)
    shopper.open(f"{live.url}/cases")
    looks_right(shopper)
    answer_cancel(
        case_no=case_no, answer="stopped", left_at=None, actor=front.made.staff(), request_id="s", deps=front.deps
    )
    shopper.open(f"{live.url}/cases/{case_no}")
    assert page.get_attribute("article[data-case]", "data-state") == "refunding"
    looks_right(shopper)
