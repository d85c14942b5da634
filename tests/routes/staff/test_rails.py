"""/staff/rails: set by an administrator with a code of this moment, checked, removed, and never a key on a page."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.support.admin_presses import fresh_code
from tests.support.rails import SECRET
from tests.support.staff import Office, open_office

pytestmark = pytest.mark.req("P14")
CONFIG = f'methods = ["alipay"]\nurl = "https://shop.example/r"\nsecret = "{SECRET}"\n'


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def saved(office: Office, config: str = CONFIG, code: str = ""):
    page = office.desk("admin").open("/staff/rails")
    return page.submit("/staff/rails", kind="merchant", rail_config=config, code=code or fresh_code(office))


def test_a_rail_is_set_checked_and_removed_and_no_key_is_shown(office: Office) -> None:
    page = saved(office)
    assert page.status == 200 and 'data-rail="merchant"' in page.html
    assert SECRET not in page.html and f"…{SECRET[-4:]}" in page.html
    page = page.submit("/check")
    assert 'data-check="ok"' in page.html
    page = page.submit("/remove")
    assert 'data-rail="merchant"' not in page.html


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
