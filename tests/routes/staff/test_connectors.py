"""/staff/connectors: connected with a code of this moment, keys never shown again; auditors see how it goes."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.connectors.set_connector import SEAL
from tests.support.connector_presses import WOO
from tests.support.staff import Office, open_office
from tests.support.staff_presses import parked_refund

pytestmark = pytest.mark.req("P26", "N8")
PATH, FORM = "/staff/connectors", "/staff/connectors"


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def test_an_administrator_connects_and_ends_it_and_others_are_told(office: Office) -> None:
    office.add("admin", login="zong", mail="zong@example.com")
    admin = office.desk("admin")
    assert admin.open("/staff/settings").one("[data-section=connectors] a").get("href") == PATH
    page = admin.open(PATH)
    assert page.one("[data-connector]").get("data-connector") == "off" and not page.has("[action$='/compare']")
    page = page.submit(FORM, platform="woocommerce", refund="yes", code=office.next_code(), **WOO)
    assert "连接已保存" in page.text
    assert page.one("[data-address]").text.endswith("/hooks/tepai/woocommerce")
    assert not any(secret in page.html for secret in ("ck_1", "cs_1", WOO["webhook_secret"]))
    page = page.submit(FORM, platform="woocommerce", refund="no", code=office.next_code())
    assert "不经商城系统退" in page.one("[data-connector]").text
    page = page.submit(FORM, platform="off")
    assert "连接已断开" in page.text and page.one("[data-connector]").get("data-connector") == "off"
    office.work()
    assert [mail.to for mail in office.mailer.sent if "商城系统" in mail.subject] == ["zong@example.com"] * 3
    assert "修改了与商城系统的连接" in office.desk("auditor").open("/staff/audit").text


def test_what_is_wrong_is_said_and_nothing_changes(office: Office) -> None:
    page = office.desk("admin").open(PATH)
    typed = {"platform": "woocommerce", "refund": "yes"} | WOO
    page = page.submit(FORM, code="000000", **typed)
    assert page.status == 422 and page.has("#connector-code-error")
    page = page.submit(FORM, code=office.next_code(), **typed | {"url": "woo.example", "webhook_secret": "short"})
    assert page.status == 422 and page.has("#url-error") and page.has("#webhook_secret-error")
    assert office.rows("SELECT shop_id FROM connector") == []


def test_an_auditor_reads_what_differs_and_what_was_refused(office: Office) -> None:
    admin = office.desk("admin")
    admin.open(PATH).submit(FORM, platform="woocommerce", refund="yes", code=office.next_code(), **WOO)
    shop_id = office.made.shop_id
    differs = {"external_id": "5", "order_no": "5", "what": "refunded", "ours": "1.00 CNY", "theirs": "2.00 CNY"}
    with unit_of_work(office.deps) as work:
        work.connectors.note(shop_id, differences=[differs | {"why": ""}], compared_at=work.now, orders_read=7)
        work.connectors.add_pushes(
            [{"shop_id": shop_id, "key": "AS-cancel-1", "what": "cancel", "order_no": "5", "case_no": ""}]
        )
        push = work.connectors.find_push(shop_id, "AS-cancel-1")
        assert push and work.connectors.settle_push(push, "refused", "the order is completed there")
    page = office.desk("auditor").open(PATH)
    assert page.one("[data-difference=refunded]") and "2.00 CNY" in page.text
    assert "completed there" in page.one("[data-refused-push=cancel]").text
    assert not page.has("[action$='/connectors']") and not page.has("[action$='/compare']")
    assert office.desk("agent").open(PATH).status == 403


def test_the_worker_is_asked_to_read_everything_and_to_compare(office: Office) -> None:
    admin = office.desk("admin")
    page = admin.open(PATH).submit(FORM, platform="woocommerce", refund="yes", code=office.next_code(), **WOO)
    page = page.submit("/backfill")
    assert "开始读取全部订单" in page.text and page.one("[data-read]").text.startswith("正在读取")
    page = page.submit("/compare")
    assert "开始核对" in page.text
    kinds = {row["kind"] for row in office.rows("SELECT kind FROM job WHERE kind LIKE 'platform%'")}
    assert kinds == {"platform_backfill", "platform_compare"}


def test_an_app_of_shopify_is_known_by_its_id_and_secret_or_by_a_token(office: Office) -> None:
    page = office.desk("admin").open(PATH)
    typed = {"platform": "shopify", "url": "https://shop.myshopify.com", "webhook_secret": "shpss_12345678"}
    typed |= {"api_version": "2026-10", "refund": "yes"}
    page = page.submit(FORM, code=office.next_code(), client_id="app", **typed)
    assert page.status == 422 and "两项" in page.one("#access_token-error").text
    page = page.submit(FORM, code=office.next_code(), client_id="app", client_secret="shpss_of_the_app", **typed)
    assert "连接已保存" in page.text and "shpss_of_the_app" not in page.html
    page = page.submit(FORM, code=office.next_code(), access_token="shpat_1234567890", **typed)
    assert "连接已保存" in page.text
    with reading(office.deps) as work:
        found = work.connectors.find(office.made.shop_id)
    assert found
    stored = json.loads(office.deps.vault.decrypt(SEAL, found.sealed_config))
    assert stored.keys() & {"access_token", "client_id", "client_secret"} == {"access_token"}


def test_it_is_not_ended_while_money_is_on_its_way_by_it(office: Office) -> None:
    number = parked_refund(office)
    page = office.desk("admin").open(PATH)
    page = page.submit(FORM, platform="woocommerce", refund="yes", code=office.next_code(), **WOO)
    with office.deps.database.writing() as connection:
        connection.exec_driver_sql("UPDATE refund SET rail = 'woocommerce'")
    refused = page.submit(FORM, platform="off")
    assert refused.status == 409 and number in refused.one("[data-error=rail_in_use]").text
    assert len(office.rows("SELECT shop_id FROM connector")) == 1
