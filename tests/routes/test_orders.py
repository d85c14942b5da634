from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.money import Money
from portal.domain.orders.order import Discount
from portal.services.intake.import_orders import import_order
from tests.support.applications import bought
from tests.support.feed import fed_order, later
from tests.support.order_facts import NOON, make_line, make_order, parcel


@pytest.mark.req("S3")
def test_my_orders_shows_twenty_newest_first_and_leads_on(front, shopper):
    numbers = [front.take(make_order(placed_at=NOON - timedelta(hours=n))) for n in range(23)]
    page = shopper.open("/orders")
    assert shown(page) == numbers[:20]
    assert "after=" in page.one("a[href*='after=']").get("href")
    page = page.follow("加载更多")
    assert shown(page)[-3:] == numbers[20:]
    assert not page.has("a[href*='after=']")


@pytest.mark.req("S3")
def test_tabs_show_the_orders_of_their_states(front, shopper):
    unpaid = front.take(make_order(status="awaiting_payment"))
    paid, picking = front.take(), front.take(make_order(status="picking"))
    shipped = front.shipped()
    for tab, expected in {
        "awaiting_payment": {unpaid},
        "to_ship": {paid, picking},
        "to_receive": {shipped},
        "cancelled": set(),
        "all": {unpaid, paid, picking, shipped},
        "nonsense": {unpaid, paid, picking, shipped},
    }.items():
        assert set(shown(shopper.open(f"/orders?state={tab}"))) == expected


@pytest.mark.req("S4")
@pytest.mark.parametrize("q", ["TP20260001", "商品7", "李四"])
def test_search_finds_by_number_product_and_recipient(front, shopper, q):
    wanted = front.take(make_order(make_line("7", 1, 100)), recipient="李四")
    front.take()
    page = shopper.open("/orders").submit("/orders", q=q)
    assert shown(page) == [wanted]
    assert shown(shopper.open("/orders?q=%25")) == []


def test_an_empty_list_says_how_orders_get_here(front, shopper):
    assert shopper.open("/orders").says("还没有订单")
    assert shopper.open("/orders?q=nothing").says("没有找到")


@pytest.mark.req("S5", "N3")
def test_the_order_page_adds_up_and_offers_what_can_be_done(front, shopper):
    discount = Discount(kind="promotion", amount=Money(300, "CNY"))
    number = front.take(make_order(make_line("1", 2, 5000), freight=600, discounts=(discount,)))
    page = shopper.open(f"/orders/{number}")
    assert page.one("article[data-order]").get("data-state") == "paid"
    assert page.amount("goods") == "50.00"
    assert page.amount("discount") == "-3.00"
    assert page.amount("freight") == "6.00"
    assert page.amount("total") == "53.00"
    assert page.amount("refundable") == "53.00"
    assert {"cancel", "address"} <= page.actions


@pytest.mark.req("S11", "S41")
def test_a_shipped_order_cannot_be_cancelled_and_says_how_to_return_it(front, shopper):
    number = front.shipped()
    page = shopper.open(f"/orders/{number}")
    assert "cancel" not in page.actions
    assert page.refusal("cancel").rule == "SHOP-3"
    assert page.refusal("cancel").says("不能取消")
    assert shopper.open("/orders").has(f"article[data-order='{number}']")


@pytest.mark.req("S5")
def test_what_belongs_to_somebody_else_is_not_there(front, shopper):
    number = front.take(customer_id=None)
    page = shopper.open(f"/orders/{number}")
    assert page.status == 404
    assert page.says("没有找到这个页面")
    assert shopper.open(f"/orders/{number}/cancel").status == 404
    assert shopper.open("/orders/none").status == 404


@pytest.mark.req("S17")
def test_delivery_details_can_be_corrected_until_picking(front, shopper):
    number = front.take()
    page = shopper.open(f"/orders/{number}/address").submit(name="王五", phone="+8613800000002")
    assert page.path == f"/orders/{number}"
    assert page.says("收货信息已修改")
    assert shopper.open(f"/orders/{number}/address").form(fields=["name"]).data({})["name"] == ["王五"]
    picking = front.take(make_order(status="picking"))
    assert shopper.open(f"/orders/{picking}/address").status == 409


def test_a_phone_that_is_none_is_said_at_its_field_and_what_was_typed_stays(front, shopper):
    number = front.take()
    page = shopper.open(f"/orders/{number}/address").submit(name="王五", phone="call me")
    assert page.status == 422
    assert page.says("有1处需要修改")
    assert "phone" in page.errors
    assert page.form(fields=["name"]).data({})["name"] == ["王五"]


@pytest.mark.req("S17")
def test_before_paying_there_is_a_check_list_and_a_plain_link(front, shopper):
    order = replace(make_order(status="awaiting_payment", freight=500), pay_url="https://pay.example/x")
    number = front.take(order)
    page = shopper.open(f"/orders/{number}/pay")
    assert page.amount("total") == "15.00"
    assert "https://pay.example/x" in page.links.values()
    assert shopper.open(f"/orders/{front.take()}/pay").status == 409


def test_a_page_that_has_not_changed_is_not_sent_again(front, shopper):
    number = front.take()
    first = shopper.open(f"/orders/{number}")
    tag = first.headers["ETag"]
    again = shopper.client.get(f"/orders/{number}", headers={"If-None-Match": tag})
    assert again.status_code in (200, 304)
    assert "private" in first.headers["Cache-Control"]


def shown(page):
    return [article.get("data-order") for article in page.all("article[data-order]")]


@pytest.mark.req("S14", "N9")
def test_a_poll_brings_the_head_along_so_that_it_says_what_the_refund_says(front, shopper):
    number = front.take(make_order(make_line("1", 2, 5000)))
    page = shopper.open(f"/orders/{number}/cancel").submit(f"/orders/{number}/cancel", reason="changed_mind")
    assert page.one("#standing").text.split() == ["已取消", "退款待发起"]
    front.work()
    page = page.follow("刷新退款进度")
    assert page.one("section[data-refund]").get("data-state") == "pending"
    assert page.one("section[data-refund] .steps .now").text.startswith("处理中")
    assert page.one("#standing").text.split() == ["已取消", "退款处理中"]
    assert {entry.get("data-event") for entry in page.all("#history li")} >= {"refund_submitted", "refund_pending"}


def states_before_shipping():
    """Orders of which something has not left, in every state that such an order can be in."""
    line = make_line("1", 2, 1000)
    for status in ("awaiting_payment", "paid", "picking"):
        yield status, make_order(line, status=status)
        yield f"{status}-stock", make_order(replace(line, stock_problem="out_of_stock"), status=status)
    for status in ("paid", "picking"):
        yield f"{status}-cod", make_order(line, status=status, payment_terms="cod")
        yield f"{status}-collected", make_order(line, status=status, payment_terms="cod", tenders=(("cod", 1000),))


@pytest.mark.req("N2")
@pytest.mark.parametrize(("name", "order"), list(states_before_shipping()))
def test_what_is_said_of_cancelling_beside_another_act_is_what_cancelling_does(front, shopper, name, order):
    number = front.take(order)
    page = shopper.open(f"/orders/{number}")
    said = page.refusal("refund").text + page.refusal("return").text
    if "cancel" not in page.actions:
        assert "可以取消" not in said
        assert "直接取消" not in said
        return
    confirmation = shopper.open(f"/orders/{number}/cancel")
    only_asks = confirmation.says("要先确认能否拦下")
    assert ("直接取消" in said) == (not only_asks and "cod" not in name)
    assert ("先确认能否拦下" in said) == only_asks
    assert ("退款" in said.replace("没有退款", "").replace("可退的款", "")) <= confirmation.has("[data-amount=refund]")


def test_where_nothing_was_collected_a_cancel_has_no_refund_to_sum_up(front, shopper):
    points = Discount(kind="points", amount=Money(100, "CNY"), points=100)
    for order in (
        make_order(status="awaiting_payment", discounts=(points,)),
        make_order(payment_terms="cod", discounts=(points,)),
        make_order(status="picking", payment_terms="cod", discounts=(points,)),
    ):
        page = shopper.open(f"/orders/{front.take(order)}/cancel")
        assert not page.has("[data-amount]")
        assert not page.says("此前已退")
        assert not page.says("退款合计")
        assert page.says("退回积分100")


def test_a_time_of_sending_is_the_time_of_sending(front, shopper):
    sent, came = NOON - timedelta(days=3), NOON - timedelta(days=1)
    first = replace(parcel(("1", 1)), id="s-1", shipped_at=sent, delivered_at=came, status="delivered")
    second = replace(parcel(("2", 1)), id="s-2", shipped_at=sent - timedelta(days=1))
    lines = (make_line("1", 1, 500, shipped=1, delivered=1), make_line("2", 1, 500, shipped=1))
    page = shopper.open(f"/orders/{front.take(make_order(*lines, status='shipped', shipments=(first, second)))}")
    shown = page.one("[data-refused][data-for=cancel] time[data-time=shipped]").get("datetime")
    assert datetime.fromisoformat(shown) == second.shipped_at


@pytest.mark.req("S11")
def test_goods_that_came_say_until_when_they_can_be_returned(front, shopper):
    number = front.take(bought(make_line("1", 2, 5000), at=front.deps.clock.now()))
    head = shopper.open(f"/orders/{number}")
    until = head.one("#standing time[data-time=deadline]").get("datetime")
    assert head.one("[data-for=cancel] time[data-time=deadline]").get("datetime") == until
    refused = shopper.open(f"/orders/{number}/cancel")
    assert refused.status == 409
    assert refused.one("time[data-time=deadline]").get("datetime") == until
    assert not refused.says("请联系客服")


def test_what_the_shop_gave_back_itself_is_told_by_head_list_and_timeline(front, shopper):
    fed = fed_order(status="paid", customer={"id": "c-1"})
    back = {"id": "r-1", "payment": "p-1", "amount": "119.80", "at": "2026-11-20T09:00:00+08:00"}
    for number, orders in {
        "F-1": [fed | {"number": "F-1"}, later(fed | {"number": "F-1"}, status="cancelled", refunds=[back])],
        "F-2": [fed | {"number": "F-2", "status": "cancelled", "refunds": [back]}],
    }.items():
        for order in orders:
            import_order(shop_id=front.made.shop_id, data=order, deps=front.deps)
        page = shopper.open(f"/orders/{number}")
        assert page.says("商家已退款¥119.80")
        assert not page.says("没有需要退的款")
        events = [entry.get("data-event") for entry in page.all(".timeline li")]
        assert {"order_cancelled", "shop_refunded"} <= set(events)
        assert "商家已退款" in shopper.open("/orders").one(f"[data-order='{number}'] .next").text


def test_a_cancel_by_the_shop_that_kept_the_money_does_not_say_that_there_is_none(front, shopper):
    order = fed_order(number="F-3", status="cancelled", customer={"id": "c-1"})
    import_order(shop_id=front.made.shop_id, data=order, deps=front.deps)
    assert shopper.open("/orders/F-3").says("退款由商家处理")
    assert not shopper.open("/orders/F-3").says("没有需要退的款")


def test_a_sandbox_says_on_every_page_that_no_refund_is_real(front, shopper, visitor):
    number = front.take(make_order())
    shopper.open(f"/orders/{number}").act("cancel").submit(f"/orders/{number}/cancel", reason="changed_mind")
    front.work()
    for path in (
        "/orders",
        f"/orders/{number}",
        "/cases",
        "/help",
        "/account",
        "/none",
        "/staff/sign-in",
        "/embed/none",
    ):
        page = shopper.open(path)
        assert page.one("[data-sandbox]").says("演示环境，不会真的退款"), path
    assert shopper.open(f"/orders/{number}").one("[data-refund] h3").says("演示退款")


@pytest.mark.req("S3", "S5", "N2")
@pytest.mark.parametrize("status", ["delivered", "completed"])
def test_goods_that_came_say_in_the_list_and_on_the_page_until_when_they_can_be_returned(front, shopper, status):
    came = datetime.now(UTC) - timedelta(days=2)
    number = front.take(replace(bought(make_line("1", 2, 5000), at=came), status=status))
    card, page = shopper.open("/orders").one(f"article[data-order='{number}']"), shopper.open(f"/orders/{number}")
    assert card.says("签收", "前可退货")
    assert card.times["deadline"] == page.one("#standing").times["deadline"] > came
    assert page.refusal("cancel").says("前可以申请退货退款") and not page.refusal("cancel").says("请联系客服")


@pytest.mark.req("S11", "N2")
@pytest.mark.parametrize(("policy", "days"), [("cn", 20), ("open", 2), ("open", 900)])
def test_goods_that_came_and_can_go_back_for_some_reason_are_not_sent_to_customer_service(front, shopper, policy, days):
    came = datetime.now(UTC) - timedelta(days=days)
    number = front.take(bought(make_line("1", 2, 5000), at=came), policy=policy)
    for page in (shopper.open(f"/orders/{number}").refusal("cancel"), shopper.open(f"/orders/{number}/cancel")):
        assert page.says("可以申请退货退款，请选适用的原因。") and not page.says("请联系客服，")


def test_goods_that_can_be_returned_no_more_name_no_day_in_the_list(front, shopper):
    number = front.take(bought(make_line("1", 2, 5000), at=datetime.now(UTC) - timedelta(days=90)))
    card = shopper.open("/orders").one(f"article[data-order='{number}']")
    assert card.says("签收") and "deadline" not in card.times


@pytest.mark.req("S5", "S35")
def test_an_order_whose_case_is_open_leads_with_it_and_the_rest_keeps_its_own_acts(front, shopper):
    case_no = front.returning(datetime.now(UTC) - timedelta(days=1))
    number = shopper.open(f"/cases/{case_no}").one("a.back").get("href").rpartition("/")[2]
    page = shopper.open(f"/orders/{number}")
    assert page.h1 == "待您寄回" and len(page.all(".hero .steps li")) == 5
    assert page.one(".hero .steps li.now").says("寄回")
    assert [link.get("href") for link in page.all(".hero .primary")] == [f"/cases/{case_no}"]
    assert page.says("其余1件") and not page.one(".hero").has("[data-action=after_sales]")


@pytest.mark.req("S5", "S35")
def test_a_case_that_waits_for_the_shop_leads_too_but_fills_no_button(front, shopper):
    number = front.take(bought(make_line("1", 1, 50000), at=datetime.now(UTC) - timedelta(days=1)))
    page = shopper.open(f"/orders/{number}/refund").submit("/refund", reason="quality", description="有划痕")
    assert page.state == "submitted"
    page = shopper.open(f"/orders/{number}")
    assert page.h1 == "待商家处理" and page.one(".hero .steps li.now").says("同意")
    assert page.one(".hero").has("a[href^='/cases/']") and not page.one(".hero").has(".primary")
    assert not page.says("其余0件")
