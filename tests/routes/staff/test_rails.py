"""/staff/rails: set by an administrator with a code of this moment, checked, removed, and never a key on a page."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.admin_presses import fresh_code
from tests.support.order_facts import make_order
from tests.support.page import Browserless, Page
from tests.support.rails import SECRET
from tests.support.staff import Office, open_office
from tests.support.world import World

pytestmark = pytest.mark.req("P14")
CONFIG = f'methods = ["alipay"]\nurl = "https://shop.example/r"\nsecret = "{SECRET}"\n'


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def saved(office: Office, config: str = CONFIG, code: str = "", admin: Browserless | None = None) -> Page:
    page = (admin or office.desk("admin")).open("/staff/rails")
    return page.submit("/staff/rails", kind="merchant", rail_config=config, code=code or fresh_code(office))


def on_its_way(office: Office) -> str:
    """The number of a refund that the rail has taken on."""
    world = World(office.made, office.deps, office.clock, office.rail, office.mailer, office.texts)
    world.cancel(world.take(make_order()))
    office.work()
    return str(office.rows("SELECT number FROM refund WHERE rail = 'merchant' AND state = 'pending'")[0]["number"])


def test_a_rail_is_set_checked_and_removed_and_no_key_is_shown(office: Office) -> None:
    admin = office.desk("admin")
    page = saved(office, admin=admin)
    assert page.status == 200 and 'data-rail="merchant"' in page.html
    assert SECRET not in page.html and f"…{SECRET[-4:]}" in page.html
    page = page.submit("/check")
    assert 'data-check="ok"' in page.html
    before = admin.open("/staff/rails/merchant/remove")
    assert before.status == 200 and "支付宝（alipay）" in before.html and SECRET not in before.html
    assert 'data-rail="merchant"' in admin.open("/staff/rails").html
    page = admin.open("/staff/rails/merchant/remove").submit("/remove")
    assert 'data-rail="merchant"' not in page.html


def test_a_rail_with_refunds_on_their_way_is_kept_and_says_which(office: Office) -> None:
    admin = office.desk("admin")
    saved(office, admin=admin)
    before = admin.open("/staff/rails/merchant/remove")
    refund = on_its_way(office)
    page = before.submit("/remove")
    assert page.status == 409 and 'data-error="rail_in_use"' in page.html and refund in page.html
    assert 'data-rail="merchant"' in page.html


def test_a_rail_that_is_not_set_has_no_page_to_remove_it(office: Office) -> None:
    admin = office.desk("admin")
    assert admin.open("/staff/rails/merchant/remove").status == 404
    saved(office, admin=admin)
    assert admin.open("/staff/rails/stripe/remove").status == 404
    assert office.desk("auditor").open("/staff/rails/merchant/remove").status == 403


def test_what_is_wrong_is_named_and_what_was_pasted_is_not_shown_again(office: Office) -> None:
    page = saved(office, CONFIG.replace("https", "ftp"))
    assert page.status == 422 and "url: " in page.html and SECRET not in page.html
    page = saved(office, code="000000")
    assert page.status == 422 and SECRET not in page.html
    assert 'data-rail="merchant"' not in page.html


def test_an_auditor_reads_what_is_set(office: Office) -> None:
    saved(office)
    page = office.desk("auditor").open("/staff/rails")
    assert page.status == 200 and 'data-rail="merchant"' in page.html and SECRET not in page.html
    assert "rail_config" not in page.html
