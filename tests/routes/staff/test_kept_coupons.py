"""A pack with `coupons = "kept"`: a refund of an order with a coupon goes all its way, and the coupon stays spent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from portal.adapters.pack_files import pack_of
from portal.domain.money import Money
from portal.domain.orders.order import Discount
from portal.services.policy.publish import publish_policy
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.page import Page
from tests.support.shopper import sign_in
from tests.support.staff import Office

COUPON = Discount(kind="coupon", code="C-9", amount=Money(1000, "CNY"))
PACK = """
name = "good"
title = {{ zh = "好店", en = "Good shop" }}
on = "cn"
coupons = "{coupons}"
"""


@pytest.fixture(params=["kept", "back_when_all_gone"])
def coupons(request: pytest.FixtureRequest, office: Office, tmp_path: Path) -> str:
    """What the shop's pack says, in use."""
    file = tmp_path / "good.toml"
    file.write_text(PACK.format(coupons=request.param), "utf-8")
    office.add("supervisor")
    publish_policy(pack=pack_of(str(file)), login="supervisor-1", shop_key="tepai", starts_at=None, deps=office.deps)
    said: str = request.param
    return said


def given_back(office: Office) -> int:
    return len(office.rows("SELECT id FROM event WHERE kind = 'system:coupon:returned'"))


def ends(office: Office, case: Page) -> Page:
    """The money arrives; the case as the customer reads it then."""
    for _ in range(4):
        office.work()
        office.rail.settle()
        office.clock.move(minutes=2)
    return case.browser.open(case.path)


@pytest.mark.req("N4", "S12")
@pytest.mark.parametrize("kind", ["refund", "return"])
def test_a_refund_goes_all_its_way_and_the_coupon_comes_back_only_where_the_pack_says_so(
    kind: str, coupons: str, office: Office
) -> None:
    order_no = office.take(bought(make_line("1", 2, 5000), discounts=(COUPON,)), policy="good")
    shopper = office.newcomer()
    sign_in(shopper)
    wanted: dict[str, Any] = {"reason": "quality", "fields": {"quantity-1": "2"}}
    wanted |= {"received": "yes"} if kind == "refund" else {}
    page = shopper.open(f"/orders/{order_no}/{kind}")
    quoted = page.submit(f"/orders/{order_no}/{kind}", button="quote", **wanted)
    assert quoted.amount("refund") == "40.00"
    case = quoted.submit(f"/orders/{order_no}/{kind}", **wanted)
    address = f"/staff/cases/{case.path.rpartition('/')[2]}"
    if kind == "refund":
        assert case.state == "submitted"
        office.desk("agent").open(address).submit("/decide", decision="accept")
    else:
        assert case.state == "awaiting_return"
        office.desk("warehouse").open(address).submit("/receive").submit("/inspect")
    done = ends(office, case)
    assert (done.state, done.one("section[data-refund]").get("data-state")) == ("completed", "succeeded")
    assert shopper.open(f"/orders/{order_no}").one("section[data-refund]").get("data-state") == "succeeded"
    assert given_back(office) == (coupons == "back_when_all_gone")
    assert done.says("C-9") == (coupons == "back_when_all_gone")
