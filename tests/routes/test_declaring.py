"""撤回合同 for anybody: two steps, in the law's words, and nothing that tells whether there is such an order (EU-9)."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from typing import Any

import pytest

from portal.domain.shops.settings import ShopSettings
from portal.models.declaration import Declaration
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.withdrawing.declare import PER_NETWORK
from tests.support.applications import IN_WINDOW, bought
from tests.support.make import make_shop
from tests.support.order_facts import make_line
from tests.support.packs import PACKS
from tests.support.page import Browserless, Page
from tests.support.queries import counted
from tests.support.shopper import Shopfront

NOW = IN_WINDOW.astimezone(UTC)
pytestmark = pytest.mark.req("P24", "N5")
SAID = {"name": "Anna Schneider", "order_no": "TP20260001", "contact": "c1@example.com", "lines": "商品1\n商品2×1"}


@pytest.fixture(autouse=True)
def in_the_window(front: Shopfront, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: NOW)
    with unit_of_work(front.deps) as work:
        work.policies.ensure(front.made.shop_id, PACKS["eu"], by="test")


def european(front: Shopfront) -> str:
    lines = (make_line("1", 2, 5000, currency="EUR"), make_line("2", 1, 3000, currency="EUR"))
    return front.take(bought(*lines, currency="EUR", freight=700, country="DE"), policy="eu")


def in_germany(front: Shopfront, **settings: Any) -> None:
    with unit_of_work(front.deps) as work:
        work.shops.set(front.made.shop_id, settings={"zone": "Europe/Berlin", "country": "DE", **settings})


def rows(front: Shopfront) -> list[Any]:
    with reading(front.deps) as work:
        return list(work.connection.execute(Declaration.__table__.select()).mappings())


def confirm(visitor: Browserless, path: str = "/withdraw-contract", **said: str) -> Page:
    return visitor.open(path).submit(fields=SAID | said)


@pytest.mark.parametrize("place", ["", "/embed/tepai"])
def test_two_steps_without_signing_in_a_reason_or_a_script(front: Shopfront, app: Any, place: str) -> None:
    number = european(front)
    visitor = Browserless(app.test_client())
    page = visitor.open(f"{place}/withdraw-contract")
    assert page.h1 == "撤回合同" and page.one("form .actions button").text == "在此撤回合同"
    page = page.submit(fields=SAID | {"order_no": number})
    assert page.status == 200
    assert page.says("我声明撤回下面的合同", "Anna Schneider", number, "c1@example.com", "商品2×1")
    assert page.all("form .actions button")[-1].text == "确认撤回" and rows(front) == []
    assert not page.has("main input:not([type=hidden])"), "nothing is asked, nothing is sold between the two steps"


def test_the_second_button_takes_it_down_and_leads_to_the_acknowledgement(
    front: Shopfront, visitor: Browserless
) -> None:
    number = european(front)
    done = confirm(visitor, order_no=number).submit()
    (row,) = rows(front)
    assert done.path == f"/verify/{row['public_id']}"
    assert done.says("已收到您撤回合同的声明", "记录完整，和登记时一致", number, "A*", "c***@example.com")
    assert "Anna" not in done.html and "c1@example.com" not in done.html
    assert done.one("[data-declaration]").get("data-state") == "written"
    front.work()
    assert rows(front)[0]["state"] == "matched"
    assert Browserless(visitor.client).open(done.path).status == 200


def test_in_a_frame_it_is_taken_after_a_second_without_a_session(front: Shopfront, app: Any, monkeypatch: Any) -> None:
    visitor = Browserless(app.test_client())
    page = confirm(visitor, "/embed/tepai/withdraw-contract")
    hasty = page.submit()
    assert (hasty.status, hasty.errors) == (422, ["too_soon"]) and rows(front) == []
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: NOW + timedelta(seconds=2))
    done = hasty.submit()
    assert done.path == f"/embed/tepai/verify/{rows(front)[0]['public_id']}" and done.status == 200


def test_what_was_summarised_can_be_changed_and_nothing_typed_is_lost(front: Shopfront, visitor: Browserless) -> None:
    page = confirm(visitor).submit(button="修改")
    assert page.status == 200 and page.one("[name=name]").get("value") == "Anna Schneider"
    assert page.one("textarea[name=lines]").text.split() == ["商品1", "商品2×1"]
    again = page.submit(name="Bert").submit()
    assert again.path.startswith("/verify/") and rows(front)[0]["name"] == "Bert"


def test_what_was_never_summarised_is_not_taken(front: Shopfront, visitor: Browserless) -> None:
    page = confirm(visitor)
    other = page.submit(forged={"name": "Bert"})
    assert (other.status, other.errors) == (422, ["shown"]) and rows(front) == []
    assert other.says("Bert"), "it is summarised now"
    assert other.submit().path.startswith("/verify/")


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("name", "", "required"),
        ("order_no", " ", "required"),
        ("order_no", "9" * 65, "too_long"),
        ("contact", "somewhere", "contact"),
        ("lines", "x" * 1001, "too_long"),
    ],
)
def test_what_is_missing_is_said_at_its_field_in_either_step(
    front: Shopfront, visitor: Browserless, field: str, typed: str, code: str
) -> None:
    page = confirm(visitor, **{field: typed})
    assert (page.status, page.errors) == (422, [code])
    late = confirm(visitor).submit(forged={field: typed})
    assert (late.status, late.errors) == (422, [code]) and rows(front) == []


def told(page: Page) -> tuple[int, str]:
    """Status and text, less what was typed and what is drawn by lot."""
    text = re.sub(r"[0-9A-Z]{26}", "ID", page.text)
    return page.status, re.sub(r"TP2026\d{4}|NOWHERE|c\*\*\*|x\*\*\*", "", text)


def test_nothing_tells_whether_there_is_such_an_order_now_or_later(front: Shopfront, app: Any) -> None:
    number = european(front)
    said = [
        {"order_no": number},
        {"order_no": "NOWHERE"},
        {"order_no": number, "contact": "x@example.com"},
        {"order_no": "NOWHERE", "contact": "x@example.com"},
    ]
    steps, work, after = [], [], []
    for one in said:
        visitor = Browserless(app.test_client())
        first = confirm(visitor, **one)
        done = first.submit()
        steps.append((told(first), told(done)))
        work.append(len(done.queries))
        front.work()
        after.append(told(visitor.open(done.path)))
    assert len({each[1] for each in steps}) == 1 and len(set(work)) == 1 and len(set(after)) == 1


def test_the_work_of_confirming_is_the_same_for_every_order(front: Shopfront, app: Any) -> None:
    number = european(front)
    asked = []
    for order_no, contact in ((number, "c1@example.com"), ("NOWHERE", "c1@example.com")):
        visitor = Browserless(app.test_client())
        form = confirm(visitor, order_no=order_no, contact=contact).form()
        with counted() as queries:
            answer = visitor.client.post(form.address, data=form.data({}), headers={"Origin": "http://localhost"})
        assert answer.status_code == 303
        asked.append([re.sub(r"\s+", " ", query.split("VALUES")[0]) for query in queries])
    assert asked[0] == asked[1]


def test_the_same_again_leads_to_the_first(front: Shopfront, app: Any) -> None:
    first = confirm(Browserless(app.test_client())).submit()
    again = confirm(Browserless(app.test_client()), name="ANNA SCHNEIDER", order_no=" tp 20260001").submit()
    assert again.path == first.path and len(rows(front)) == 1


def test_one_network_is_asked_to_wait(front: Shopfront, app: Any) -> None:
    visitor = Browserless(app.test_client())
    for number in range(PER_NETWORK):
        assert confirm(visitor, order_no=f"N-{number}").submit().status == 200
    page = confirm(visitor, order_no="N-more").submit()
    assert page.status == 429 and int(page.headers["Retry-After"]) > 0
    assert len(rows(front)) == PER_NETWORK


@pytest.mark.parametrize("path", ["/withdraw-contract", "/embed/tepai/withdraw-contract"])
def test_a_form_from_elsewhere_or_without_its_token_is_forbidden(front: Shopfront, app: Any, path: str) -> None:
    visitor = Browserless(app.test_client())
    data = confirm(visitor, path).form().data({})
    assert visitor.client.post(path, data=data, headers={"Origin": "https://evil.example"}).status_code == 403
    data.pop("csrf_token")
    assert visitor.client.post(path, data=data, headers={"Origin": "http://localhost"}).status_code == 403
    assert rows(front) == []


@pytest.mark.parametrize(
    ("accept", "query", "start", "confirms"),
    [
        ("zh-CN", "", "Vertrag widerrufen", "Widerruf bestätigen"),
        ("en", "", "Vertrag widerrufen", "Widerruf bestätigen"),
        ("fr-FR,en;q=0.5", "", "renoncer au contrat ici", "confirmer la rétractation"),
        ("de", "?country=IT", "recedere dal contratto qui", "conferma recesso"),
        ("en", "?country=GB", "Cancel the contract here", "Confirm cancellation"),
        ("en", "?country=AT", "Withdraw from contract here", "Confirm withdrawal"),
    ],
)
def test_the_law_of_the_country_words_both_buttons(
    front: Shopfront, app: Any, accept: str, query: str, start: str, confirms: str
) -> None:
    in_germany(front)
    visitor = Browserless(app.test_client())
    visitor.headers["Accept-Language"] = accept
    page = visitor.open(f"/withdraw-contract{query}")
    assert page.all("form .actions button")[-1].text == start
    page = page.submit(fields=SAID)
    assert page.all("form .actions button")[-1].text == confirms


def test_a_shop_under_such_a_law_leads_there_from_every_page_and_mail_and_others_do_not(
    front: Shopfront, app: Any
) -> None:
    visitor = Browserless(app.test_client())
    pages = ("/sign-in", "/help", "/contact", "/find-order", "/withdraw-contract", "/embed/tepai/help")
    for path in pages:
        assert not visitor.open(path).has("footer a[href*='withdraw-contract']"), path
    in_germany(front)
    for path in pages:
        link = visitor.open(path).one(
            "footer a[href*='/withdraw-contract'], header.frame a[href*='/withdraw-contract']"
        )
        assert link.text == "Vertrag widerrufen" and link.get("href").startswith("/embed" if "embed" in path else "/")
    in_germany(front, withdrawal_link="never")
    assert not visitor.open("/help").has("footer a[href*='withdraw-contract']")
    assert visitor.open("/withdraw-contract").status == 200, "the page stays for all"


def test_a_shops_dispute_body_is_named_where_the_law_names_none(front: Shopfront, visitor: Browserless) -> None:
    in_germany(front, complaint_line={"zh": "德国欧洲消费者中心 +49 7851 991480", "en": "ECC Germany +49 7851 991480"})
    assert visitor.open("/contact").says("德国欧洲消费者中心")
    visitor.headers["Accept-Language"] = "en"
    assert visitor.open("/contact").says("ECC Germany")
    assert ShopSettings().complaint_line is None


def test_an_acknowledgement_that_is_none_is_not_found(front: Shopfront, visitor: Browserless) -> None:
    for public_id in ("x", "0" * 26, "0" * 300):
        assert visitor.open(f"/verify/{public_id}").status == 404


def test_words_that_a_stranger_typed_are_not_shown_in_the_shops_name(front: Shopfront, visitor: Browserless) -> None:
    said = {"name": "Visit evil.example", "order_no": "call +1 900 now", "lines": "evil.example/pay"}
    page = confirm(visitor, **said).submit()
    assert page.path.startswith("/verify/") and "evil" not in page.html and "call" not in page.html


def test_the_address_is_one_for_good_and_a_shops_frame_shows_its_own_alone(
    front: Shopfront, visitor: Browserless
) -> None:
    path = confirm(visitor).submit().path
    make_shop(front.deps, "zweite", name="第二家")
    in_germany(front)
    assert visitor.open(path).says("11月18日3:00") or visitor.open(path).says("今天03:00"), "by the shop's clock"
    assert visitor.open(f"/embed/tepai{path}").status == 200
    assert visitor.open(f"/embed/zweite{path}").status == 404
