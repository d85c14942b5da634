"""Hand-off keys on the staff pages: the secret is seen once, two may live, retiring says what stops (issue 6)."""

from __future__ import annotations

import pytest
from joserfc.jwk import ECKey, OKPKey

from portal.domain.identity.access import Actor
from portal.services.embedding.handoff_keys import add_key
from portal.services.jobs.work_jobs import work_all_jobs
from tests.support.page import Page
from tests.support.staff import Office

pytestmark = pytest.mark.req("P11", "N8")
PATH = "/staff/settings"
PAIR = OKPKey.generate_key("Ed25519")
PUBLIC = PAIR.as_pem(private=False).decode()


def keys(page: Page) -> dict[str | None, str | None]:
    return {row.get("data-key"): row.get("data-state") for row in page.all("tr[data-key]")}


def add(office: Office, page: Page, **typed: str) -> Page:
    return page.submit("/settings/keys", **({"code": office.next_code()} | typed))


def test_a_secret_is_seen_once_and_stands_nowhere_else(
    office: Office, htmx: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    page = office.desk("admin", htmx=htmx).open(PATH)
    code = office.next_code()
    made = add(office, page, algorithm="HS256", code=code)
    secret = made.one("[data-secret]").text
    assert len(secret) >= 32 and made.trail == ("/staff/settings/keys",), "no redirect could carry it"
    assert made.headers["Cache-Control"] == "private, no-store"
    again = add(office, page, algorithm="HS256", code=code)
    assert again.status == 200 and not again.has("[data-secret]") and "已经显示过一次" in again.text
    after = again.follow("返回店铺设置")
    assert keys(after) == {"k1": "live", "k2": "live"} and secret not in after.html
    stored = str(office.rows("select * from handoff_key") + office.rows("select * from event"))
    stored += str(office.rows("select * from request"))
    written = capfd.readouterr()
    assert secret not in stored + written.out + written.err


def test_a_public_key_makes_one_and_two_are_enough(office: Office) -> None:
    admin = office.desk("admin")
    made = add(office, admin.open(PATH), algorithm="EdDSA", public_key=PUBLIC)
    assert not made.has("[data-secret]") and "k2" in made.h1
    page = admin.open(PATH)
    assert keys(page) == {"k1": "live", "k2": "live"}
    assert not page.has("form[action$='/settings/keys']") and "先停用一把" in page.text
    stale = admin.post(f"{PATH}/keys", {})
    assert stale.status == 403


def test_a_third_key_is_refused_with_what_to_do(office: Office) -> None:
    page = office.desk("admin").open(PATH)
    add_key(actor=Actor(kind="operator", shop_id=office.made.shop_id), algorithm="HS256", deps=office.deps)
    refused = add(office, page, algorithm="HS256")
    assert refused.status == 422 and refused.one("[data-error=two_live]").text.endswith("再添加。")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (PAIR.as_pem(private=True).decode(), "private_key"),
        (ECKey.generate_key("P-256").as_pem(private=False).decode(), "other_key"),
        (PUBLIC.replace("-----END", "-----"), "other_key"),
        ("MCowBQYDK2VwAyEA", "not_pem"),
        ("", "not_pem"),
    ],
    ids=["private", "another curve", "cut off", "bare", "none"],
)
def test_what_is_no_public_key_is_said_and_a_private_one_is_not_sent_back(
    typed: str, code: str, office: Office
) -> None:
    page = add(office, office.desk("admin").open(PATH), algorithm="EdDSA", public_key=typed)
    assert page.status == 422
    assert {each.get("data-error") for each in page.all("#keys [data-error]")} == {code}
    kept = page.one("#public_key").tree.text or ""
    assert kept.strip() == ("" if code == "private_key" else typed.strip())
    assert keys(page) == {"k1": "live"}


def test_retiring_the_last_key_says_that_tokens_stop(office: Office) -> None:
    admin = office.desk("admin")
    confirmation = admin.open(PATH).follow("停用 k1")
    assert "最后一把有效密钥" in confirmation.text
    page = confirmation.submit()
    assert keys(page) == {"k1": "retired"} and "密钥已停用" in page.text
    assert keys(confirmation.submit()) == {"k1": "retired"}, "the same form again has its first answer"
    assert admin.open(f"{PATH}/keys/k1/retire").status == 404


def test_a_key_is_not_retired_on_a_page_that_no_longer_tells_the_truth(office: Office) -> None:
    admin = office.desk("admin")
    add(office, admin.open(PATH), algorithm="HS256")
    confirmation = admin.open(PATH).follow("停用 k1")
    assert "最后一把" not in confirmation.text
    admin.open(PATH).follow("停用 k2").submit()
    page = confirmation.submit()
    assert page.status == 409 and keys(page) == {"k1": "live", "k2": "retired"}


@pytest.mark.parametrize("what", ["none", "wrong", "used"])
@pytest.mark.parametrize("form", ["key", "origin"])
def test_a_key_or_a_site_is_added_with_a_code_of_this_moment_alone(office: Office, what: str, form: str) -> None:
    page = office.desk("admin").open(PATH)
    used = office.code()
    code = {"none": "", "wrong": "000000", "used": used}[what]
    if what == "used":
        page = page.submit("#origins form", origin="https://one.example", code=code)
    before = office.rows("select count(*) as n from event")
    typed = {"origin": "https://two.example"} if form == "origin" else {"algorithm": "HS256"}
    page = page.submit("#origins form" if form == "origin" else "/settings/keys", code=code, **typed)
    assert page.status == 422 and page.has(f"[data-error={'required' if what == 'none' else 'wrong'}]")
    assert office.rows("select count(*) as n from event") == before


def test_other_administrators_are_told_by_mail_and_who_did_it_is_not(office: Office) -> None:
    office.add("admin", mail="me@example.com")
    office.add("admin", login="admin-2", mail="other@example.com")
    office.add("agent", mail="agent@example.com")
    admin = office.desk("admin")
    add(office, admin.open(PATH), algorithm="HS256")
    admin.open(PATH).submit("#origins form", origin="https://two.example", code=office.next_code())
    work_all_jobs(deps=office.deps)
    told = [mail for mail in office.mailer.sent if "设置" in mail.subject]
    assert [mail.to for mail in told] == ["other@example.com"] * 2
    assert "k2" in told[0].body and "https://two.example" in told[1].body
    assert all("/staff/settings" in mail.body for mail in told)


@pytest.mark.parametrize("link", ["停用 k1", "移除 https://shop.example"])
def test_a_confirmation_that_is_not_whole_is_shown_again(link: str, office: Office) -> None:
    page = office.desk("admin").open(PATH).follow(link)
    again = page.submit(forged={"request_id": "no id"})
    assert again.status == 422 and again.has("[data-error=request_id]")
    assert page.submit(forged={"shown": None}).status == 409, "nothing acts that was not confirmed"
    assert again.submit(forged={"request_id": "an-id"}).status == 200
