"""Every form of the staff that names something, sent by somebody who has the same role in another shop (V8.2.1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.make import make_shop
from tests.support.page_forms import multipart
from tests.support.presses import Press, someone
from tests.support.staff import Office, open_office
from tests.support.staff_presses import STAFF_ACTS

NAMED_BY_EACH_SHOP = {
    *("key_retire", "shop_section_save", "robot_save", "robot_try"),
    *("rail_save", "rail_check", "rail_remove"),
    *("notice_text_keep", "notice_text_ours"),
}
"""Keys are called k1, k2 in each shop, and each has the same sections of settings."""
ACTS = [act for acts in STAFF_ACTS.values() for act in acts if act.__name__ not in NAMED_BY_EACH_SHOP]
OF_THE_SHOP = "SELECT count(*) AS events, coalesce(max(id), 0) AS last FROM event WHERE shop_id = 1"


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


@pytest.mark.parametrize("act", ACTS, ids=[act.__name__ for act in ACTS])
def test_v8_2_1_what_another_shop_has_is_neither_there_nor_acted_on(
    act: Callable[[Office], Press], office: Office
) -> None:
    press = act(office)
    own = someone(office, press).open(press.page)
    own = own.submit(press.form or press.page, fields=press.first) if press.first else own
    form = own.form(press.form or press.page).filled(press.typed)
    make_shop(office.deps, key="two", name="二号店")
    office.add(press.role or "supervisor", "stranger", shops=("two",))
    stranger = office.newcomer()
    home = office.enter(stranger, "stranger")
    token = home.tree.xpath("//input[@name='csrf_token']/@value")[0]
    body = multipart(form.data({}) | {"csrf_token": [token], "request_id": ["request-of-a-stranger"]})
    before = office.rows(OF_THE_SHOP)
    answer = stranger.client.post(form.address, **body)
    rule, named = office.app.url_map.bind("localhost").match(form.address.partition("?")[0], method="POST")
    assert office.rows(OF_THE_SHOP) == before, rule
    if named:
        assert answer.status_code in (403, 404), rule
