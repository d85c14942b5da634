"""Who pays on a screen: a phone's browser or another one, and from which address of the internet."""

from __future__ import annotations

import pytest

from portal.web.request.payers import is_phone, public
from tests.support.user_agents import CHROME_ANDROID, NO_PHONES, PHONES, SAFARI_IPHONE, WECHAT_ANDROID, WECHAT_IPHONE

pytestmark = pytest.mark.req("S33", "P14")


@pytest.mark.parametrize("user_agent", PHONES)
def test_a_phone_is_known_by_what_its_browser_calls_itself(user_agent: str) -> None:
    assert is_phone(user_agent)


@pytest.mark.parametrize("user_agent", NO_PHONES)
def test_neither_desktops_nor_tablets_are_phones(user_agent: str) -> None:
    assert not is_phone(user_agent)


@pytest.mark.parametrize(("says", "wanted"), [("?1", True), ("?0", False), ("", True), ("yes", True)])
def test_a_browser_that_says_whether_it_is_mobile_is_believed(says: str, wanted: bool) -> None:
    assert is_phone(CHROME_ANDROID, says) is wanted


def test_a_desktop_that_asks_for_pages_of_a_phone_gets_them() -> None:
    assert is_phone(NO_PHONES[0], "?1")


@pytest.mark.parametrize("user_agent", [WECHAT_ANDROID, WECHAT_IPHONE])
def test_wechats_own_browser_opens_no_page_of_wechats_for_phones(user_agent: str) -> None:
    assert not is_phone(user_agent, "?1")


def test_only_the_beginning_of_a_name_is_read() -> None:
    assert is_phone(SAFARI_IPHONE) and not is_phone("x" * 600 + SAFARI_IPHONE)


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("2400:3200::1", "2400:3200::1"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("127.0.0.1", ""),
        ("10.1.2.3", ""),
        ("100.64.0.1", ""),
        ("fd00::1", ""),
        ("224.0.0.1", ""),
        ("unknown", ""),
        ("8.8.8.8%eth0", ""),
    ],
)
def test_only_an_address_that_a_provider_can_see_as_well_is_told(address: str, wanted: str) -> None:
    assert public(address) == wanted
