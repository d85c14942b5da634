"""With every sentence of the catalogue in brackets: what stands outside of them, nobody has translated."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from lxml import html as lxml_html

from portal.words.help import HELP_TITLES
from tests.routes.test_english import LATIN, PUBLIC, reader
from tests.routes.test_zones import SEASONS
from tests.support.full_shop import FullShop
from tests.support.pseudo import outside, pseudo_locale
from tests.support.staff import open_office

pytestmark = pytest.mark.req("N6")
DATA = "//script | //style | //time | //data | //*[contains(@class, 'code')] | //*[@lang and not(self::html)]"
KNOWN = {"EMS", "PDF", "SHOP", "SHA"}


@pytest.fixture
def shop(app: Flask) -> Iterator[FullShop]:
    found = FullShop(open_office(app), SEASONS["winter"])
    found.fill()
    with pseudo_locale():
        yield found


def untranslated(page: bytes) -> set[str]:
    tree = lxml_html.fromstring(page)
    for element in tree.xpath(DATA):
        element.drop_tree()
    # Addresses and numbers are no words.
    text = re.sub(r"[\w.:-]*[@\d/][\w.@/:-]*", " ", outside(tree.text_content()), flags=re.ASCII)
    return set(LATIN.findall(text)) - KNOWN


def test_every_word_of_ours_on_every_page_comes_from_the_catalogue(shop: FullShop) -> None:
    somebody = reader(shop, "zh")
    found = {}
    for path in (*shop.paths(), *PUBLIC, "/notices/settings", *(f"/help/{slug}" for slug in HELP_TITLES)):
        page = somebody.client.get(path)
        if page.status_code != 303 and (words := untranslated(page.data)):
            found[path] = words
    assert not found
