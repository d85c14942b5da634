"""The browser's journeys over two web and two worker processes that share no disk: whoever is asked knows it all."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser as Chromium

from portal.domain.orders.order import Order
from portal.repos.unit_of_work import unit_of_work
from tests.faults.fleet import Fleet
from tests.faults.installation import Browser
from tests.faults.promises import check_books, settle
from tests.support import journeys
from tests.support.applications import bought
from tests.support.browsers import DESK, PHONE, Screen, screen_on
from tests.support.make import make_staff, store_order
from tests.support.order_facts import make_line, make_order
from tests.support.staff import SECRET

pytestmark = [pytest.mark.req("N6", "P12"), pytest.mark.timeout(0 if "PORTAL_FAULT_CYCLES" in os.environ else 300)]
NEVER_GIVEN = "203.0.113.7"
"""An address for documentation: whoever comes from it is counted apart from the browsers of these tests."""
TRIED = 'portal_requests_total{endpoint="shop.sign_in_code",method="POST",status="422"} 60.0'
WORKERS = re.compile(r"^portal_workers\{[^}]*\} (\S+)$", re.MULTILINE)


@dataclass
class Walked:
    """A fleet over which everything was done, and the cookies of who did it."""

    fleet: Fleet
    photo: str
    shopper: dict[str, str]
    staff: dict[str, str]

    def asked(self, name: str, path: str, who: dict[str, str]) -> tuple[int, bytes]:
        """Of one web process alone."""
        answer = Browser(self.fleet.ports[name], dict(who)).get(path)
        return answer.status, answer.body


def stock(fleet: Fleet) -> None:
    """A fee for withdrawing, an agent, and the customer's orders J-1 to J-4."""
    with unit_of_work(fleet.deps) as work:
        settings = {"returns": True, "sms": {"quiet": ""}, "fees": {"withdrawal_fixed": "12.00"}}
        work.shops.set(fleet.made.shop_id, settings=settings)
    make_staff(fleet.deps, "agent-1", "agent")
    signed = datetime.now(UTC) - timedelta(days=2)
    orders = [
        make_order(make_line("1", 2, 5000)),
        bought(make_line("1", 3, 30000), at=signed),
        bought(make_line("1", 2, 5000), at=signed),
        make_order(make_line("1", 2, 5000)),
    ]
    for count, order in enumerate(orders, 1):
        store_order(fleet.made, _numbered(fleet, order, f"J-{count}"))


def _numbered(fleet: Fleet, order: Order, number: str) -> Order:
    payments = tuple(replace(each, reference=fleet.till.reference(number, each)) for each in order.payments)
    return replace(order, no=number, payments=payments)


def until_it_arrives(screen: Screen, url: str) -> None:
    """The money, as a page says that is asked for again and again: two workers see to it."""
    last = time.monotonic() + 60
    page = screen.open(url)
    while page.locator("section[data-refund]:not([data-state=succeeded])").count():
        assert time.monotonic() < last, page.content()[-3000:]
        page.wait_for_timeout(200)
        page.reload()
    assert page.locator("section[data-refund][data-state=succeeded]").count()


def walk_without_scripts(fleet: Fleet, browser: Chromium) -> Walked:
    """Cancel, refund with a photo that the staff accept, return to the slip, and its withdrawal for a fee."""
    url = f"http://127.0.0.1:{fleet.port}"
    with (
        screen_on(browser, scripts=False, size=PHONE) as shopper,
        screen_on(browser, scripts=False, size=DESK) as desk,
    ):
        journeys.sign_in(shopper, url)
        journeys.cancel(shopper, url, "J-1")
        asked = journeys.ask_for_refund(shopper, url, "J-2")
        journeys.sign_in_staff(desk, url, "agent-1", pyotp.TOTP(SECRET).now)
        journeys.accept(desk, url, asked)
        photo = desk.page.get_attribute("#evidence .files img", "src") or ""
        returned = journeys.ask_to_return(shopper, url, "J-3")
        assert journeys.fetch_slip(shopper).startswith(b"%PDF-")
        shopper.open(f"{url}/cases/{returned}")
        journeys.send_parcel(shopper)
        journeys.withdraw(shopper, url, returned)
        journeys.open_fee(shopper)
        journeys.pay_fee(shopper)
        shopper.page.wait_for_selector(journeys.FEE_PAID)
        for path in ("orders/J-1", f"cases/{asked}"):
            until_it_arrives(shopper, f"{url}/{path}")
        return Walked(fleet, urlsplit(photo).path, cookies_of(shopper), cookies_of(desk))


def cookies_of(screen: Screen) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in screen.page.context.cookies()}  # type: ignore[misc]


def walk_with_scripts(fleet: Fleet, browser: Chromium) -> None:
    url = f"http://127.0.0.1:{fleet.port}"
    with screen_on(browser, scripts=True, size=PHONE) as shopper:
        journeys.sign_in(shopper, url)
        journeys.cancel(shopper, url, "J-4")
        until_it_arrives(shopper, f"{url}/orders/J-4")


def test_what_one_was_told_the_other_knows_and_the_books_are_equal(
    make_fleet: Callable[[str], Fleet], browser: Chromium
) -> None:
    fleet = make_fleet("procrastinate")
    stock(fleet)
    walked = walk_without_scripts(fleet, browser)
    walk_with_scripts(fleet, browser)
    settle(fleet)
    check_books(fleet)
    assert fleet.run("audit", "verify").wait(60) == 0
    both_served(walked)
    both_know_who_is_signed_in_and_show_the_photo(walked)
    tries_are_counted_over_both(fleet)
    each_tells_what_it_answered(fleet)
    nothing_of_it_was_left_on_a_disk(fleet)


def both_served(walked: Walked) -> None:
    served = walked.fleet.served()
    for name, asked in served.items():
        assert any(" POST " in line for line in asked) and len(asked) > 10, (name, asked)
    sent = {
        name: [line for line in asked if re.search("303 POST .*(J-|/cases/)", line)] for name, asked in served.items()
    }
    assert all(sent.values()), sent


def both_know_who_is_signed_in_and_show_the_photo(walked: Walked) -> None:
    for path, who in (("/orders/J-2", walked.shopper), ("/staff/cases", walked.staff)):
        assert [walked.asked(name, path, who)[0] for name in walked.fleet.ports] == [200, 200], path
    pictures = [walked.asked(name, walked.photo, walked.staff) for name in walked.fleet.ports]
    assert pictures[0] == pictures[1] and pictures[0][0] == 200 and len(pictures[0][1]) > 1_000


def tries_are_counted_over_both(fleet: Fleet) -> None:
    """120 a minute from one network, whoever of the two is asked."""
    webs = [Browser(port, headers={"X-Forwarded-For": NEVER_GIVEN}) for port in fleet.ports.values()]
    forms = [web.form("/sign-in/code", "/sign-in/code") for web in webs]
    came = [webs[count % 2].post(*forms[count % 2]).status for count in range(124)]
    assert set(came[:120]) == {422} and set(came[120:]) == {429}, came


def each_tells_what_it_answered(fleet: Fleet) -> None:
    for name, port in fleet.ports.items():
        figures = Browser(port).get("/metrics").body.decode()
        # Its half of the tries; and of the installation, which both tell the same of.
        assert TRIED in figures.splitlines(), name
        assert [float(count) for count in WORKERS.findall(figures)] == [2.0], name


def nothing_of_it_was_left_on_a_disk(fleet: Fleet) -> None:
    """But the sheets and scripts that each lays there at its start."""
    for name in fleet.names:
        left = [path for path in (fleet.folder / name).rglob("*") if path.is_file()]
        assert {path.relative_to(fleet.folder / name).parts[:2] for path in left} <= {("var", "static")}, (name, left)
