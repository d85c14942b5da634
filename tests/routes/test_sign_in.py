"""Signing in, being led back, signing out (S1, S2)."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from flask import Flask

from tests.support.make import make_customer
from tests.support.page import Browserless
from tests.support.signing_in import PASSWORD, Place, place, refusals

S1 = pytest.mark.req("S1")
S2 = pytest.mark.req("S2")


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@pytest.fixture(params=["page", "htmx"])
def somebody(request: pytest.FixtureRequest, here: Place) -> Browserless:
    return here.newcomer(htmx=request.param == "htmx")


@S1
@pytest.mark.parametrize(
    "login", ["c-1", " +86 138-0000-0001 ", "13800000001", "１３８０００００００１", "C1@Example.COM"]
)
def test_a_customer_signs_in_with_their_number_phone_or_mail(login: str, here: Place, somebody: Browserless) -> None:
    page = somebody.open("/sign-in").submit(login=login, password=PASSWORD)
    assert page.path == "/orders"
    assert somebody.open("/account").status == 200


@S1
@pytest.mark.parametrize(("login", "password"), [("c-1", "wrong horse"), ("nobody", PASSWORD), ("c-2", PASSWORD)])
def test_whatever_does_not_fit_gets_the_same_answer(
    login: str, password: str, here: Place, somebody: Browserless
) -> None:
    make_customer(here.deps, here.made.shop_id, 2)
    with here.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE customer SET password_hash = NULL WHERE external_id = 'c-2'")
    page = somebody.open("/sign-in").submit(login=login, password=password)
    assert (page.status, set(refusals(page))) == (422, {"wrong_login"})
    assert f'value="{login}"' in page.html
    assert password not in page.html


@S1
def test_a_phone_that_two_customers_share_is_no_login(here: Place, somebody: Browserless) -> None:
    make_customer(here.deps, here.made.shop_id, 2)
    with here.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE customer SET phone_key = '8613800000001'")
    page = somebody.open("/sign-in").submit(login="13800000001", password=PASSWORD)
    assert page.status == 422
    assert somebody.open("/sign-in").submit(login="c-2", password=PASSWORD).path == "/orders"


@S1
@pytest.mark.parametrize("target", ["/account", "/orders?state=to_ship&q=%E6%9D%AF", "/orders/A%20%E8%AE%A2/cancel"])
def test_a_personal_page_leads_to_sign_in_and_back(target: str, here: Place, somebody: Browserless) -> None:
    page = somebody.open(target)
    assert page.path == "/sign-in"
    page = page.submit(login="c-1", password=PASSWORD)
    assert unquote(page.url) == unquote(target)


@S1
@pytest.mark.parametrize(
    "bait",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "/%0d%0aX: y",
        "javascript:alert(1)",
        "/\t/evil.example",
    ],
)
def test_sign_in_never_leads_off_this_site(bait: str, here: Place) -> None:
    somebody = here.newcomer()
    page = somebody.open("/sign-in", next=bait).submit(login="c-1", password=PASSWORD)
    assert page.response.status_code == 200 or page.path.startswith("/")
    assert all("evil" not in address.partition("?")[0] for address in page.trail)


@S1
def test_the_session_has_a_new_token_at_every_sign_in_and_the_old_one_is_worth_nothing(here: Place) -> None:
    somebody = here.signed_in()
    first = somebody.client.get_cookie("portal")
    somebody.open("/sign-in").submit(login="c-1", password=PASSWORD)
    second = somebody.client.get_cookie("portal")
    assert first and second and first.value != second.value
    assert second.http_only and second.same_site == "Lax" and second.max_age is None
    somebody.client.set_cookie("portal", first.value)
    assert somebody.open("/account").path == "/sign-in"


@S1
def test_signing_out_ends_the_session_wherever_its_cookie_was_copied_to(here: Place) -> None:
    somebody = here.signed_in()
    copied = somebody.client.get_cookie("portal")
    page = somebody.open("/account").submit("/sign-out")
    assert page.path == "/sign-in"
    assert "您已退出登录。" in page.text
    assert copied
    somebody.client.set_cookie("portal", copied.value)
    assert somebody.open("/account").path == "/sign-in"


@S1
@pytest.mark.parametrize(("minutes", "steps", "still"), [(29, 3, True), (31, 1, False), (25, 30, False)])
def test_a_session_ends_after_half_an_hour_idle_or_twelve_hours(
    minutes: int, steps: int, still: bool, here: Place
) -> None:
    somebody = here.signed_in()
    for _ in range(steps):
        here.clock.move(minutes=minutes)
        page = somebody.open("/account")
    assert (page.path == "/account") is still


@S1
@pytest.mark.req("S40")
def test_a_form_sent_after_the_session_ended_waits_for_its_customer(here: Place, somebody: Browserless) -> None:
    somebody.open("/sign-in").submit(login="c-1", password=PASSWORD)
    page = somebody.open("/account/password")
    here.clock.move(hours=1)
    page = page.submit(old_password=PASSWORD, password="a new passphrase")
    assert page.path == "/sign-in" and refusals(page) == ["session"]
    page = page.submit(login="c-1", password=PASSWORD)
    assert page.path == "/resume"
    assert "a new passphrase" not in page.html
    page = page.submit("/account/password")
    assert page.path == "/account/password" and page.status == 422


@pytest.mark.req("S40")
def test_a_kept_form_is_not_shown_to_the_next_person_at_the_machine(here: Place) -> None:
    make_customer(here.deps, here.made.shop_id, 2)
    somebody = here.signed_in()
    page = somebody.open("/account/password")
    here.clock.move(hours=1)
    page = page.submit(old_password=PASSWORD, password="a new passphrase")
    page = page.submit(login="c-2", password=PASSWORD)
    assert page.path == "/orders"


@S1
def test_ten_failures_of_an_account_make_it_wait_and_success_forgets_them(here: Place) -> None:
    somebody = here.newcomer()
    for _ in range(9):
        somebody.open("/sign-in").submit(login="c-1", password="wrong horse")
    assert somebody.open("/sign-in").submit(login="c-1", password=PASSWORD).path == "/orders"
    other = here.newcomer()
    for _ in range(10):
        assert other.open("/sign-in").submit(login="c-1", password="wrong horse").status == 422
    page = other.open("/sign-in").submit(login="c-1", password=PASSWORD)
    assert page.status == 429
    assert 0 < int(page.headers["Retry-After"]) <= 15 * 60
    here.clock.move(minutes=15, seconds=1)
    assert other.open("/sign-in").submit(login="c-1", password=PASSWORD).path == "/orders"


@S2
@pytest.mark.parametrize(
    ("login", "address"),
    [("c-1", "+8613800000001"), ("13800000001", "+8613800000001"), ("c1@example.com", "c1@example.com")],
)
def test_a_code_to_phone_or_mail_signs_in(login: str, address: str, here: Place, somebody: Browserless) -> None:
    page = somebody.open("/sign-in/code", next="/account").submit(login=login)
    assert page.path == "/sign-in/verify"
    page = page.submit(code=here.code_sent_to(address))
    assert page.path == "/account"
    assert here.codes_sent() == 1


@S2
def test_asking_for_a_code_says_nothing_of_whether_there_is_an_account(here: Place) -> None:
    known, unknown = here.newcomer(), here.newcomer()
    here_page = known.open("/sign-in/code").submit(login="c-1")
    there = unknown.open("/sign-in/code").submit(login="c-404")
    assert (here_page.status, here_page.trail, here_page.text) == (there.status, there.trail, there.text)
    assert known.open("/sign-in/code").submit(login="c-1").status == 429
    assert unknown.open("/sign-in/code").submit(login="c-404").status == 429


@S2
def test_a_code_is_asked_for_where_the_login_is_typed_and_enter_without_a_password_asks_too(
    here: Place, somebody: Browserless
) -> None:
    page = somebody.open("/sign-in", next="/account").submit(login="c-1", button="获取验证码")
    assert page.path == "/sign-in/verify"
    assert page.submit(code=here.code_sent_to("+8613800000001")).path == "/account"
    other = here.newcomer()
    assert other.open("/sign-in").submit(login="c1@example.com").path == "/sign-in/verify"


@S2
def test_another_code_is_a_form_of_its_own_that_says_from_when_to_the_second(
    here: Place, somebody: Browserless
) -> None:
    page = somebody.open("/sign-in/code").submit(login="c-1")
    assert re.fullmatch(r"\d\d:\d\d:\d\d", page.one("time[data-time=resend]").text)
    assert page.submit("/sign-in/code").status == 429
    here.clock.move(seconds=61)
    page = somebody.open("/sign-in/verify")
    assert not page.has("time[data-time=resend]")
    assert page.submit("/sign-in/code").path == "/sign-in/verify" and here.codes_sent() == 2


@S2
def test_where_the_shop_wants_both_steps_no_code_alone_is_offered(here: Place) -> None:
    here.set_shop(second_step=True)
    page = here.newcomer().open("/sign-in")
    assert "获取验证码" not in page.text
    page = page.submit(login="c-1")
    assert (page.status, refusals(page)) == (422, ["required"])


@S1
def test_the_title_says_that_something_is_to_be_mended(here: Place) -> None:
    somebody = here.newcomer()
    assert somebody.open("/sign-in").title.startswith("登录")
    assert somebody.open("/sign-in").submit(login="c-1", password="wrong horse").title.startswith("错误：登录")


@S1
def test_nobody_is_remembered_unless_the_shop_lets_them_be(here: Place) -> None:
    somebody = here.newcomer()
    assert not somebody.open("/sign-in").has("[name=remember]")
    page = somebody.open("/sign-in").submit(login="c-1", password=PASSWORD, forged={"remember": "y"})
    assert page.path == "/orders"
    here.clock.move(minutes=31)
    assert somebody.open("/orders").path == "/sign-in"


@S1
@pytest.mark.parametrize("way", ["password", "code"])
def test_who_asks_for_it_stays_signed_in_for_30_days_on_that_device(here: Place, way: str) -> None:
    here.set_shop(remembered_sign_in=True)
    mine, other = here.newcomer(), here.signed_in()
    page = mine.open("/sign-in")
    assert not page.one("[name=remember]").get("checked")
    if way == "password":
        page.submit(login="c-1", password=PASSWORD, remember=True)
    else:
        page.submit(login="c-1", remember=True, button="获取验证码")
        mine.open("/sign-in/verify").submit(code=here.code_sent_to("+8613800000001"))
    cookie = mine.client.get_cookie("portal")
    assert cookie is not None and cookie.max_age == 30 * 24 * 3600
    here.clock.move(days=29)
    page = mine.open("/account")
    assert page.path == "/account" and page.one("[data-session]").has("time[data-time=remembered]")
    assert other.open("/orders").path == "/sign-in"
    here.clock.move(days=1, minutes=1)
    assert mine.open("/orders").path == "/sign-in"


@S1
def test_a_shop_that_changes_its_mind_remembers_nobody_any_more(here: Place) -> None:
    here.set_shop(remembered_sign_in=True)
    mine = here.newcomer()
    mine.open("/sign-in").submit(login="c-1", password=PASSWORD, remember=True)
    here.clock.move(days=2)
    assert mine.open("/orders").path == "/orders"
    here.set_shop(remembered_sign_in=False)
    here.clock.move(minutes=31)
    assert mine.open("/orders").path == "/sign-in"


@S1
def test_a_session_that_is_remembered_is_ended_like_any_other(here: Place) -> None:
    here.set_shop(remembered_sign_in=True)
    lost, mine = here.newcomer(), here.newcomer()
    lost.open("/sign-in").submit(login="c-1", password=PASSWORD, remember=True)
    here.clock.move(days=3)
    mine.open("/sign-in").submit(login="c-1", password=PASSWORD)
    mine.open("/account").submit("/account/sessions")
    assert lost.open("/orders").path == "/sign-in"


@S1
def test_in_a_frame_nobody_is_asked_to_be_remembered(here: Place) -> None:
    here.set_shop(remembered_sign_in=True)
    assert not here.newcomer().open("/embed/tepai/sign-in").has("[name=remember]")


@S2
def test_a_wrong_code_is_refused_five_times_and_then_the_right_one_too(here: Place) -> None:
    somebody = here.newcomer()
    page = somebody.open("/sign-in/code").submit(login="c-1")
    code = here.code_sent_to("+8613800000001")
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        page = page.submit(code=wrong)
        assert (page.status, set(refusals(page))) == (422, {"wrong_code"})
    assert page.submit(code=code).status == 422


@S2
def test_the_shop_may_want_password_and_code(here: Place, somebody: Browserless) -> None:
    here.set_shop(second_step=True)
    page = somebody.open("/sign-in").submit(login="c-1", password=PASSWORD)
    assert page.path == "/sign-in/verify"
    assert somebody.open("/account").path == "/sign-in"
    page = somebody.open("/sign-in/verify").submit(code=here.code_sent_to("+8613800000001"))
    assert page.path == "/orders"
    assert here.newcomer().open("/sign-in/code").path == "/sign-in"


@S1
def test_a_new_password_ends_the_other_sessions_and_renews_this_one(here: Place, somebody: Browserless) -> None:
    elsewhere = here.signed_in()
    somebody.open("/sign-in").submit(login="c-1", password=PASSWORD)
    before = somebody.client.get_cookie("portal")
    page = somebody.open("/account/password").submit(old_password=PASSWORD, password="a new passphrase")
    after = somebody.client.get_cookie("portal")
    assert page.path == "/account" and "密码已修改" in page.text
    assert "密码已修改" not in page.reload().text
    assert before and after and before.value != after.value
    assert elsewhere.open("/account").path == "/sign-in"
    assert here.newcomer().open("/sign-in").submit(login="c-1", password=PASSWORD).status == 422
    assert here.newcomer().open("/sign-in").submit(login="c-1", password="a new passphrase").path == "/orders"


@S1
@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("wrong horse", "a new passphrase", "wrong"),
        (PASSWORD, "curt", "too_short"),
        (PASSWORD, "C1@example.com", "is_login"),
        (PASSWORD, "x" * 129, "too_long"),
    ],
)
def test_a_password_that_will_not_do_is_refused_at_its_field(
    old: str, new: str, says: str, here: Place, somebody: Browserless
) -> None:
    somebody.open("/sign-in").submit(login="c-1", password=PASSWORD)
    page = somebody.open("/account/password").submit(old_password=old, password=new)
    assert (page.status, set(refusals(page))) == (422, {says})
    assert new not in page.html


@S1
def test_a_page_costs_one_query_to_know_who_reads_it_and_seeing_is_written_once_a_minute(here: Place) -> None:
    somebody = here.signed_in()
    somebody.open("/account")
    assert len(somebody.open("/account").queries) == 4  # who reads it, the customer, where they are signed in, credit
    here.clock.move(minutes=2)
    assert sum(query.startswith("UPDATE session") for query in somebody.open("/account").queries) == 1
    assert sum(query.startswith("UPDATE session") for query in somebody.open("/account").queries) == 0


def test_where_several_shops_live_the_page_asks_which_and_sign_in_stays_in_it(
    here: Place, somebody: Browserless
) -> None:
    from tests.support.make import make_shop

    make_shop(here.deps, "another", name="另一家")
    page = somebody.open("/sign-in")
    assert "您在哪家店下的单？" in page.text
    assert "特派商城" not in page.text
    page = somebody.open("/sign-in", shop="tepai")
    assert "特派商城" in page.h1
    page = page.submit(login="c-1", password=PASSWORD)
    assert page.path == "/orders"
    assert somebody.open("/orders", shop="another").path == "/orders"
    assert "特派商城" in somebody.open("/account", shop="another").text
    assert somebody.open("/embed/another/orders").path == "/embed/another/sign-in"
    # A session of a tab is none in a frame (EMBEDDING).
    assert somebody.open("/embed/tepai/orders").path == "/embed/tepai/sign-in"
    assert somebody.open("/embed/nobody/orders").status == 404


def test_the_language_is_chinese_unless_the_browser_or_the_customer_says_otherwise(here: Place) -> None:
    client = here.app.test_client()
    assert 'lang="zh-Hans"' in client.get("/sign-in").text
    assert 'lang="en"' in client.get("/sign-in", headers={"Accept-Language": "en-GB,en;q=0.9"}).text
    assert 'lang="zh-Hans"' in client.get("/sign-in", headers={"Accept-Language": "de, zh;q=0.5"}).text
    somebody = here.signed_in()
    page = somebody.open("/account").submit("/language")
    assert page.path == "/account" and page.tree.get("lang") == "en"
    assert here.signed_in().open("/account").tree.get("lang") == "en"
