"""店铺设置: who may frame the shop, what its page says, and whether it all fits (issue 6)."""

from __future__ import annotations

import pytest

from portal.app import create_app
from portal.domain.embedding.hand_over import Handover
from portal.domain.embedding.setup_check import snippet
from portal.repos.unit_of_work import unit_of_work
from portal.services.embedding.hand_over import issue_code, start_with_code
from portal.services.embedding.handoff_keys import retire_key
from portal.services.identity.sign_in import Caller
from portal.services.identity.visits import get_shop
from tests.support.make import make_shop
from tests.support.page import Browserless, Page
from tests.support.staff import Office

pytestmark = pytest.mark.req("P11", "N8")
SHOP = "https://shop.example"
PATH = "/staff/settings"


def ancestors(somebody: Browserless, path: str = "/embed/tepai/sign-in") -> str:
    policy = somebody.client.get(path).headers["Content-Security-Policy"]
    return policy.partition("frame-ancestors ")[2]


def origins(page: Page) -> list[str | None]:
    return [each.get("data-origin") for each in page.all("[data-origin]")]


def levels(page: Page) -> dict[str | None, str | None]:
    return {each.get("data-finding"): each.get("data-level") for each in page.all("[data-finding]")}


@pytest.fixture
def elsewhere(office: Office) -> Browserless:
    """Another process of the same portal, which has served the shop before."""
    somebody = Browserless(create_app(office.app.config["PORTAL_SETTINGS"]).test_client())
    assert ancestors(somebody) == SHOP
    return somebody


def test_a_site_is_named_and_may_frame_every_answer_at_once_in_every_process(
    office: Office, elsewhere: Browserless, htmx: bool
) -> None:
    page = office.desk("admin", htmx=htmx).open(PATH)
    page = page.submit("#origins form", origin="https://WWW.shop.example:443/", code=office.next_code())
    assert page.status == 200 and "网站已添加" in page.text
    assert origins(page) == [SHOP, "https://www.shop.example"]
    for path in ("/embed/tepai/sign-in", "/embed/tepai/orders", "/embed/tepai/nowhere"):
        assert ancestors(elsewhere, path) == f"{SHOP} https://www.shop.example", path
    assert ancestors(elsewhere, "/sign-in") == ancestors(elsewhere, PATH) == "'none'"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("https://*.shop.example", "wildcard"),
        ("https://www.shop.example/account", "more"),
        ("http://www.shop.example", "insecure"),
        ("www", "unreadable"),
        ("", "required"),
    ],
)
def test_what_is_no_site_is_said_with_its_reason_and_stays_as_it_was_typed(
    typed: str, code: str, office: Office
) -> None:
    page = office.desk("admin").open(PATH).submit("#origins form", origin=typed, code=office.next_code())
    assert page.status == 422
    assert {each.get("data-error") for each in page.all("#origins [data-error]")} == {code}
    assert page.one("#origin").get("value") == typed
    if code == "more":
        assert page.text.count("https://www.shop.example") >= 2, "what was meant is named"


def test_a_site_is_taken_away_after_a_page_that_says_what_stops(office: Office, elsewhere: Browserless) -> None:
    admin = office.desk("admin")
    confirmation = admin.open(PATH).follow(f"移除 {SHOP}")
    assert "变成空白" in confirmation.text and "最后一个网站" in confirmation.text
    assert ancestors(elsewhere) == SHOP
    page = confirmation.submit()
    assert origins(page) == [] and "谁都不能嵌入" in page.text
    assert ancestors(elsewhere) == "'none'"
    assert confirmation.submit().status == 200, "the same form again has its first answer"
    assert admin.open(f"{PATH}/origins/remove", origin=SHOP).status == 404


def test_a_confirmation_that_is_no_longer_true_is_not_acted_on(office: Office) -> None:
    admin = office.desk("admin")
    confirmation = admin.open(PATH).follow(f"移除 {SHOP}")
    assert "最后一个网站" in confirmation.text
    admin.open(PATH).submit("#origins form", origin="https://two.example", code=office.next_code())
    page = confirmation.submit()
    assert page.status == 409 and page.has("[data-error=changed]")
    assert origins(page) == [SHOP, "https://two.example"]


def test_each_change_says_in_the_audit_trail_who_made_it(office: Office) -> None:
    admin = office.desk("admin")
    admin.open(PATH).submit("#origins form", origin="https://two.example", code=office.next_code())
    admin.open(PATH).follow("移除 https://two.example").submit()
    rows = office.rows("select kind, actor, text from event where kind = 'staff:shop:origins' order by id")
    assert [row["actor"] for row in rows] == ["staff:1", "staff:1"]
    assert '"added":["https://two.example"]' in rows[0]["text"].replace(" ", "")
    assert '"removed":["https://two.example"]' in rows[1]["text"].replace(" ", "")


def test_an_auditor_reads_it_all_and_is_offered_nothing_to_change(office: Office) -> None:
    page = office.desk("auditor").open(PATH)
    assert [form.address for form in page.forms if form.is_in_main] == ["/staff/settings/check"]
    assert not page.has("a[href*=remove], a[href*=retire]")
    assert origins(page) == [SHOP] and page.has("[data-preview=light]")


def test_settings_are_those_of_the_shop_one_is_in(office: Office) -> None:
    make_shop(office.deps, key="two", name="二号店")
    office.add("admin", "boss", shops=("tepai", "two"))
    boss = office.newcomer()
    office.enter(boss, "boss")
    page = boss.open(PATH)
    here, there = ("tepai", "two") if "/embed/tepai/" in page.one("#snippet-code").text else ("two", "tepai")
    page.submit("/origins", origin=f"https://{here}.example", code=office.next_code())
    page.submit("/staff/shop", shop=there)
    page = boss.open(PATH)
    assert origins(page) == [SHOP] and f"/embed/{there}/start" in page.one("#snippet-code").text
    granted = office.desk("admin")
    assert get_shop(key=here, deps=office.deps).origins == (SHOP, f"https://{here}.example")
    assert not granted.open(PATH).has("#switch-shop"), "who has one shop has nothing to choose"


def test_the_snippet_is_the_guides_with_this_shops_address_and_key(office: Office) -> None:
    page = office.desk("admin").open(PATH)
    assert page.one("#snippet-code").tree.text_content() == snippet(office.deps.base_url, "tepai")
    assert page.one("[data-copy-from]").get("hidden") is not None, "without scripts there is nothing to press"
    with unit_of_work(office.deps) as work:
        work.connection.exec_driver_sql("insert into shop_host (host, shop_id) values ('help.shop.example', 1)")
    assert "http://help.shop.example/embed/tepai/start" in page.reload().one("#snippet-code").text


def test_a_check_says_what_is_wrong_and_how_to_mend_it(office: Office, htmx: bool) -> None:
    page = office.desk("auditor", htmx=htmx).open(PATH)
    assert levels(page) == {}
    page = page.submit("#check form")
    assert "要改0项，注意4项" in page.text
    assert levels(page) == {
        "address_loopback": "warning",
        "origin_cross_site": "warning",
        "keys": "ok",
        "customer": "ok",
        "policy": "ok",
        "sandbox": "warning",
        "no_handover": "warning",
    }


def test_a_check_sees_what_has_changed(office: Office) -> None:
    deps, made = office.deps, office.made
    issued = issue_code(handover=Handover(customer="c-1"), shop_id=made.shop_id, deps=deps)
    caller = Caller(address="192.0.2.1", token="", locale="", place="frame")
    start_with_code(code=issued.code, shop=get_shop(key="tepai", deps=deps), caller=caller, deps=deps)
    retire_key(actor=made.staff("admin"), kid="k1", deps=deps)
    with unit_of_work(deps) as work:
        work.shops.set(made.shop_id, policy="nowhere", origins=[])
    found = levels(office.desk("admin").open(f"{PATH}/check"))
    assert found.items() >= {"handover": "ok", "no_key": "warning", "no_policy": "error", "no_origin": "error"}.items()


def test_a_page_of_the_shop_is_told_which_site_to_add_and_adds_it(office: Office) -> None:
    admin = office.desk("admin")
    page = admin.open(PATH).submit("#check form", page="https://m.shop.example:8443/my?tab=2")
    assert levels(page)["page_not_named"] == "error"
    assert page.one("#page-address").get("value") == "https://m.shop.example:8443/my?tab=2"
    page = page.submit("#check form[method=post]", code=office.next_code())
    assert origins(page) == [SHOP, "https://m.shop.example:8443"]
    page = page.submit("#check form", page="https://m.shop.example:8443/my")
    assert levels(page)["page_named"] == "warning"


def test_the_page_is_in_its_readers_language_and_the_preview_in_the_shops(office: Office) -> None:
    admin = office.newcomer()
    admin.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    office.enter(admin, office.add("admin"))
    page = admin.client.get("/staff/settings").text
    assert '<html lang="en">' in page
    assert 'data-preview="light" lang="zh-Hans"' in page


def test_a_view_costs_a_query_for_each_part(office: Office) -> None:
    admin = office.desk("admin")
    assert len(admin.open(PATH).queries) <= 3
    assert len(admin.open(f"{PATH}/check", page="https://shop.example/").queries) <= 4
