"""A HEAD is a GET without its body: whatever it carries, it changes nothing (RFC 9110, safe methods)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.extensions import db
from tests.routes.staff.test_deciding import applied
from tests.support.page_forms import multipart
from tests.support.presses import SHOP_ACTS, Press, someone
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office
from tests.support.staff_presses import STAFF_ACTS

SAFE = pytest.mark.req("S40", "N8")
ACTS = [act for acts in (*SHOP_ACTS.values(), *STAFF_ACTS.values()) for act in acts]


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def stored(office: Office) -> dict[str, list[str]]:
    """All rows of all tables."""
    return {name: sorted(map(repr, office.rows(f'select * from "{name}"'))) for name in db.metadata.tables}


@SAFE
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_a_head_with_a_filled_form_is_answered_as_a_get_and_does_not_act(
    act: Callable[[Office], Press], office: Office
) -> None:
    press = act(office)
    browser = someone(office, press)
    form = browser.open(press.page).form(press.form or press.page).filled(press.typed)
    before = stored(office)
    answer = browser.client.head(form.address, **multipart(form.data({})))
    assert stored(office) == before
    assert answer.status_code == browser.client.get(form.address).status_code


@SAFE
@pytest.mark.parametrize("who", ["shopper", "agent", "warehouse", "admin"])
def test_a_head_of_any_page_changes_nothing(who: str, office: Office) -> None:
    case_no = applied(office)
    values: dict[str, Any] = {
        "case_no": case_no,
        "order_no": office.take(),
        "slug": "cancel",
        "kid": "k1",
        "section": "contact",
    }
    values |= {"evidence_id": "none", "number": "none", "ticket": "none", "shop_key": "tepai"}
    browser = office.newcomer() if who == "shopper" else office.desk(who)
    if who == "shopper":
        sign_in(browser)
    adapter = office.app.url_map.bind("localhost")
    rules = [rule for rule in office.app.url_map.iter_rules() if "HEAD" in (rule.methods or ())]
    paths = [adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}) for rule in rules
             if rule.arguments <= set(values)]  # fmt: skip
    assert len(paths) > 90
    before = stored(office)
    for path in paths:
        assert browser.client.head(path, data={"body": "x", "request_id": "r"}).status_code < 500, path
        assert stored(office) == before, path
