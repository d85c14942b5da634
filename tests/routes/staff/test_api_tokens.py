"""/staff/settings/tokens: what lives and since when, one added with chosen scopes and seen once, one retired (P12)."""

from __future__ import annotations

import json

import pytest

from portal.domain.identity.access import Actor
from portal.domain.identity.scopes import MOST_TOKENS, SCOPES
from portal.services.jobs.work_jobs import work_all_jobs
from portal.services.shops.api_tokens import add_token, retire_token
from tests.support.page import Page
from tests.support.staff import Office

pytestmark = pytest.mark.req("P12", "N8")
PATH = "/staff/settings/tokens"


def operator(office: Office) -> Actor:
    return Actor(kind="operator", shop_id=office.made.shop_id)


def tokens(page: Page) -> dict[str | None, str | None]:
    return {row.get("data-token"): row.get("data-state") for row in page.all("tr[data-token]")}


def add(office: Office, page: Page, *scopes: str, code: str = "") -> Page:
    return page.submit("/settings/tokens", scopes=list(scopes), code=code or office.next_code())


def called(office: Office, token: str, path: str = "/api/v1/orders/none") -> int:
    client = office.app.test_client()
    return client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_is_seen_once_works_at_once_and_stands_nowhere_else(
    office: Office, htmx: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    page = office.desk("admin", htmx=htmx).open("/staff/settings").follow("接口令牌")
    code = office.next_code()
    made = add(office, page, "orders:read", "cases:read", code=code)
    token = made.one("[data-secret]").text
    assert len(token) >= 32 and made.headers["Cache-Control"] == "private, no-store"
    assert (called(office, token), called(office, token, "/api/v1/events")) == (404, 403)
    again = add(office, page, "orders:read", "cases:read", code=code)
    assert again.status == 200 and not again.has("[data-secret]") and "已经显示过一次" in again.text
    after = again.follow("返回接口令牌")
    assert tokens(after) == {"1": "live", "2": "live"} and token not in after.html
    assert "cases:read" in after.one("tr[data-token='2']").text and after.has("tr[data-token='2'] [data-time=used]")
    stored = str([office.rows(f"select * from {table}") for table in ("shop_token", "event", "request", "job")])
    written = capfd.readouterr()
    assert token not in stored + written.out + written.err


def test_what_was_done_stands_in_the_trail(office: Office) -> None:
    admin = office.desk("admin")
    add(office, admin.open(PATH), "embed")
    admin.open(PATH).follow("停用 2").submit()
    rows = [json.loads(row["text"]) for row in office.rows("select text from event order by id")]
    done = [(row["kind"], row["data"]) for row in rows if ":api_token:" in row["kind"]]
    assert done == [
        ("staff:api_token:added", {"token": 2, "scopes": ["embed"]}),
        ("staff:api_token:retired", {"token": 2}),
    ]
    trail = admin.open("/staff/audit").text
    assert "新增接口令牌" in trail and "停用接口令牌" in trail


def test_one_is_retired_after_a_page_that_says_what_stops(office: Office) -> None:
    token = add_token(actor=operator(office), scopes=("orders:read", "embed"), deps=office.deps)
    admin = office.desk("admin")
    confirmation = admin.open(PATH).follow("停用 2")
    assert "没有用过" in confirmation.text and "orders:read" in confirmation.text
    assert "最后一个" not in confirmation.text and called(office, token) == 404
    page = confirmation.submit()
    assert tokens(page) == {"1": "live", "2": "retired"} and page.has("[data-notice=token_retired]")
    assert called(office, token) == 401
    assert tokens(confirmation.submit()) == tokens(page), "the same form again has its first answer"
    assert admin.open(f"{PATH}/2/retire").status == 404
    assert "最后一个有效令牌" in admin.open(PATH).follow("停用 1").text


def test_nothing_is_retired_on_a_page_that_no_longer_tells_the_truth(office: Office) -> None:
    add_token(actor=operator(office), scopes=("embed",), deps=office.deps)
    confirmation = office.desk("admin").open(PATH).follow("停用 1")
    retire_token(actor=operator(office), token_id=2, deps=office.deps)
    page = confirmation.submit()
    assert page.status == 409 and page.has("[data-error=changed]") and tokens(page)["1"] == "live"


@pytest.mark.parametrize(("code", "said"), [("none", "required"), ("000000", "wrong")])
def test_one_is_added_with_a_code_of_this_moment_alone(office: Office, code: str, said: str) -> None:
    page = office.desk("admin").open(PATH)
    page = page.submit("/settings/tokens", scopes=["embed"], code="" if code == "none" else code)
    assert page.status == 422 and page.has(f"[data-error={said}]") and tokens(page) == {"1": "live"}
    assert page.has("input[name=scopes][value=embed][checked]"), "what was chosen stays chosen"


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_what_it_may_do_is_chosen_from_the_list(office: Office, scopes: list[str]) -> None:
    page = office.desk("admin").open(PATH)
    if scopes:
        page = page.submit("/settings/tokens", forged={"scopes": scopes[0]}, code=office.next_code())
    else:
        page = page.submit("/settings/tokens", code=office.next_code())
    assert page.status == 422 and page.has("[href='#scopes'][data-error]") and tokens(page) == {"1": "live"}


def test_there_is_room_for_a_handful(office: Office) -> None:
    admin = office.desk("admin")
    page = admin.open(PATH)
    for _ in range(MOST_TOKENS - 1):
        add_token(actor=operator(office), scopes=("embed",), deps=office.deps)
    refused = add(office, page, "embed")
    assert refused.status == 422 and refused.has("[href='#scopes'][data-error=too_many]")
    full = admin.open(PATH)
    assert not full.has("form[action$='/settings/tokens']") and "先停用" in full.text


def test_every_scope_is_on_offer_and_who_only_looks_changes_nothing(office: Office) -> None:
    page = office.desk("admin").open(PATH)
    assert [box.get("value") for box in page.all("input[name=scopes]")] == list(SCOPES)
    page = office.desk("auditor").open(PATH)
    assert tokens(page) == {"1": "live"} and not page.has("main form") and "由管理员修改" in page.text


def test_other_administrators_are_told_by_mail(office: Office) -> None:
    office.add("admin", mail="me@example.com")
    office.add("admin", login="admin-2", mail="other@example.com")
    add(office, office.desk("admin").open(PATH), "embed")
    work_all_jobs(deps=office.deps)
    (told,) = [mail for mail in office.mailer.sent if "设置" in mail.subject]
    assert told.to == "other@example.com" and "接口令牌" in told.body
