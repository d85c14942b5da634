"""The team: somebody is invited, joins with an authenticator of their own, changes, is away, and leaves (issue 15)."""

from __future__ import annotations

import pyotp
import pytest

from portal.adapters.pack_files import shipped_packs
from portal.services.cases.assign import claim_case
from portal.services.shops.manage_shops import NewShop, add_shop
from tests.routes.staff.test_deciding import applied
from tests.support.page import Browserless, Page
from tests.support.staff import PASSWORD, Office

pytestmark = pytest.mark.req("S42", "N11")
TEAM = "/staff/team"


def invite(office: Office, admin: Browserless, **typed: str) -> Page:
    asked = {"login": "li", "mail": "li@shop.example", "role": "agent", "code": office.next_code()} | typed
    return admin.open(TEAM).submit("/staff/team", **asked)


def link_on(page: Page) -> str:
    return page.one("[data-link]").text.removeprefix("http://localhost")


def joined(office: Office, address: str, password: str = "a long password") -> tuple[str, Page]:
    """The secret of the new authenticator, and the page with the recovery codes."""
    page = office.newcomer().open(address)
    secret = page.one("[data-secret]").text
    return secret, page.submit(password=password, code=pyotp.TOTP(secret).at(office.clock.now()))


def state_of(page: Page, login: str) -> str | None:
    return page.one(f"[data-member={login}]").get("data-state")


def sign_in(office: Office, login: str, code: str, password: str = "a long password") -> Page:
    return office.newcomer().open("/staff/cases").submit(login=login, password=password).submit(code=code)


def test_an_invited_colleague_sets_a_password_and_an_authenticator_and_works(office: Office) -> None:
    admin = office.desk("admin")
    made = invite(office, admin)
    assert state_of(admin.open(TEAM), "li") == "invited"
    secret, done = joined(office, link_on(made))
    assert len(done.all("[data-recovery]")) == 10 and done.headers["Cache-Control"] == "private, no-store"
    assert state_of(admin.open(TEAM), "li") == "active"
    office.clock.move(seconds=30)
    page = sign_in(office, "li", pyotp.TOTP(secret).at(office.clock.now()))
    assert page.path == "/staff/cases"
    assert office.newcomer().open(link_on(made)).status == 410, "a link is good once"


def test_a_link_is_shown_once_stands_nowhere_and_is_over_after_three_days(office: Office) -> None:
    admin = office.desk("admin")
    page = admin.open(TEAM)
    typed = {"login": "li", "role": "agent", "code": office.next_code()}
    address = link_on(page.submit("/staff/team", **typed))
    again = page.submit("/staff/team", **typed)
    assert again.status == 200 and not again.has("[data-link]")
    stored = str([office.rows(f"select * from {table}") for table in ("staff", "event", "request", "job")])
    assert address.rpartition("/")[2] not in stored
    office.clock.move(hours=73)
    assert office.newcomer().open(address).status == 410
    assert state_of(office.desk("admin").open(TEAM), "li") == "invitation_over"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"login": "admin-1"}, "taken"),
        ({"login": ""}, "required"),
        ({"mail": "li"}, "mail"),
        ({"code": "000000"}, "wrong"),
    ],
    ids=["a login that is there", "no login", "no mail address", "another code"],
)
def test_an_invitation_that_is_not_right_says_what_to_mend(office: Office, typed: dict[str, str], wrong: str) -> None:
    page = invite(office, office.desk("admin"), **typed)
    assert page.status == 422 and page.has(f"[data-error={wrong}]")
    assert len(office.rows("select * from staff")) == 1


@pytest.mark.parametrize(
    ("password", "code", "wrong"),
    [("short", "", "too_short"), ("a long password", "000000", "wrong")],
)
def test_who_joins_is_told_what_is_wrong_and_keeps_the_same_picture(
    office: Office, password: str, code: str, wrong: str
) -> None:
    somebody = office.newcomer()
    page = somebody.open(link_on(invite(office, office.desk("admin"))))
    secret = page.one("[data-secret]").text
    now = pyotp.TOTP(secret).at(office.clock.now())
    again = page.submit(password=password, code=code or now)
    assert again.status == 422 and again.has(f"[data-error={wrong}]")
    assert again.one("[data-secret]").text == secret
    assert again.submit(password="a long password", code=now).has("[data-recovery]")


def test_a_recovery_code_lets_in_once_however_it_is_typed(office: Office) -> None:
    _secret, done = joined(office, link_on(invite(office, office.desk("admin"))))
    first, second = (item.text for item in done.all("[data-recovery]")[:2])
    assert sign_in(office, "li", first.lower().replace("-", " ")).path == "/staff/cases"
    assert sign_in(office, "li", first).has("[data-error=wrong_code]")
    assert sign_in(office, "li", second).follow("li").text.count("还有8个") == 1


def test_role_and_shops_are_changed_and_hold_from_the_next_page(office: Office) -> None:
    add_shop(new=NewShop(key="second", name="二店", origins=()), packs=shipped_packs(), deps=office.deps)
    office.add("admin", shops=("tepai", "second"))
    admin, agent = office.desk("admin"), office.desk("agent")
    page = admin.open(f"{TEAM}/agent-1").submit("/team/agent-1", role="warehouse", shops=["tepai", "second"])
    assert page.status == 200 and "仓库" in page.one("[data-member]").text
    assert agent.open("/staff/orders").status == 403
    page = page.submit("/team/agent-1", role="warehouse", shops=["second"])
    assert page.status == 404, "they are of the other shop now"


@pytest.mark.parametrize("typed", [{"role": "agent"}], ids=["another role"])
def test_nobody_changes_their_own_role_and_a_shop_keeps_an_administrator(office: Office, typed: dict[str, str]) -> None:
    admin = office.desk("admin")
    own = admin.open(f"{TEAM}/admin-1")
    assert own.submit("/team/admin-1", **typed).has("[data-error=self]")
    assert not own.has("form[action$='/disable']") and not own.has("form[action$='/reset']")
    office.add("admin", "admin-2")
    page = admin.open(f"{TEAM}/admin-2")
    other = office.desk("admin", login="admin-2").open(f"{TEAM}/admin-1")
    assert other.submit("/disable").one("article").get("data-state") == "disabled"
    assert admin.open(TEAM).path == "/staff/sign-in", "out at once"
    assert page.submit("/disable").path == "/staff/sign-in"


def test_who_is_disabled_leaves_and_their_cases_are_everybodys(office: Office) -> None:
    admin, agent = office.desk("admin"), office.desk("agent")
    case_no = applied(office)
    claim_case(case_no=case_no, actor=office.made.staff("agent"), request_id="mine", deps=office.deps)
    staff_id = office.rows("select assignee_id as id from after_sales_case")[0]["id"]
    assert staff_id
    page = admin.open(f"{TEAM}/agent-1").submit("/disable")
    assert state_of(page, "agent-1") == "disabled" and agent.open("/staff/cases").path == "/staff/sign-in"
    back = page.submit("/enable")
    assert state_of(back, "agent-1") == "active"


def test_cases_of_somebody_who_is_away_go_to_whom_is_named(office: Office) -> None:
    admin = office.desk("admin")
    office.add("agent")
    office.add("supervisor")
    case_no = applied(office)
    agent = office.desk("agent")
    agent.open(f"/staff/cases/{case_no}").submit("/claim")
    page = admin.open(f"{TEAM}/agent-1").submit("/away", until="2026-12-24", to="supervisor-1")
    assert state_of(page, "agent-1") == "away"
    office.work()
    owner = office.rows("select login from staff join after_sales_case on staff.id = assignee_id")
    assert [row["login"] for row in owner] == ["supervisor-1"]
    assert "把申请交给同事" in agent.open(f"/staff/cases/{case_no}", tab="history").text
    assert state_of(page.submit("/back"), "agent-1") == "active"


@pytest.mark.parametrize("until", ["2026-11-01", "2030-01-01", "soon", ""])
def test_an_absence_ends_on_a_day_ahead(office: Office, until: str) -> None:
    office.add("agent")
    page = office.desk("admin").open(f"{TEAM}/agent-1").submit("/away", until=until)
    assert page.status == 422 and state_of(page, "agent-1") == "active"


def test_lost_credentials_are_replaced_by_a_new_link(office: Office) -> None:
    office.add("agent")
    agent, admin = office.desk("agent"), office.desk("admin")
    made = admin.open(f"{TEAM}/agent-1").submit("/reset", code=office.next_code())
    assert agent.open("/staff/cases").path == "/staff/sign-in"
    again = office.newcomer().open("/staff/cases").submit(login="agent-1", password=PASSWORD)
    assert again.has("[data-error=wrong_login]")
    secret, _done = joined(office, link_on(made), "another password")
    office.clock.move(seconds=30)
    code = pyotp.TOTP(secret).at(office.clock.now())
    assert sign_in(office, "agent-1", code, "another password").path == "/staff/cases"


def test_one_changes_ones_own_password_and_ends_other_sessions(office: Office) -> None:
    here, there = office.desk("agent"), office.desk("agent")
    page = here.open("/staff/account")
    assert len(page.all("[data-session]")) == 2
    wrong = page.submit("/account/password", old_password="no", password="a long password")
    assert wrong.status == 422 and wrong.has("[data-error=wrong]")
    done = page.submit("/account/password", old_password=PASSWORD, password="a long password")
    assert len(done.all("[data-session]")) == 1
    assert there.open("/staff/cases").path == "/staff/sign-in"
    codes = done.submit("/account/recovery-codes", code=office.next_code())
    assert len(codes.all("[data-recovery]")) == 10
    third = office.desk("agent", login="agent-2")
    assert len(third.open("/staff/account").submit("/account/sessions").all("[data-session]")) == 1


def test_an_auditor_sees_the_team_and_changes_nothing(office: Office) -> None:
    office.add("agent")
    auditor = office.desk("auditor")
    assert state_of(auditor.open(TEAM), "agent-1") == "active"
    page = auditor.open(f"{TEAM}/agent-1")
    assert page.status == 200 and not page.has("main form")
    assert office.desk("agent").open(TEAM).status == 403


def test_what_becomes_of_an_account_stands_in_the_trail(office: Office) -> None:
    admin = office.desk("admin")
    joined(office, link_on(invite(office, admin)))
    admin.open(f"{TEAM}/li").submit("/disable").submit("/enable")
    admin.open(f"{TEAM}/li").submit("/end-sessions")
    kinds = [row["kind"] for row in office.rows("select kind from event where kind like 'staff:member:%' order by id")]
    assert [kind.rpartition(":")[2] for kind in kinds] == ["invited", "joined", "disabled", "enabled", "signed_out"]


def test_other_administrators_are_told_of_an_invitation_and_led_to_the_team(office: Office) -> None:
    office.add("admin", mail="me@example.com")
    office.add("admin", login="admin-2", mail="other@example.com")
    invite(office, office.desk("admin"), mail="")
    office.work()
    told = [mail for mail in office.mailer.sent if "/staff/team" in mail.body]
    assert [mail.to for mail in told] == ["other@example.com"]
