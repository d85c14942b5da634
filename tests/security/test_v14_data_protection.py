"""ASVS 5.0 V14, data protection; uploads lose their metadata in tests/adapters/test_images.py (14.2.8)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from portal import app as portal_app
from tests.support.shopper import Shopfront
from tests.support.signing_in import Place

HERE = Path(portal_app.__file__).parent
pytestmark = pytest.mark.req("N8")


def test_v14_2_1_no_address_and_no_log_line_carries_what_is_personal(
    here: Place, front: Shopfront, capsys: pytest.CaptureFixture[str]
) -> None:
    number = front.take()
    somebody = here.signed_in()
    for path in ("/orders", f"/orders/{number}", f"/orders/{number}/cancel", "/account", "/notices"):
        links = somebody.open(path).tree.xpath("//@href | //@action")
        assert not [link for link in links if re.search(r"13800000001|example\.com|c-1\b|correct", link)]
    said = capsys.readouterr()
    assert not re.search(r"13800000001|c1@example|张三|correct horse", said.out + said.err)


def test_v14_2_3_pages_ask_no_other_site_for_anything(here: Place, front: Shopfront) -> None:
    number = front.take()
    somebody = here.signed_in()
    for path in ("/sign-in", "/orders", f"/orders/{number}", "/help", "/contact"):
        page = somebody.open(path)
        loaded = page.tree.xpath("//script/@src | //link[@rel!='alternate']/@href | //iframe/@src | //img/@src")
        assert not [address for address in loaded if re.match(r"(https?:)?//", address)]


def test_v14_3_2_personal_pages_are_stored_nowhere_and_signing_out_clears(here: Place, front: Shopfront) -> None:
    number = front.take()
    somebody = here.signed_in()
    for path in ("/account", "/notices", f"/orders/{number}", f"/orders/{number}/cancel", "/orders"):
        control = somebody.client.get(path).headers["Cache-Control"]
        assert "private" in control and ("no-store" in control or "no-cache" in control), path


def test_v14_3_3_no_script_of_ours_keeps_anything_in_the_browser() -> None:
    for path in (HERE / "static").glob("*.js"):
        assert not re.search(r"localStorage|sessionStorage|indexedDB|document\.cookie", path.read_text()), path.name
