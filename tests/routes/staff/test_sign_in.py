"""The staff door: password, then a code that is good once; a cookie and a session of its own (SECURITY, access)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pyotp
import pytest
from flask import Flask

from portal.adapters.totp_pyotp import PyotpOneTimePasswords
from portal.domain.errors import Invalid
from portal.services.identity.sign_in import Caller
from portal.services.identity.staff_sign_in import PasswordAccepted, check_staff_password, verify_staff_code
from tests.support.fakes import NOON
from tests.support.make import make_shop
from tests.support.signing_in import refusals
from tests.support.staff import PASSWORD, SECRET, Office, open_office

S42 = pytest.mark.req("S42")


@S42
def test_staff_come_in_by_password_and_code_and_where_they_were_going(office: Office, htmx: bool) -> None:
    case_no = office.waiting()
    somebody = office.newcomer(htmx=htmx)
    page = office.enter(somebody, office.add("agent"), f"/staff/cases/{case_no}")
    assert page.path == f"/staff/cases/{case_no}"
    assert somebody.open("/staff").path == "/staff/cases"


@S42
def test_a_code_may_be_typed_in_full_width_or_with_blanks(office: Office) -> None:
    for write in (
        lambda code: "".join(chr(ord(one) + 0xFEE0) for one in code),
        lambda code: f" {code[:3]} {code[3:]} ",
    ):
        page = office.newcomer().open("/staff/cases").submit(login=office.add("agent"), password=PASSWORD)
        assert page.submit(code=write(office.code())).path == "/staff/cases"
        office.clock.move(seconds=30)


@S42
@pytest.mark.parametrize(
    ("login", "password"), [("agent-1", "not the one"), ("nobody", PASSWORD), ("gone-1", PASSWORD)]
)
def test_whatever_does_not_fit_gets_the_same_answer(login: str, password: str, office: Office, htmx: bool) -> None:
    office.add("agent")
    office.add("agent", "gone-1")
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE staff SET disabled_at = '2026-01-01 00:00:00' WHERE login = 'gone-1'")
    page = office.newcomer(htmx=htmx).open("/staff/sign-in").submit(login=login, password=password)
    assert (page.status, set(refusals(page))) == (422, {"wrong_login"})
    assert password not in page.html


@S42
def test_the_password_alone_opens_nothing(office: Office) -> None:
    somebody = office.newcomer()
    page = somebody.open("/staff/sign-in").submit(login=office.add("agent"), password=PASSWORD)
    assert page.path == "/staff/verify"
    assert somebody.open("/staff/cases").path == "/staff/sign-in"
    page = somebody.open("/staff/verify").submit(code="000000")
    assert (page.status, set(refusals(page))) == (422, {"wrong_code"})
    assert somebody.client.get_cookie("portal_staff") is None


@S42
def test_a_code_is_good_once(office: Office) -> None:
    login = office.add("agent")
    code = office.code()
    first, second = office.newcomer(), office.newcomer()
    for somebody in (first, second):
        somebody.open("/staff/sign-in").submit(login=login, password=PASSWORD)
    assert first.open("/staff/verify").submit(code=code).path == "/staff/cases"
    assert set(refusals(second.open("/staff/verify").submit(code=code))) == {"wrong_code"}
    office.clock.move(seconds=30)
    assert second.open("/staff/verify").submit(code=office.code()).path == "/staff/cases"


@pytest.mark.parametrize(("side", "fits"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_holds_one_step_either_side(side: int, fits: bool) -> None:
    code = pyotp.TOTP(SECRET).at(NOON, counter_offset=side)
    step = PyotpOneTimePasswords().matching_step(SECRET, code, NOON)
    assert step == (int(NOON.timestamp()) // 30 + side if fits else None)


def test_the_codes_are_those_of_every_authenticator() -> None:
    """RFC 6238, appendix B, the last six digits; its key is twenty characters long."""
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for at, code in ((59, "287082"), (1111111109, "081804"), (20000000000, "353130")):
        moment = datetime.fromtimestamp(at, UTC)
        assert PyotpOneTimePasswords().matching_step(key, code, moment) == at // 30
    early = datetime.fromtimestamp(59, UTC)
    assert PyotpOneTimePasswords().matching_step(key, "２８７０８２", early) == 1, "as an input method may type it"
    assert PyotpOneTimePasswords().matching_step(key, "二八七", early) is None


@S42
def test_ten_wrong_passwords_close_the_login_for_a_while(office: Office) -> None:
    login = office.add("agent")
    somebody = office.newcomer()
    for _ in range(10):
        assert somebody.open("/staff/sign-in").submit(login=login, password="wrong").status == 422
    answer = somebody.open("/staff/sign-in").submit(login=login, password=PASSWORD)
    assert answer.status == 429
    assert int(answer.headers["Retry-After"]) > 0
    office.clock.move(minutes=15, seconds=1)
    office.enter(somebody, login)
    assert somebody.open("/staff/cases").status == 200


@S42
def test_ten_wrong_codes_close_the_second_factor_from_every_network_and_no_password(office: Office) -> None:
    """Who types codes knows the password: nobody else can lock it, and a thousand networks must not guess on."""
    login = office.add("agent")
    for number in range(10):
        somebody = office.newcomer()
        somebody.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        somebody.open("/staff/sign-in").submit(login=login, password=PASSWORD)
        assert somebody.open("/staff/verify").submit(code="000000").status == 422
    somebody = office.newcomer()
    assert somebody.open("/staff/sign-in").submit(login=login, password=PASSWORD).path == "/staff/verify"
    assert somebody.open("/staff/verify").submit(code=office.code()).status == 429
    office.clock.move(minutes=15, seconds=1)
    office.enter(somebody, login)
    assert somebody.open("/staff/cases").status == 200


@S42
def test_the_session_ends_after_15_idle_minutes_and_after_8_hours(office: Office) -> None:
    desk = office.desk("agent")
    office.clock.move(minutes=14)
    assert desk.open("/staff/cases").path == "/staff/cases"
    office.clock.move(minutes=15, seconds=1)
    assert desk.open("/staff/cases").path == "/staff/sign-in"
    office.enter(desk, "agent-1")
    for _ in range(34):
        office.clock.move(minutes=14)
        assert desk.open("/staff/cases").path == "/staff/cases"
    office.clock.move(minutes=5)
    assert desk.open("/staff/cases").path == "/staff/sign-in"


@S42
def test_what_was_typed_when_the_session_ended_is_there_again(office: Office, htmx: bool) -> None:
    case_no = office.waiting()
    desk = office.desk("agent", htmx=htmx)
    page = desk.open(f"/staff/cases/{case_no}")
    office.clock.move(minutes=16)
    page = page.submit("/message", body="包裹还在仓库。")
    assert page.path == "/staff/sign-in"
    page = page.submit(login="agent-1", password=PASSWORD).submit(code=office.code())
    assert page.path == "/staff/resume"
    page = page.submit("main form")
    assert "包裹还在仓库。" in page.text


@S42
def test_signing_out_ends_the_session_itself(office: Office) -> None:
    desk = office.desk("agent")
    token = desk.client.get_cookie("portal_staff")
    assert token is not None
    assert desk.open("/staff/cases").submit("/sign-out").path == "/staff/sign-in"
    desk.client.set_cookie("portal_staff", token.value)
    assert desk.open("/staff/cases").path == "/staff/sign-in"


@S42
def test_the_cookie_is_strict_and_the_pages_are_never_framed(office: Office) -> None:
    desk = office.desk("agent")
    cookie = desk.client.get_cookie("portal_staff")
    assert cookie is not None
    assert (cookie.same_site, cookie.http_only, cookie.secure, cookie.path) == ("Strict", True, False, "/")
    for path in ("/staff", "/staff/sign-in", "/staff/cases", "/staff/nowhere", "/staff/cases/none"):
        headers = desk.client.get(path).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "private, no-store"


@S42
def test_over_https_the_cookie_is_bound_to_the_host(sqlite_url: str, portal_on: Callable[..., Flask]) -> None:
    office = open_office(portal_on(sqlite_url, base_url="https://help.shop.example"))
    somebody = office.newcomer(origin="https://help.shop.example")
    office.enter(somebody, office.add("agent"))
    cookie = somebody.client.get_cookie("__Host-portal_staff", "help.shop.example")
    assert cookie is not None and cookie.secure and cookie.same_site == "Strict"


@S42
@pytest.mark.parametrize("forged", [{"csrf_token": None}, {"csrf_token": "wrong"}])
def test_a_forged_form_of_the_staff_is_refused(forged: dict[str, str | None], office: Office) -> None:
    case_no = office.waiting()
    page = office.desk("agent").open(f"/staff/cases/{case_no}")
    assert page.submit("/claim", forged=forged).status == 403
    foreign = page.browser.client.post(f"/staff/cases/{case_no}/claim", headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403


@S42
def test_sign_in_leads_to_pages_of_the_staff_only(office: Office) -> None:
    login = office.add("agent")
    for bait in ("https://evil.example/", "//evil.example/", "/orders", "/staff\\@evil"):
        somebody = office.newcomer()
        somebody.open("/staff/sign-in", next=bait).submit(login=login, password=PASSWORD)
        page = somebody.open("/staff/verify").submit(code=office.code())
        office.clock.move(seconds=30)
        assert page.path == "/staff/cases"


@S42
def test_who_works_for_two_shops_switches_between_them_and_sees_one_at_a_time(office: Office) -> None:
    there = make_shop(office.deps, key="two", name="二号店")
    case_no = office.waiting()
    other = office.waiting(made=there)
    desk = office.newcomer()
    page = office.enter(desk, office.add("supervisor", "boss", ("tepai", "two")))
    assert case_no in page.text and other not in page.text
    assert desk.open(f"/staff/cases/{other}").status == 404
    page = page.submit("/shop", shop="two")
    assert other in page.text and case_no not in page.text
    assert desk.open(f"/staff/cases/{case_no}").status == 404
    assert desk.open("/staff/cases").submit("/shop", forged={"shop": "three"}).status == 422


@S42
def test_a_grant_that_is_taken_back_ends_the_session_there(office: Office) -> None:
    desk = office.desk("agent")
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM staff_shop")
    assert desk.open("/staff/cases").path == "/staff/sign-in"


@S42
def test_of_many_with_the_same_code_one_comes_in(database: str, portal_on: Callable[..., Flask]) -> None:
    office = open_office(portal_on(database))
    password_accepted = check_staff_password(
        login=office.add("agent"), password=PASSWORD, caller=Caller(address="::1"), deps=office.deps
    )
    code, came_in, gate = office.code(), [], threading.Barrier(6)

    def try_it() -> None:
        gate.wait()
        try:
            verify = PasswordAccepted(password_accepted.staff_id, password_accepted.login)
            came_in.append(
                verify_staff_code(password_accepted=verify, code=code, caller=Caller(address="::1"), deps=office.deps)
            )
        except Invalid:
            pass

    threads = [threading.Thread(target=try_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(came_in) == 1
