"""撤回声明 on the staff's pages: what found no order is matched by hand, masked until there is a reason (P24)."""

from __future__ import annotations

import pytest

from portal.repos.unit_of_work import unit_of_work
from tests.support.applications import bought
from tests.support.order_facts import make_line
from tests.support.packs import PACKS
from tests.support.staff import Office
from tests.support.staff_presses import declared

pytestmark = pytest.mark.req("P24", "S42")


def european(office: Office) -> str:
    with unit_of_work(office.deps) as work:
        work.policies.ensure(office.made.shop_id, PACKS["eu"], by="test")
    line = make_line("1", 2, 4000, currency="EUR")
    return office.take(bought(line, currency="EUR", country="DE"), policy="eu")


def test_it_waits_in_a_list_of_its_own_is_masked_and_is_matched_by_hand(office: Office, htmx: bool) -> None:
    number, path = european(office), declared(office)
    desk = office.desk("agent", htmx=htmx)
    page = desk.open("/staff/cases").follow("撤回声明")
    row = page.one("[data-declaration]")
    assert row.get("data-state") == "waiting" and page.says("没有对上订单", "lost", "A*", "o***@example.org")
    assert "Anna" not in page.html and "other@example.org" not in page.html
    assert desk.open("/staff/refunds").says("有撤回合同的声明没有对上订单")
    page = desk.open(path)
    wrong = page.submit("/match", order_no="nowhere", lines="")
    assert (wrong.status, wrong.errors) == (422, ["declaration_unknown"])
    unclear = wrong.submit("/match", order_no=number, lines="a rucksack")
    assert (unclear.status, unclear.errors) == (422, ["declaration_lines"])
    done = unclear.submit("/match", order_no=number.lower(), lines="1")
    assert done.path == path and done.says("已对上订单", number)
    case_no = next(link for link in done.links if link.startswith("T2"))
    case = desk.open(f"/staff/cases/{case_no}")
    assert case.one("article[data-case]").get("data-state") == "awaiting_return"
    assert not desk.open("/staff/refunds").has("[data-task=declaration_waiting]")


def test_an_order_that_cannot_be_withdrawn_from_is_said_and_the_declaration_is_ended_with_a_reason(
    office: Office,
) -> None:
    chinese, path = office.take(bought(make_line("1", 1, 100))), declared(office)
    desk = office.desk("supervisor")
    page = desk.open(path).submit("/match", order_no=chinese, lines="")
    assert (page.status, page.errors) == (422, ["declaration_refused"])
    done = page.submit("/close", reason="境内订单，已电话说明")
    assert done.says("声明已结束", "已结束") and "境内订单" not in done.html
    assert done.submit("/unmask", reason="复核").says("境内订单，已电话说明", "复核")


def test_who_declared_is_shown_once_for_a_reason(office: Office) -> None:
    path = declared(office)
    desk = office.desk("agent")
    page = desk.open(path)
    assert "Anna" not in page.html and "other@example.org" not in page.html
    page = page.submit("/unmask", reason="电话核对")
    assert page.says("Anna", "other@example.org")
    assert "Anna" not in desk.open(path).html


def test_who_may_only_read_finds_no_form(office: Office) -> None:
    path = declared(office)
    page = office.desk("auditor").open(path)
    assert page.status == 200 and not page.has("main form")


def test_staff_are_told_by_mail_that_one_waits(office: Office) -> None:
    office.add("agent", mail="agent@tepai.example")
    office.add("warehouse", mail="warehouse@tepai.example")
    declared(office)
    told = [mail for mail in office.mailer.sent if "有撤回合同的声明没有对上订单" in mail.subject]
    assert [mail.to for mail in told] == ["agent@tepai.example"]
    assert "/staff/declarations" in told[0].body and "lost" not in told[0].body
