"""What is said of a shop's embedding: every finding, and when it is one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest

from portal.domain.embedding.setup_check import Setup, findings, is_same_site, page_finding, snippet

pytestmark = pytest.mark.req("P11", "N8")
AT = datetime(2026, 11, 20, tzinfo=UTC)
GUIDE = Path(__file__).parents[3] / "docs" / "embedding.md"


def setup_of(**values):
    good = {
        "address": "https://help.shop.example",
        "origins": ("https://www.shop.example",),
        "live_keys": 1,
        "has_customer": True,
        "has_policy": True,
        "last_handover": AT,
    }
    return Setup(**(good | values))


def said(**values):
    return {finding.code: finding.level for finding in findings(setup_of(**values))}


def test_a_subdomain_of_the_shop_with_all_in_place_is_good_throughout():
    assert said() == {
        "address": "ok", "origin_same_site": "ok", "keys": "ok", "customer": "ok", "policy": "ok", "rail": "ok",
        "handover": "ok",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("values", "code", "level"),
    [
        ({"address": "http://127.0.0.1:8000"}, "address_loopback", "warning"),
        ({"address": "http://help.localhost:8000"}, "address_loopback", "warning"),
        ({"address": "https://localhost"}, "address_loopback", "warning"),
        ({"address": "http://help.shop.example"}, "address_insecure", "error"),
        ({"origins": ()}, "no_origin", "error"),
        ({"origins": ("https://help.shop.example",)}, "origin_is_portal", "warning"),
        ({"origins": ("http://localhost:3000",)}, "origin_http", "warning"),
        ({"origins": ("https://www.other.example",)}, "origin_cross_site", "warning"),
        ({"origins": ("https://shop.example:8443",)}, "origin_same_site", "ok"),
        ({"live_keys": 0}, "no_key", "warning"),
        ({"has_customer": False}, "no_customer", "error"),
        ({"has_policy": False}, "no_policy", "error"),
        ({"is_sandbox": True}, "sandbox", "warning"),
        ({"last_handover": None}, "no_handover", "warning"),
    ],
)
def test_each_thing_that_may_be_wrong_is_said_with_its_weight(values, code, level):
    assert said(**values)[code] == level


def test_whatever_there_is_each_thing_is_spoken_of_once():
    choices = {
        "address": ("https://help.shop.example", "http://help.shop.example", "http://127.0.0.1:8000"),
        "origins": (
            (),
            ("https://a.example",),
            ("https://help.shop.example", "http://localhost:1", "https://b.example"),
        ),
        "live_keys": (0, 1, 2),
        "has_customer": (True, False),
        "has_policy": (True, False),
        "last_handover": (AT, None),
        "is_sandbox": (True, False),
    }
    for values in product(*choices.values()):
        given = dict(zip(choices, values, strict=True))
        found = findings(setup_of(**given))
        assert len(found) == 6 + max(1, len(given["origins"]))
        assert [one.origin for one in found if one.code.startswith("origin_")] == list(given["origins"])
        of_rows = {one.code for one in found[1 + max(1, len(given["origins"])) :]}
        assert of_rows == {
            "keys" if given["live_keys"] else "no_key",
            "customer" if given["has_customer"] else "no_customer",
            "policy" if given["has_policy"] else "no_policy",
            "sandbox" if given["is_sandbox"] else "rail",
            "handover" if given["last_handover"] else "no_handover",
        }


@pytest.mark.parametrize(
    ("page", "code", "level", "origin"),
    [
        ("https://www.shop.example/account?tab=1", "page_named", "ok", "https://www.shop.example"),
        ("www.shop.example/account", "page_named", "ok", "https://www.shop.example"),
        ("https://far.example/", "page_named", "warning", "https://far.example"),
        ("https://www.shop.example:8443/", "page_not_named", "error", "https://www.shop.example:8443"),
        ("https://shop.example/", "page_not_named", "error", "https://shop.example"),
        ("https://help.shop.example/orders", "page_is_portal", "error", "https://help.shop.example"),
        ("http://www.shop.example/account", "page_insecure", "error", ""),
        ("not an address", "page_unreadable", "error", ""),
        ("", "page_unreadable", "error", ""),
    ],
)
def test_a_page_is_told_whether_it_may_and_what_to_add(page, code, level, origin):
    found = page_finding(page, setup_of(origins=("https://www.shop.example", "https://far.example")))
    assert (found.code, found.level, found.origin) == (code, level, origin)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://help.shop.example", "https://www.shop.example", True),
        ("https://help.shop.example", "https://shop.example:8443", True),
        ("https://help.shop.example", "http://shop.example", False),
        ("https://help.shop.com.cn", "https://www.shop.com.cn", True),
        ("https://one.com.cn", "https://two.com.cn", False),
        ("https://one.github.io", "https://two.github.io", False),
        ("https://com.cn", "https://two.com.cn", False),
        ("https://one.example", "https://two.example", False),
        ("https://10.0.0.1", "https://9.0.0.1", False),
        ("https://10.0.0.1:1", "https://10.0.0.1:2", True),
        ("http://shop.localhost", "http://help.localhost", False),
        ("http://localhost:1", "http://localhost:2", True),
        ("http://[::1]:1", "http://[::1]:2", True),
        ("https://one", "https://two", False),
        ("", "", False),
    ],
)
def test_what_browsers_take_for_one_site(one, other, same):
    assert is_same_site(one, other) is same and is_same_site(other, one) is same


def test_the_snippet_is_the_one_of_the_guide():
    guide = re.search(r"```html\n(.*?)\n```", GUIDE.read_text(), re.DOTALL)
    assert guide and guide[1] == snippet("https://help.example", "tepai")
