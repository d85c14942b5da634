"""Archived orders are read as before by whoever could read them, and by nobody else (issue 17, size)."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from flask import Flask
from lxml import html as lxml_html

from portal.domain.cases.life_cycle import CLOSED_STATES
from portal.services.deadlines.run import run_deadlines
from tests.routes.test_zones import SEASONS
from tests.support.archiving import archive_all
from tests.support.full_shop import FullShop
from tests.support.make import make_customer
from tests.support.page import Browserless
from tests.support.shopper import sign_in
from tests.support.staff import open_office

pytestmark = pytest.mark.req("P12")
TOLD = re.compile(r"[0-9A-Z][0-9A-Za-z.,:/-]*[0-9]|[0-9]")
"""Numbers, amounts, dates and times as they stand on a page."""
NOT_TOLD = "//form | //script | //header | //footer | //nav | //*[contains(@class, 'actions')] | //*[@data-year]"


@pytest.fixture
def shop(app: Flask) -> FullShop:
    """Time has passed over everything in it, and four years more."""
    found = FullShop(open_office(app), SEASONS["winter"])
    found.fill()
    for _ in range(3):
        found.office.clock.move(days=20)
        run_deadlines(as_of=None, deps=found.office.deps)
        found.office.work()
    found.office.clock.move(days=4 * 366)
    return found


@pytest.fixture
def reader(shop: FullShop) -> Browserless:
    found = shop.office.newcomer()
    sign_in(found)
    return found


def told(page: str) -> set[str]:
    """What the page tells of this order in numbers, but for what it offers to do and why something cannot be done."""
    tree = lxml_html.fromstring(page)
    for fold in tree.xpath("//details"):
        if any("为什么不能" in summary.text_content() for summary in fold.xpath("./summary")):
            fold.drop_tree()
    for paragraph in tree.xpath("//p[contains(., '这位客户共有')]"):
        for other in paragraph.xpath("following-sibling::ul"):
            other.drop_tree()
        paragraph.drop_tree()
    for element in tree.xpath(NOT_TOLD):
        if element.getparent() is not None:
            element.drop_tree()
    main = tree.xpath("//main")[0]
    times = {element.get("datetime") for element in main.xpath(".//time")}
    return times | set(TOLD.findall(main.text_content()))


def of_pages(browser: Browserless, paths: list[str]) -> dict[str, set[str]]:
    found = {}
    for path in paths:
        answer = browser.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        found[path] = told(answer.get_data(as_text=True))
    return found


def own_paths(shop: FullShop) -> list[str]:
    return [f"/orders/{number}" for number in shop.orders.values()] + [f"/cases/{no}" for no in shop.cases.values()]


def over(shop: FullShop) -> list[str]:
    """Pages of what may really leave: orders that have no open case, and cases that are closed."""
    is_closed = ", ".join(f"'{state}'" for state in CLOSED_STATES)
    cases = shop.office.rows(f"SELECT case_no FROM after_sales_case WHERE state IN ({is_closed})")
    orders = shop.office.rows(
        "SELECT number FROM orders WHERE state IN ('delivered', 'completed', 'cancelled') AND id NOT IN "
        f"(SELECT order_id FROM after_sales_case WHERE state NOT IN ({is_closed}))"
    )
    assert len(cases) >= 4
    assert len(orders) >= 5
    return [f"/orders/{row['number']}" for row in orders] + [f"/cases/{row['case_no']}" for row in cases]


def test_every_number_amount_and_time_of_every_page_is_told_as_before_and_nothing_can_be_done(
    shop: FullShop, reader: Browserless
) -> None:
    desk, mine = shop.office.desk("supervisor"), over(shop)
    cases = [path for path in mine if path.startswith("/cases")]
    theirs = [f"/staff{path}" for path in mine] + [f"/staff{path}?tab=history" for path in cases]
    before = of_pages(reader, mine) | of_pages(desk, theirs)
    archive_all(shop.office.deps)
    after = of_pages(reader, mine) | of_pages(desk, theirs)
    lost = {path: before[path] - after[path] for path in before}
    assert {path: gone for path, gone in lost.items() if gone} == {}
    for browser, path in [(reader, path) for path in mine] + [(desk, path) for path in theirs]:
        page = browser.open(path)
        assert "这个订单已经归档" in page.text
        assert lxml_html.fromstring(page.html).xpath("//main//form/@action") == [], path


def test_a_shopper_finds_them_page_by_page_with_files_and_records_and_nobody_else_does(
    shop: FullShop, reader: Browserless
) -> None:
    (file, *_) = [row["evidence_id"] for row in shop.office.rows("SELECT evidence_id FROM evidence_file ORDER BY id")]
    archive_all(shop.office.deps)
    assert shop.orders["paid"] not in reader.open("/orders").text
    page = reader.open("/orders").follow("更早的在已归档的订单里")
    numbers = re.findall(r'data-order="([^"]+)"', page.html)
    assert len(numbers) == 20
    numbers += re.findall(r'data-order="([^"]+)"', page.follow("加载更多").html)
    assert len(set(numbers)) == len(numbers) > 20
    assert reader.client.get(f"/evidence/{file}").status_code == 200
    record = f"/cases/{shop.cases['refused']}/record.zip"
    kept = zipfile.ZipFile(io.BytesIO(reader.client.get(record).data))
    assert shop.cases["refused"] in kept.read("index.zh.html").decode()
    make_customer(shop.office.deps, shop.office.made.shop_id, 2)
    stranger = shop.office.newcomer()
    sign_in(stranger, "c-2")
    for path in (f"/orders/{numbers[0]}", f"/cases/{shop.cases['refused']}", record, f"/evidence/{file}"):
        assert stranger.client.get(path).status_code == 404
    assert "没有已归档的订单" in stranger.open("/archived-orders").text
    assert shop.office.newcomer().client.get(f"/evidence/{file}").status_code == 404


def test_staff_find_them_by_number_as_far_as_their_role_goes(shop: FullShop) -> None:
    (file, *_) = [row["evidence_id"] for row in shop.office.rows("SELECT evidence_id FROM evidence_file ORDER BY id")]
    archive_all(shop.office.deps)
    order_no, case_no = shop.orders["paid"], shop.cases["refused"]
    desk = shop.office.desk("agent")
    page = desk.open("/staff/orders", q=order_no)
    assert "已归档的订单" in page.text
    assert page.follow(order_no).path == f"/staff/orders/{order_no}"
    assert "已归档的订单" in desk.open("/staff/orders", q=case_no).text
    assert desk.open("/staff/cases", q=case_no).path == f"/staff/cases/{case_no}"
    assert "已归档的订单" in desk.open("/staff/cases", q=order_no).text
    assert desk.client.get(f"/staff/evidence/{file}").status_code == 200
    for role, of_orders in (("auditor", 200), ("warehouse", 403), ("admin", 403)):
        client = shop.office.desk(role).client
        assert client.get(f"/staff/orders/{order_no}").status_code == of_orders
        assert client.get(f"/staff/cases/{case_no}").status_code == 200
    assert desk.client.get("/staff/cases/T20200101NOSUCH00").status_code == 404


def test_the_machine_api_tells_the_same_and_since_when_it_is_archived(shop: FullShop) -> None:
    headers = {"Authorization": f"Bearer {shop.office.made.keys.token}"}
    client = shop.office.app.test_client()

    def get(path: str) -> Any:
        answer = client.get(f"/api/v1{path}", headers=headers)
        assert answer.status_code == 200
        return answer.get_json()

    paths = (f"/orders/{shop.orders['paid']}", f"/cases/{shop.cases['refused']}")
    before = [get(path) for path in paths]
    archive_all(shop.office.deps)
    for path, was in zip(paths, before, strict=True):
        now = get(path)
        assert was.pop("archived_at") is None
        assert now.pop("archived_at").startswith("2031-01-")
        assert now == was
