"""用企业账号登录: there and back over a real provider, what each refusal says, and what becomes of the account."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pyotp
import pytest
from flask import Flask

from tests.support.company import DESK, ENTER, RETURN, Company
from tests.support.oidc_issuer import issuer_serving
from tests.support.signing_in import refusals
from tests.support.staff import PASSWORD, open_office

P28 = pytest.mark.req("P28")
VOUCHED = '[second_factor]\namr = ["otp"]\n'


@pytest.fixture
def company(app: Flask, tmp_path: Path) -> Iterator[Company]:
    with issuer_serving() as issuer:
        found = Company(open_office(app), issuer, tmp_path)
        found.set_up()
        yield found


def linked(company: Company, login: str = "agent-1", role: str = "agent", **claims: object) -> None:
    """That account, signed in with a company account once."""
    company.office.add(role, login)
    company.be(login, **claims)  # type: ignore[arg-type] # claims
    page = company.come_back(company.office.newcomer()).submit(code=company.office.code())
    assert page.path == "/staff/cases", page.html
    company.office.clock.move(seconds=30)


def kinds(company: Company) -> list[str]:
    return [row["kind"] for row in company.office.rows("SELECT kind FROM event ORDER BY id")]


@P28
def test_there_is_a_button_only_where_a_provider_is_set_up(company: Company) -> None:
    page = company.office.newcomer().open("/staff/sign-in?next=/staff/orders")
    [button] = page.tree.xpath("//a[@data-company]")
    assert (button.get("href"), button.text) == ("/staff/sign-in/company?next=/staff/orders", "用企业账号登录")
    company.set_up('name = { zh = "企业微信", en = "WeCom" }')
    assert "用企业微信登录" in company.office.newcomer().open("/staff/sign-in").html
    company.office.app.extensions["portal"] = replace(company.office.deps, identity_provider=None)
    assert not company.office.newcomer().open("/staff/sign-in").tree.xpath("//a[@data-company]")
    for address in ("/staff/sign-in/company", RETURN, ENTER):
        assert company.office.newcomer().client.get(address).status_code in (303, 404)


@P28
def test_staff_come_in_and_are_linked_once_their_own_code_was_shown(company: Company, htmx: bool) -> None:
    company.office.add("agent")
    company.be("agent-1", amr=["otp"])
    somebody = company.office.newcomer(htmx=htmx)
    page = company.come_back(somebody, "?next=/staff/orders")
    assert "第一次用企业账号登录" in page.html
    assert somebody.client.get_cookie("portal_staff") is None, "nobody is in before they confirm"
    assert kinds(company).count("staff:session:opened") == 0, "what another site leads to changes nothing"
    page = page.submit(code="000000")
    assert (page.status, refusals(page)) == (422, ["wrong_code"])
    page = somebody.open(ENTER).submit(code=company.office.code())
    assert page.path == "/staff/orders"
    assert "system:member:linked" in kinds(company)
    [event] = company.office.rows("SELECT text FROM event WHERE kind = 'staff:session:opened'")
    assert '"through":"provider"' in event["text"]
    assert "sub-agent-1" not in str(company.office.rows("SELECT text FROM event"))


@P28
def test_the_session_is_as_any_other_and_its_cookie_strict(company: Company) -> None:
    linked(company, "agent-1")
    company.set_up(VOUCHED)
    company.be("agent-1", amr=["otp"])
    somebody = company.office.newcomer()
    answer = somebody.client.get("/staff/sign-in/company")
    [flow] = [value for value in answer.headers.getlist("Set-Cookie") if "portal_staff_flow" in value]
    assert "SameSite=Lax" in flow and "HttpOnly" in flow
    page = company.come_back(somebody)
    assert not page.tree.xpath("//input[@name='code']"), "the provider has seen the second factor"
    assert page.submit().path == "/staff/cases"
    kept = somebody.client.get_cookie("portal_staff")
    assert kept and kept.same_site == "Strict" and kept.http_only
    company.office.clock.move(minutes=15, seconds=1)
    assert somebody.open("/staff/cases").path == "/staff/sign-in"


@P28
def test_an_old_session_cookie_does_not_stand_in_the_way(company: Company) -> None:
    """The form is of a page inside the site, where the strict cookie is: its token fits."""
    somebody = company.office.desk("agent")
    company.office.clock.move(minutes=20)
    company.be("agent-1")
    assert company.come_back(somebody).submit(code=company.office.code()).path == "/staff/cases"


@P28
def test_the_provider_asks_again_where_somebody_else_is_to_sign_in(company: Company) -> None:
    company.go_there(company.office.newcomer(), "?again=1")
    assert company.issuer.last["prompt"] == "login"


@P28
@pytest.mark.parametrize(
    ("plan", "reason", "status"),
    [
        ("denied", "denied", 403),
        ("wrong_nonce", "untrusted", 403),
        ("alg_none", "untrusted", 403),
        ("mix_up", "untrusted", 403),
    ],
)
def test_what_goes_wrong_is_said_in_a_sentence(plan: str, reason: str, status: int, company: Company) -> None:
    company.office.add("agent")
    company.issuer.plan = plan
    page = company.come_back(company.office.newcomer())
    assert (page.status, refusals(page)) == (status, [reason])
    assert page.tree.xpath("//a[@href='/staff/sign-in']")
    assert "Traceback" not in page.html and "nonce" not in page.html


@P28
def test_a_provider_that_is_down_is_said_before_anybody_leaves_and_on_the_way_back(company: Company) -> None:
    somebody = company.office.newcomer()
    company.issuer.plan = "html_502 openid-configuration"
    answer = somebody.client.get("/staff/sign-in/company")
    assert answer.status_code == 503 and 'data-error="down"' in answer.text
    company.issuer.plan = ""
    way_back = company.go_there(somebody)
    company.issuer.plan = "html_502 token"
    answer = somebody.client.get(way_back)
    assert answer.status_code == 503 and 'data-error="down"' in answer.text


@P28
def test_an_answer_without_the_cookie_of_its_way_there_is_nobodys(company: Company) -> None:
    company.office.add("agent")
    victim, attacker = company.office.newcomer(), company.office.newcomer()
    way_back = company.go_there(attacker)
    assert refusals(victim.open(way_back)) == ["expired"], "nobody is signed in as somebody else by a link"
    company.go_there(victim)
    assert refusals(victim.open(way_back)) == ["expired"], "nor by the state of another way"
    assert attacker.open(way_back).status == 200
    page = attacker.open(way_back)
    assert (page.status, refusals(page)) == (410, ["expired"]), "a way back is walked once"


@P28
def test_a_confirmation_waits_for_five_minutes(company: Company) -> None:
    company.office.add("agent")
    company.be("agent-1")
    somebody = company.office.newcomer()
    page = company.come_back(somebody)
    company.office.clock.move(minutes=6)
    assert refusals(page.submit(code=company.office.code())) == ["expired"]
    assert somebody.open(ENTER).path == "/staff/sign-in"


@P28
def test_nobody_comes_in_whom_the_shop_does_not_know_or_no_longer_wants(company: Company) -> None:
    office = company.office
    company.be("nobody")
    assert refusals(company.come_back(office.newcomer())) == ["unknown"]
    linked(company, "agent-1")
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE staff SET disabled_at = '2026-01-01 00:00:00' WHERE login = 'agent-1'")
    page = company.come_back(office.newcomer())
    assert refusals(page) == ["disabled"] and "agent-1" in page.html
    company.set_up('login_claim = "email"')
    company.be("x", email="agent-1")
    assert refusals(company.come_back(office.newcomer())) == ["unverified"]


@P28
def test_a_login_that_was_given_to_somebody_new_opens_no_old_account(company: Company) -> None:
    linked(company, "agent-1")
    company.be("agent-1", sub="a newcomer")
    assert refusals(company.come_back(company.office.newcomer())) == ["other_person"]
    company.be("li.renamed", sub="sub-agent-1")
    page = company.come_back(company.office.newcomer()).submit(code=company.office.code())
    assert page.path == "/staff/cases", "who is linked stays so under another name"


@P28
def test_role_and_shops_follow_the_groups_and_losing_them_ends_it(company: Company) -> None:
    office = company.office
    linked(company, "agent-1")
    company.set_up(DESK)
    company.be("agent-1", "boss")
    somebody = office.newcomer()
    company.come_back(somebody).submit(code=office.next_code())
    assert somebody.open("/staff/team").status == 200, "an administrator now"
    assert "system:member:changed" in kinds(company)
    company.be("agent-1", "desk", "all-staff")
    company.come_back(office.newcomer()).submit(code=office.next_code())
    assert somebody.open("/staff/team").status == 403, "in the sessions that are open as well"
    company.be("agent-1", "all-staff")
    assert refusals(company.come_back(office.newcomer())) == ["no_role"]


@P28
def test_who_is_new_gets_an_account_an_authenticator_and_recovery_codes(company: Company) -> None:
    office = company.office
    company.set_up(f"provision = true\n{DESK}")
    company.be("li.ming", "desk")
    somebody = office.newcomer()
    page = company.come_back(somebody, "?next=/staff/orders")
    [secret] = page.tree.xpath("//*[@data-secret]")
    page = page.submit(code="000000")
    assert refusals(page) == ["wrong_code"]
    again = somebody.open(ENTER)
    assert again.tree.xpath("//*[@data-secret]")[0].text == secret.text
    assert not office.rows("SELECT 1 FROM staff"), "nobody is made before they confirm"
    page = again.submit(code=pyotp.TOTP(secret.text).at(office.clock.now()))
    assert len(page.tree.xpath("//*[@data-recovery]")) == 10
    assert page.tree.xpath("//a[@href='/staff/orders']")
    assert somebody.open("/staff/cases").status == 200
    [row] = office.rows("SELECT login, role, password_hash FROM staff")
    assert (row["login"], row["role"], row["password_hash"]) == ("li.ming", "agent", "")
    page = office.newcomer().open("/staff/sign-in").submit(login="li.ming", password="")
    assert page.status == 422, "no password opens it"
    office.clock.move(seconds=30)
    page = company.come_back(office.newcomer()).submit(code=pyotp.TOTP(secret.text).at(office.clock.now()))
    assert page.path == "/staff/cases"
    assert "system:member:provisioned" in kinds(company)
    assert office.desk("admin").open("/staff/team/li.ming").status == 200


@P28
def test_who_was_invited_joins_with_the_company_account_where_the_file_lets_newcomers_in(company: Company) -> None:
    office = company.office
    boss = office.desk("admin")
    boss.open("/staff/team").submit(login="li", role="agent", code=office.next_code())
    company.be("li", "desk")
    assert refusals(company.come_back(office.newcomer())) == ["not_joined"]
    company.set_up(f"provision = true\n{DESK}")
    page = company.come_back(office.newcomer())
    [secret] = page.tree.xpath("//*[@data-secret]")
    page = page.submit(code=pyotp.TOTP(secret.text).at(office.clock.now()))
    assert page.tree.xpath("//*[@data-recovery]")


@P28
@pytest.mark.parametrize(("said", "works"), [("", False), ('passwords = "all"', True), ('passwords = ["boss"]', False)])
def test_a_linked_account_needs_no_password_and_takes_one_where_the_file_says(
    said: str, works: bool, company: Company
) -> None:
    linked(company, "agent-1")
    company.set_up(said)
    page = company.office.newcomer().open("/staff/sign-in").submit(login="agent-1", password=PASSWORD)
    assert (page.path == "/staff/verify") == works
    if not works:
        assert refusals(page) == ["wrong_login"], "and the answer is that of any wrong password"


@P28
def test_passwords_can_be_left_to_an_account_of_emergency(company: Company) -> None:
    company.set_up('passwords = ["boss"]')
    company.office.add("agent", "li")
    company.office.add("admin", "boss")
    page = company.office.newcomer().open("/staff/sign-in")
    assert page.tree.xpath("//details//input[@name='password']")
    assert refusals(page.submit(login="li", password=PASSWORD)) == ["wrong_login"]
    page = company.office.newcomer().open("/staff/sign-in").submit(login="boss", password=PASSWORD)
    assert page.path == "/staff/verify"


@P28
def test_ten_wrong_codes_close_both_ways_in(company: Company) -> None:
    office = company.office
    office.add("agent")
    company.be("agent-1")
    somebody = office.newcomer()
    page = company.come_back(somebody)
    for _ in range(10):
        page = page.submit(code="000000")
    assert somebody.open(ENTER).submit(code=office.code()).status == 429
    other = office.newcomer()
    other.open("/staff/sign-in").submit(login="agent-1", password=PASSWORD)
    assert other.open("/staff/verify").submit(code=office.code()).status == 429


@P28
def test_a_reset_ends_the_link_too(company: Company) -> None:
    office = company.office
    linked(company, "agent-1")
    boss = office.desk("admin")
    boss.open("/staff/team/agent-1").submit(code=office.next_code())
    [row] = office.rows("SELECT provider_subject FROM staff WHERE login = 'agent-1'")
    assert row["provider_subject"] is None


@P28
def test_on_another_host_the_way_there_begins_at_the_portals_own(company: Company) -> None:
    answer = company.office.newcomer().client.get(
        "/staff/sign-in/company?next=/staff/orders", headers={"Host": "help.other.example"}
    )
    assert answer.status_code == 303
    assert answer.location.startswith("http://localhost/staff/sign-in/company?")
    assert "next=/staff/orders" in answer.location and "at=1" in answer.location
