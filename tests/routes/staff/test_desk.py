"""The desk at one look: what its tabs read, what it costs, how the time that is left is told (P25, S42)."""

from __future__ import annotations

import pytest

from tests.browser.test_desk import KINDS
from tests.routes.staff.test_deciding import applied
from tests.support.staff import Office

P25 = pytest.mark.req("P25", "S42")
MOST = 12


@P25
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tab", ["", "order", "customer", "history"])
def test_a_desk_costs_twelve_statements_at_most(kind: str, tab: str, office: Office) -> None:
    make, _ = KINDS[kind]
    case_no = make(office)
    page = office.desk("supervisor").open(f"/staff/cases/{case_no}", **({"tab": tab} if tab else {}))
    assert len(page.queries) <= MOST, told(page.queries)


@P25
def test_tabs_are_links_and_each_shows_its_own_facts(office: Office) -> None:
    case_no = applied(office)
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    assert page.h1.startswith("仅退款，商品有质量问题") and page.one("[data-year]").says("1笔订单，售后1次")
    assert page.one("#facts").get("data-tab") == "case" and not page.has("[data-event]")
    order = page.follow("订单")
    assert order.one("[data-of-order] [aria-current]").says("仅退款") and order.amounts("paid")
    assert order.follow("处理记录").has("[data-event]")
    assert order.follow("申请").one("#facts").get("data-tab") == "case"
    assert page.browser.open(f"/staff/cases/{case_no}", tab="nonsense").one("#facts").get("data-tab") == "case"


def told(queries: list[str]) -> str:
    """What each reads, short enough for a message."""
    return ", ".join(" ".join(one.split("FROM")[-1].split()[:2]) for one in queries)
