"""ASVS 5.0 V6, authentication; races and throttles are in tests/services/identity/test_sign_in.py."""

from __future__ import annotations

from typing import Any

import pytest

from portal.adapters.passwords_argon2 import Argon2Passwords
from portal.repos.unit_of_work import reading
from tests.support.signing_in import PASSWORD, Place, refusals

pytestmark = pytest.mark.req("S1", "S2", "N8")


@pytest.mark.parametrize(
    "password", ["password1", "1234567890", "qwertyuiop", "iloveyou1", "PASSWORD1", "P@ssw0rd", "19901010", "abcabcabc"]
)
def test_v6_2_4_a_password_that_is_tried_first_is_none(password: str) -> None:
    assert Argon2Passwords.cheapest().is_easy_to_guess(password)


def test_v6_2_4_a_common_password_is_refused_at_its_field(here: Place) -> None:
    page = here.signed_in().open("/account/password").submit(old_password=PASSWORD, password="password")
    assert (page.status, set(refusals(page))) == (422, {"common"})
    assert page.says("这个密码很容易被猜到")


@pytest.mark.parametrize(
    "password", ["a b c d e f g", "密码很长的一句话呀", "x" * 128, "correct\thorse!", "  spaces  around  "]
)
def test_v6_2_5_and_v6_2_8_and_v6_2_9_any_long_password_is_taken_and_checked_as_it_was_typed(
    password: str, here: Place
) -> None:
    somebody = here.signed_in()
    assert somebody.open("/account/password").submit(old_password=PASSWORD, password=password).status == 200
    assert here.newcomer().open("/sign-in").submit(login="c-1", password=password.strip() + "x").status == 422
    assert here.newcomer().open("/sign-in").submit(login="c-1", password=password).path == "/orders"


def test_v6_2_6_and_v6_2_7_password_fields_hide_and_let_managers_fill_and_paste(here: Place) -> None:
    pages = [here.newcomer().open("/sign-in"), here.signed_in().open("/account/password")]
    fields = [field for page in pages for field in page.tree.xpath("//input[contains(@name, 'password')]")]
    assert len(fields) >= 3
    for field in fields:
        assert field.get("type") == "password"
        assert field.get("autocomplete") in ("current-password", "new-password")
        assert not [name for name in field.attrib if name.startswith("on")] and field.get("maxlength") is None


def test_v6_3_2_there_is_no_account_that_nobody_made(here: Place) -> None:
    for login in ("admin", "root", "test", "demo", "guest", "staff"):
        for password in ("", login, "admin", "password"):
            page = here.newcomer().open("/staff/sign-in").submit(login=login, password=password)
            assert page.path == "/staff/sign-in"
            here.clock.move(minutes=16)


def test_v6_3_8_who_has_an_account_shows_neither_in_the_answer_nor_in_the_work(here: Place) -> None:
    """Work instead of the clock: the same hash is computed and the same statements are run either way."""

    class Counting:
        def __init__(self, real: Any) -> None:
            self.real, self.count = real, 0

        def verify(self, hashed: str | None, password: str) -> bool:
            self.count += 1
            return bool(self.real.verify(hashed, password))

        def __getattr__(self, name: str) -> Any:
            return getattr(self.real, name)

    from dataclasses import replace

    counting = Counting(here.deps.passwords)
    here.app.extensions["portal"] = replace(here.deps, passwords=counting)
    seen = []
    for login in ("c-1", "c-404", "nobody@example.com", "13911112222"):
        before = counting.count
        page = here.newcomer().open("/sign-in").submit(login=login, password="wrong horse")
        seen.append((page.status, page.text.replace(login, ""), counting.count - before))
    assert len(set(seen)) == 1 and seen[0][2] == 1


def test_v6_5_1_to_v6_5_5_codes_are_single_hashed_random_and_short_lived(here: Place) -> None:
    somebody = here.newcomer()
    page = somebody.open("/sign-in/code").submit(login="c-1")
    code = here.code_sent_to("+8613800000001")
    with reading(here.deps) as work:
        stored = str(work.connection.exec_driver_sql("SELECT * FROM one_time_code").mappings().all())
    assert code not in stored
    assert page.submit(code=code).path == "/orders"
    again = here.newcomer()
    page = again.open("/sign-in/code").submit(login="c-1")
    assert page.status == 429
    here.clock.move(minutes=6)
    page = again.open("/sign-in/code").submit(login="c-1")
    late = here.code_sent_to("+8613800000001")
    here.clock.move(minutes=5, seconds=1)
    assert page.submit(code=late).status == 422
