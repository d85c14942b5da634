"""Who reads English reads no Chinese: on every page there is, where goods, names and the shop's words are English."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

import pytest
from flask import Flask
from lxml import html as lxml_html

from portal.services.messages.deliver_notices import deliver_notice
from portal.words.help import HELP_TITLES
from tests.routes.test_zones import SEASONS
from tests.support.full_shop import FullShop
from tests.support.page import Browserless
from tests.support.shopper import sign_in
from tests.support.staff import open_office

pytestmark = pytest.mark.req("N6", "S36")
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
SETTINGS: dict[str, Any] = {
    "zone": "Asia/Shanghai",
    "name": {"zh": "特派商城", "en": "Tepai Mall"},
    "contact": {"phone": "400-000-0000", "hours": {"zh": "每天9:00—21:00", "en": "9:00–21:00 every day"}},
    "carriers": [{"code": "SF", "name": "顺丰速运"}, {"code": "JT", "name": {"zh": "极兔速递", "en": "J&T Express"}}],
    "return_address": {"name": "Returns", "phone": "+8657100000001", "region": "Hangzhou", "address": "1 Yunqi Rd"},
    "warehouse": {"hours": "08:30-20:00"},
}
PUBLIC = (
    "/sign-in",
    "/sign-in/code",
    "/sign-in/verify",
    "/find-order",
    "/withdraw-contract",
    "/account/password",
    "/notices/1",
    "/notices/settings",
    "/orders?q=999",
    "/no",
)
NOT_PAGES = {
    "shop.design": "of a demonstration: names of parts and parameters",
    "shop.evidence": "a picture",
    "shop.own_data": "a file of facts",
    "shop.home": "leads on",
    "shop.record": "looked into below",
    "shop.slip_pdf": "made of the words of its page",
    "shop.resume": "of a form that was kept",
    "shop.mail": "of a mail, by an address of its own: looked at in test_inbox",
    "shop.notice": "a line of the list, whole",
    "shop.payout": "where a shop gives credit",
    "shop.unsubscribing": "of a mail, by an address of its own: looked at in test_unsubscribing",
    "shop.verify": "tells what was declared, by an address of its own",
}


@pytest.fixture
def shop(app: Flask) -> FullShop:
    found = FullShop(open_office(app), SEASONS["winter"], title="Item ", recipient="Jane Roe", words="See the picture")
    found.fill(**SETTINGS)
    with found.office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE customer SET name = 'Jane Roe'")
        ship_to = '{"name": "Jane Roe", "phone": "+493012345", "region": "Berlin", "address": "Weg 1", "postcode": "1"}'
        connection.exec_driver_sql("UPDATE orders SET ship_to = ?", (ship_to,))
    return found


def reader(shop: FullShop, language: str) -> Browserless:
    somebody = shop.office.newcomer()
    sign_in(somebody)
    if language == "en":
        somebody.open("/account").submit("/language")
    return somebody


def chinese_in(page: bytes) -> list[str]:
    """Of text and attributes alike; but the way back into Chinese is named in it."""
    tree = lxml_html.fromstring(page)
    for element in tree.xpath("//*[@lang='zh']"):
        element.drop_tree()
    return CHINESE.findall(lxml_html.tostring(tree, encoding="unicode"))


def test_no_page_in_english_says_anything_in_chinese(shop: FullShop) -> None:
    somebody = reader(shop, "en")
    paths = [*shop.paths(), *PUBLIC, *(f"/help/{slug}" for slug in HELP_TITLES)]
    paths.append(f"/cases/{shop.cases['applied']}/messages")
    paths += [f"/help/{slug}?order_no={shop.orders['delivered']}" for slug in HELP_TITLES]
    adapter, seen, found = shop.office.app.url_map.bind("localhost"), set(), {}
    for path in paths:
        page = somebody.client.get(path)
        if path != "/no":
            seen.add(adapter.match(path.partition("?")[0])[0])
        if page.status_code != 303 and (said := chinese_in(page.data)):
            found[path] = said
    assert not found
    rules = shop.office.app.url_map.iter_rules()
    there = {rule.endpoint for rule in rules if rule.endpoint.startswith("shop.") and "GET" in (rule.methods or ())}
    assert there - seen <= set(NOT_PAGES)


def test_the_record_in_english_says_nothing_in_chinese(shop: FullShop) -> None:
    somebody = reader(shop, "en")
    for case_no in shop.cases.values():
        kept = zipfile.ZipFile(io.BytesIO(somebody.client.get(f"/cases/{case_no}/record.zip").data))
        assert chinese_in(kept.read("index.en.html")) == []


def test_mails_and_texts_in_english_say_nothing_in_chinese(shop: FullShop) -> None:
    office = shop.office
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE customer SET locale = 'en'")
        connection.exec_driver_sql("UPDATE notice SET mailed_at = NULL, texted_at = NULL")
        count = connection.exec_driver_sql("SELECT max(id) FROM notice").scalar_one()
    office.mailer.sent.clear()
    office.texts.sent.clear()
    for number in range(1, count + 1):
        deliver_notice(notice_id=number, deps=office.deps)
    written = [f"{mail.subject}\n{mail.body}" for mail in office.mailer.to("c1@example.com")]
    written += [text.body.strip("【】") for text in office.texts.sent]
    assert len(written) > 10
    assert not [text for text in written if CHINESE.search(text.replace("【Tepai Mall】", "").replace("】", ""))]
    assert all("Tepai Mall" in text for text in written)


LATIN = re.compile(r"[A-Za-z]{3,}")
NOT_WORDS = {
    "JPG", "PNG", "WebP", "GIF", "HEIC", "PDF", "PayPal", "EMS", "SHOP", "SHA", "English",
}  # fmt: skip
"""Formats, names, and the way into English."""


def test_no_page_in_chinese_says_a_word_in_english(app: Flask) -> None:
    shop = FullShop(open_office(app), SEASONS["winter"])
    shop.fill()
    somebody = reader(shop, "zh")
    found = {}
    for path in (*shop.paths(), *PUBLIC, *(f"/help/{slug}" for slug in HELP_TITLES)):
        page = somebody.client.get(path)
        if page.status_code == 303:
            continue
        tree = lxml_html.fromstring(page.data)
        for element in tree.xpath(
            "//script | //style | //body//*[@lang and not(starts-with(@lang, 'zh'))] | //*[contains(@class, 'code')]"
        ):
            element.drop_tree()
        # Addresses and numbers are no words.
        text = re.sub(r"[\w.:-]*[@\d/][\w.@/:-]*", " ", tree.text_content(), flags=re.ASCII)
        if words := set(LATIN.findall(text)) - NOT_WORDS:
            found[path] = words
    assert not found
