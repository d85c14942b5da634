"""Orders found by whatever a caller can name, and the queue's order, on both databases (S4, S42)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from portal.domain.identity.access import Actor
from portal.models.order import Order
from portal.pages.staff.orders import staff_orders_page
from portal.services.deadlines.run import run_deadlines
from tests.support.make import make_shop, store_order
from tests.support.order_facts import make_line, make_order
from tests.support.queue import cases_in, queue_of
from tests.support.world import World

ORDERS = Order.__table__


def found(world: World, q: str, after: str = "") -> list[str]:
    page = staff_orders_page(q=q, after=after, actor=world.made.staff("agent"), deps=world.deps)
    return [order.order_no for order in page.orders]


@pytest.mark.req("S4")
@pytest.mark.parametrize(
    "q", ["A-1", "a-1", "商品1", "张三", "李四", "13800000001", "+86 138 0000 0001", "C1@example.com", " A-1 "]
)
def test_staff_find_an_order_by_number_product_recipient_name_phone_or_mail(world: World, q: str) -> None:
    world.take(make_order(), recipient="李四")
    make_shop(world.deps, key="two", name="二号店")
    assert found(world, q) == ["A-1"]
    assert found(world, "王五") == found(world, "13900000000") == found(world, "%") == []


@pytest.mark.req("S4", "P11")
@pytest.mark.parametrize("q", ["+8613911112222", "139 1111 2222", "Guest@Example.com", "guest@example.com"])
def test_a_guest_without_an_account_is_found_by_the_contact_of_the_order(world: World, q: str) -> None:
    order_no = world.take(make_order(status="picking"), customer_id=None, recipient="赵一")
    other = world.take(make_order(status="picking"), customer_id=None, recipient="钱二")
    contact = {"phone": "+8613911112222", "mail": "Guest@example.com"}
    with world.deps.database.writing() as connection:
        rows = update(ORDERS).where(ORDERS.c.number == order_no)
        connection.execute(rows.values(extra={"contact": contact}))
    case_no = world.cancel(order_no, actor=Actor(kind="guest", shop_id=world.made.shop_id, order_no=order_no)).case_no
    assert found(world, q) == [order_no] and other not in found(world, q)
    assert cases_in(world.made.staff("agent"), world.deps, q=q) == [case_no]


@pytest.mark.req("S4")
def test_another_shops_orders_are_not_found(world: World) -> None:
    there = make_shop(world.deps, key="two", name="二号店")
    store_order(there, make_order())
    assert found(world, "A-1") == found(world, "") == found(world, "张三") == []


@pytest.mark.req("S4")
def test_the_search_goes_on_where_the_page_before_ended(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.pages.staff.orders.PAGE_SIZE", 2)
    for _ in range(5):
        world.take(make_order())
    seen, after = [], ""
    while True:
        page = staff_orders_page(q="张三", after=after, actor=world.made.staff("agent"), deps=world.deps)
        seen += [order.order_no for order in page.orders]
        if not (after := page.next_after):
            break
    assert seen == ["A-5", "A-4", "A-3", "A-2", "A-1"]


@pytest.mark.req("S4", "N8")
def test_part_of_a_name_is_looked_for_among_the_newest_a_whole_one_among_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.repos.text_matches.MOST_SEARCHED", 2)
    cases = {}
    for name in ("赵一", "钱二", "孙三"):
        cases[name] = world.cancel(
            world.take(make_order(status="picking", placed_at=world.clock.now()), recipient=name)
        ).case_no
        world.clock.move(minutes=1)
    assert found(world, "赵") == [] and found(world, "赵一") == ["A-1"]
    assert found(world, "商品") == ["A-3", "A-2"]

    def queued(q: str) -> list[str]:
        return cases_in(world.made.staff("agent"), world.deps, state="all", q=q)

    assert queued("A-") == [cases["孙三"], cases["钱二"]]
    assert queued("赵") == [] and queued("赵一") == [cases["赵一"]]


@pytest.mark.req("S42")
def test_the_queue_is_in_order_on_every_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.pages.staff.cases.PAGE_SIZE", 2)
    made = []
    for number in range(5):
        late = {"promised_ship_by": world.clock.now() - timedelta(hours=1)} if number % 2 else {}
        order_no = world.take(make_order(make_line("1", 1, 1000), status="picking", **late))
        made.append(world.cancel(order_no).case_no)
        world.clock.move(minutes=50)
    run_deadlines(deps=world.deps)
    seen, after = [], ""
    while True:
        page = queue_of(world.made.staff("agent"), world.deps, after=after)
        seen += [row.case_no for row in page.rows]
        if not (after := page.next_after):
            break
    # The first three were escalated at one moment: then the late one goes first.
    assert seen == [made[number] for number in (1, 0, 2, 3, 4)]
