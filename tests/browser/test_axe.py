"""axe on every page there is, in a window and in a frame: in Chinese and light, in English and dark (UI).

No colour depends on the language. Scripts on and off, phone and desk, are spread over these; where a page is walked it
is looked at in all four, light in two and dark in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property

import pytest
from playwright.sync_api import Browser

from portal.domain.shops.sections import SECTIONS
from portal.services.reports.roll_up import roll_up
from tests.routes.test_english import NOT_PAGES
from tests.routes.test_zones import SEASONS
from tests.support import browsers, databases, shopper, staff
from tests.support.admin_presses import rail_pages
from tests.support.browsers import DESK, PHONE, Live, Screen
from tests.support.full_shop import FullShop
from tests.support.inbox_presses import came
from tests.support.policy_presses import policy_pages
from tests.support.presses import fee
from tests.support.staff import Office, open_office
from tests.support.staff_presses import declared, proposed
from tests.support.webhook_presses import webhook_pages

pytestmark = [pytest.mark.req("N8"), pytest.mark.timeout(300)]
FRAME = "/embed/tepai"
BESIDE = (320, 360, 768, 1280)
"""Widths in pixels in which no page scrolls sideways."""
ORDERS = ("unpaid", "late", "shipped", "delivered", "packing", "cancelled")
CASES = ("asked", "offered", "refused", "to send", "found")
"""Those whose pages differ most."""
PUBLIC = ("/sign-in", "/withdraw-contract", "/help", "/help/cancel", "/help?q=退款", "/contact", "/no")
PERSONAL = ("/account/password", "/notices/settings", "/orders?q=999", "/help/time-limits")
STAFF_NOT_PAGES = {
    "staff.evidence": "a picture",
    "staff.record": "a file",
    "staff.audit_csv": "a file",
    "staff.reports_csv": "a file",
    "staff.looks_sheet": "a style sheet",
    "staff.home": "leads on",
    "staff.resume": "of a form that was kept",
    "staff.join": "by the link of an invitation",
    "staff.company": "leads to the company's provider",
    "staff.company_return": "walked with a provider",
    "staff.company_enter": "walked with a provider",
    "staff.origin_remove": "walked with the settings",
    "staff.key_retire": "walked with the settings",
    "staff.token_retire": "walked with the settings",
    "staff.next_case": "leads on",
    "staff.hold": "leads to its case",
    "staff.snooze": "leads to its case",
    "staff.close": "leads to its case",
    "staff.offer": "leads to its case",
    "staff.reopen": "leads to its case",
    "staff.receive": "leads to its case",
    "staff.inspect": "leads to its case",
}


@dataclass(frozen=True)
class Kind:
    """A window: its language and colours, whether its scripts run, how wide it is."""

    locale: str
    scheme: str
    scripts: bool
    size: tuple[int, int]


WINDOWS = {"zh": Kind("zh-CN", "light", True, PHONE), "en": Kind("en-US", "dark", False, DESK)}
FRAMES = {"zh": Kind("zh-CN", "light", False, DESK), "en": Kind("en-US", "dark", True, PHONE)}


@dataclass
class Everything:
    """A shop with an order and a case in every standing, that answers. `fee_page`: where one is due."""

    shop: FullShop
    fee_page: str
    live: Live
    browser: Browser

    @property
    def office(self) -> Office:
        return self.shop.office

    def window(self, kind: Kind) -> AbstractContextManager[Screen]:
        """Some time after the one before: codes are asked for once a minute."""
        self.office.clock.move(seconds=90)
        look = {"scripts": kind.scripts, "size": kind.size, "locale": kind.locale}
        return browsers.screen_on(self.browser, schemes=(kind.scheme,), **look)

    def sees(self, screen: Screen, paths: Iterable[str]) -> dict[str, str]:
        """What is wrong with those pages."""
        found = {}
        for path in paths:
            screen.open(self.live.url + path)
            try:
                screen.axe_clean()
                screen.fits(*BESIDE)
            except AssertionError as fault:
                found[path] = str(fault)
        return found

    @cached_property
    def pages(self) -> list[str]:
        """Of a customer."""
        somebody = self.office.newcomer()
        shopper.sign_in(somebody)
        own = [f"/orders/{self.shop.orders[name]}" for name in ORDERS]
        own += [f"/cases/{self.shop.cases[name]}" for name in CASES]
        own += [self.fee_page, self.fee_page.removesuffix("/fee")]
        kept = {path: path for path in (*own, *PERSONAL)}
        for path in self.shop.paths():
            endpoint = self.endpoint(path)
            if endpoint in kept or endpoint in ("shop.order", "shop.case"):
                continue
            # One page that is not to be had now stands for all.
            status = somebody.client.get(path).status_code
            kept.setdefault(endpoint if status == 200 else str(status), path)
        return list(kept.values())

    def endpoint(self, path: str) -> str:
        name: str = self.office.app.url_map.bind("localhost").match(path.partition("?")[0])[0]
        return name

    def left_out(self, room: str, paths: Iterable[str]) -> set[str]:
        """Pages of that blueprint which are not among `paths`."""
        rules = self.office.app.url_map.iter_rules()
        there = {rule.endpoint for rule in rules if rule.endpoint.startswith(room) and "GET" in (rule.methods or ())}
        return there - {self.endpoint(path) for path in paths if path != "/no"}


@pytest.fixture(scope="module")
def everything(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everything]:
    folder = tmp_path_factory.mktemp("everything")
    app = databases.portal_app(databases.sqlite_database(folder), folder)
    shop = FullShop(open_office(app), SEASONS["winter"])
    shop.office.clock.set(shop.at)
    fee_page = fee(shop.office).page
    shop.fill(withdrawal_link="always")
    with browsers.served(app) as live:
        yield Everything(shop, fee_page, live, browser)
    databases.close(app)


def asks_for_codes(screen: Screen, everything: Everything) -> dict[str, str]:
    """The pages where a code is asked for and typed."""
    found = {}
    for path, typed in {
        "/sign-in/code": {"login": "c-1"},
        "/find-order": {"order_no": everything.shop.orders["paid"], "contact": "c1@example.com"},
    }.items():
        found |= everything.sees(screen, [path])
        for name, value in typed.items():
            screen.page.fill(f"[name={name}]", value)
        screen.page.press(f"[name={name}]", "Enter")
        screen.page.wait_for_selector("[name=code]")
        screen.axe_clean()
    return found


@pytest.mark.parametrize("kind", WINDOWS.values(), ids=WINDOWS)
def test_every_page_of_a_customer(kind: Kind, everything: Everything) -> None:
    with everything.window(kind) as screen:
        found = everything.sees(screen, PUBLIC) | asks_for_codes(screen, everything)
        page = screen.open(f"{everything.live.url}/orders")
        page.fill("[name=login]", "c-1")
        page.fill("[name=password]", shopper.PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/orders")
        assert found | everything.sees(screen, everything.pages) == {}
        assert (page.get_attribute("html", "lang") or "")[:2] == kind.locale[:2]
    walked = (*PUBLIC, *everything.pages, "/sign-in/code", "/sign-in/verify", "/find-order")
    assert everything.left_out("shop.", walked) <= {*NOT_PAGES, "shop.messages"}


@pytest.mark.parametrize("kind", FRAMES.values(), ids=FRAMES)
def test_every_page_of_a_customer_in_the_shops_frame(kind: Kind, everything: Everything) -> None:
    bearer = {"Authorization": f"Bearer {everything.office.made.keys.token}"}
    asked = {"customer": "c-1", "locale": kind.locale[:2]}
    with everything.window(kind) as screen:
        client = everything.office.app.test_client()
        code = client.post("/api/v1/embed/sessions", json=asked, headers=bearer).json
        page = screen.open(everything.live.url + re.sub("^http://[^/]*", "", code["url"]))
        page.click("main button")
        page.wait_for_url(f"**{FRAME}/orders")
        assert everything.sees(screen, [FRAME + path for path in ("/no", *everything.pages)]) == {}
        assert page.locator("body.framed").count() == 1
        assert (page.get_attribute("html", "lang") or "")[:2] == kind.locale[:2]


@pytest.mark.parametrize("kind", FRAMES.values(), ids=FRAMES)
def test_every_page_of_the_staff(kind: Kind, everything: Everything) -> None:
    office, shop = everything.office, everything.shop
    desk = ["/staff/cases?state=all", "/staff/cases?q=999", "/staff/orders?q=TP", "/staff/refunds", "/staff/no"]
    desk += [f"/staff/orders/{shop.orders[name]}" for name in ("delivered", "cancelled")]
    desk += [f"/staff/cases/{shop.cases[name]}" for name in (*CASES, "packing", "applied")]
    desk += [
        *(f"/staff/warehouse?list={name}" for name in ("stop", "awaited", "inspect", "send")),
        "/staff/scan?q=R999",
    ]
    desk += ["/staff/declarations", declared(office), "/staff/inbox", came(office)]
    desk += ["/staff/customers?q=c-1", "/staff/customers/1", "/staff/customers/1/act?sent=phone"]
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE refund SET state = 'failed' WHERE id = (SELECT max(id) FROM refund)")
        lost = "UPDATE refund SET state = 'submitted', parked_at = created_at WHERE id = (SELECT min(id) FROM refund)"
        connection.exec_driver_sql(lost)
    refunds = office.rows("SELECT number FROM refund ORDER BY id")
    desk += [f"/staff/refunds/{refunds[-1]['number']}/transfer", f"/staff/refunds/{refunds[0]['number']}/parked"]
    desk += [f"/staff/cases/assign?case={shop.cases['applied']}", "/staff/cases/views", "/staff/macros"]
    desk.append(f"/staff/cases/accept?case={shop.cases['applied']}&case={shop.cases['refused']}")
    desk += ["/staff/approvals", proposed(office), f"/staff/cases/{shop.cases['applied']}/goodwill"]
    found, policies = {}, policy_pages(office)
    settings = ["/staff/settings", "/staff/settings/check?page=www.shop.example"]
    roll_up(deps=office.deps, most_seconds=60)
    desk += ["/staff/reports?period=year", "/staff/reports?from=2020-01-01&to=2020-01-31"]
    settings += [f"/staff/settings/{one.name}" for one in SECTIONS if not one.anchor]
    settings += [
        "/staff/settings/robot",
        "/staff/settings/tokens",
        *rail_pages(office),
        "/staff/connectors",
        *webhook_pages(office),
        "/staff/settings/notices",
        "/staff/settings/notices/application_refused/zh",
        "/staff/audit",
        "/staff/jobs",
        "/staff/status",
        "/staff/team",
        f"/staff/team/{office.add('agent')}",
        "/staff/account",
    ]
    for role, pages in {"agent": desk, "admin": settings, "supervisor": policies}.items():
        login = office.add(role)
        with everything.window(kind) as screen:
            page = screen.open(f"{everything.live.url}/staff/sign-in")
            screen.axe_clean()
            page.fill("[name=login]", login)
            page.fill("[name=password]", staff.PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_url("**/staff/verify")
            page.fill("[name=code]", office.next_code())
            page.press("[name=code]", "Enter")
            page.wait_for_url("**/staff/cases")
            found |= everything.sees(screen, pages)
            assert (page.get_attribute("html", "lang") or "")[:2] == kind.locale[:2]
    assert found == {}
    walked = [path for path in (*desk, *settings, *policies, "/staff/sign-in", "/staff/verify") if path != "/staff/no"]
    assert everything.left_out("staff.", walked) <= set(STAFF_NOT_PAGES)
