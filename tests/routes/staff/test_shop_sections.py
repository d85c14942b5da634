"""店铺设置 by section: what is typed is what `portal shops set` would store, and what is wrong stands at its field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.domain.shops.sections import SECTIONS
from portal.services.shops.manage_shops import set_shop, show_shop
from tests.support.page import Browserless
from tests.support.signing_in import refusals
from tests.support.staff import Office

N8 = pytest.mark.req("N8")
WITH_FORM = [section.name for section in SECTIONS if not section.anchor]


@pytest.fixture
def admin(office: Office, htmx: bool) -> Browserless:
    return office.desk("admin", htmx=htmx)


def settings(office: Office) -> dict[str, Any]:
    found: dict[str, Any] = show_shop(key="tepai", deps=office.deps)["settings"]
    return found


def events(office: Office) -> list[Any]:
    rows = office.rows("SELECT text FROM event WHERE kind = 'staff:shop:set' ORDER BY id")
    return [json.loads(row["text"])["data"] for row in rows]


@N8
@pytest.mark.parametrize("name", WITH_FORM)
def test_every_section_is_led_to_shown_and_saved_without_a_change(
    name: str, office: Office, admin: Browserless
) -> None:
    menu = admin.open("/staff/settings")
    [link] = menu.tree.xpath(f"//li[@data-section='{name}']/a")
    assert link.get("href") == f"/staff/settings/{name}"
    before = settings(office)
    page = admin.open(f"/staff/settings/{name}").submit("#section form", button="保存")
    assert page.path == f"/staff/settings/{name}" and "设置已保存" in page.html
    assert (settings(office) or before) == before and events(office) == [], "nothing changed, nothing is on record"


@N8
def test_a_return_address_takes_a_code_is_on_record_by_its_keys_and_told_to_the_others(
    office: Office, admin: Browserless
) -> None:
    office.add("admin", "boss", mail="boss@shop.example")
    page = admin.open("/staff/settings/return_address")
    typed = {"return_address-name": "仓库", "return_address-phone": "0571-1", "return_address-address": "西湖路1号"}
    page = page.submit("#section form", fields=typed, button="保存")
    assert (page.status, refusals(page)) == (422, ["wrong"])
    assert page.tree.xpath("//input[@name='return_address-name']")[0].get("value") == "仓库"
    page = page.submit("#section form", fields={"code": office.next_code()}, button="保存")
    assert "设置已保存" in page.html
    assert settings(office)["return_address"]["address"] == "西湖路1号"
    [data] = events(office)
    assert data == {"keys": ["return_address.address", "return_address.name", "return_address.phone"]}
    office.work()
    [mail] = office.mailer.to("boss@shop.example")
    assert "return_address.name" in mail.body and "仓库" not in mail.body


@N8
def test_what_moves_nothing_takes_no_code(office: Office, admin: Browserless) -> None:
    page = admin.open("/staff/settings/contact")
    page.submit("#section form", fields={"contact-phone": "400-1", "contact-hours-zh": "每天9:00—21:00"}, button="保存")
    assert settings(office)["contact"]["hours"] == "每天9:00—21:00", "one language says it in the other"
    page = admin.open("/staff/settings/contact")
    page = page.submit("#section form", fields={"contact-mail": "service@shop.example"}, button="保存")
    assert refusals(page) == ["wrong"]


@N8
def test_everything_that_is_wrong_is_said_at_once_at_its_field(office: Office, admin: Browserless) -> None:
    typed = {"limits-auto_refund": "viel", "limits-second_person": "-1", "limits-resubmissions": "99"}
    page = admin.open("/staff/settings/limits").submit("#section form", fields=typed, button="保存")
    assert (page.status, sorted(refusals(page))) == (422, ["amount", "amount", "count"])
    for name, value in typed.items():
        [field] = page.tree.xpath(f"//input[@name='{name}']")
        assert field.get("value") == value and field.get("aria-invalid") == "true"
        assert page.tree.xpath(f"//p[@id='{name}-error']")
        assert page.tree.xpath(f"//a[@href='#{name}']")
    assert events(office) == []


@N8
def test_rows_come_and_go_by_buttons_and_nothing_is_stored_before_saving(office: Office, admin: Browserless) -> None:
    before = settings(office)
    page = admin.open("/staff/settings/carriers")
    count = len(page.tree.xpath("//fieldset[@data-row]"))
    page = page.submit("#section form", button="add:carriers")
    assert len(page.tree.xpath("//fieldset[@data-row]")) == count + 1 and page.status == 200
    typed = {f"carriers-{count}-code": "DHL", f"carriers-{count}-name-zh": "敦豪", f"carriers-{count}-name-en": "DHL"}
    page = page.submit("#section form", fields=typed, button="drop:carriers:0")
    assert settings(office) == before
    assert page.tree.xpath(f"//input[@name='carriers-{count}-code']")[0].get("value") == "DHL", "what was typed stays"
    page = page.submit("#section form", fields={"code": office.next_code()}, button="保存")
    carriers = settings(office)["carriers"]
    assert carriers[0]["code"] == "JD" and carriers[-1] == {
        "code": "DHL",
        "name": {"zh": "敦豪", "en": "DHL"},
        "track_url": "",
    }
    again = {"carriers-1-code": "JD", "pickup-carrier": "UPS", "code": office.next_code()}
    page = admin.open("/staff/settings/carriers").submit("#section form", fields=again, button="保存")
    assert sorted(refusals(page)) == ["no_carrier", "twice"]


@N8
def test_days_and_methods_are_rows_too(office: Office, admin: Browserless) -> None:
    page = admin.open("/staff/settings/calendar").submit("#section form", button="add:closed_days")
    page = page.submit("#section form", fields={"closed_days-0": "6.2.2027"}, button="add:closed_days")
    page = page.submit(
        "#section form", fields={"closed_days-1": "2027-02-07", "warehouse-hours": "all day"}, button="保存"
    )
    assert sorted(refusals(page)) == ["day", "hours"]
    page.submit(
        "#section form", fields={"closed_days-0": "2027-02-06", "warehouse-hours": "09:00-18:00"}, button="保存"
    )
    assert settings(office)["closed_days"] == ["2027-02-06", "2027-02-07"]
    page = admin.open("/staff/settings/arrival")
    page = page.submit("#section form", fields={"arrival-0-min_days": "5", "arrival-0-max_days": "2"}, button="保存")
    assert refusals(page) == ["less_than_min"]


@N8
def test_who_was_faster_and_what_they_changed_is_said(office: Office, admin: Browserless) -> None:
    page = admin.open("/staff/settings/shop")
    other = office.newcomer()
    office.enter(other, office.add("admin", "boss"))
    other.open("/staff/settings/contact").submit("#section form", fields={"contact-phone": "400-2"}, button="保存")
    page = page.submit("#section form", fields={"name-zh": "特派"}, button="保存")
    assert "设置已保存" in page.html, "another section is nobody else's"
    page = admin.open("/staff/settings/shop")
    other.open("/staff/settings/shop").submit("#section form", fields={"name-zh": "别的"}, button="保存")
    page = page.submit("#section form", fields={"name-zh": "我的"}, button="保存")
    assert (page.status, refusals(page)) == (409, ["changed"])
    alert = page.tree.xpath("//*[@data-error='changed']")[0].text_content()
    assert "boss" in alert and "店铺名称" in alert
    assert page.tree.xpath("//input[@name='name-zh']")[0].get("value") == "我的"
    assert "别的" in page.tree.xpath("//p[@id='name-stored']")[0].text_content()
    page.submit("#section form", button="保存")
    assert settings(office)["name"]["zh"] == "我的"


@N8
def test_the_currency_stays_once_there_are_orders(office: Office, admin: Browserless) -> None:
    page = admin.open("/staff/settings/place")
    typed = {"currency": "EUR", "code": office.next_code()}
    page = page.submit("#section form", fields=typed, button="保存")
    assert settings(office)["currency"] == "EUR"
    set_shop(key="tepai", settings={}, deps=office.deps)
    office.take()
    page = admin.open("/staff/settings/place")
    assert page.tree.xpath("//input[@name='currency']")[0].get("readonly") is not None
    page = page.submit("#section form", fields={"code": office.next_code()}, forged={"currency": "EUR"}, button="保存")
    assert refusals(page) == ["has_orders"]


@N8
def test_an_auditor_reads_and_others_do_not(office: Office) -> None:
    reader = office.desk("auditor")
    for name in WITH_FORM:
        page = reader.open(f"/staff/settings/{name}")
        assert page.status == 200 and not page.tree.xpath("//main//form[@method='post']")
    assert reader.client.post("/staff/settings/shop").status_code == 403
    assert office.desk("agent").open("/staff/settings/shop").status == 403
    assert reader.open("/staff/settings/nothing").status == 404
    assert reader.open("/staff/settings/looks").status == 404, "it has its form on the first page"


@N8
def test_a_return_address_is_shown_as_the_slip_has_it(office: Office) -> None:
    page = office.desk("admin").open("/staff/settings/return_address")
    typed = {"return_address-name": "仓库", "return_address-phone": "0571-1", "return_address-region": "浙江省杭州市"}
    page = page.submit("#section form", fields=typed, button="预览")
    [preview] = page.tree.xpath("//*[@data-preview]")
    assert "仓库 0571-1" in preview.text_content()


@pytest.mark.req("S15")
def test_text_templates_are_typed_by_notice_and_a_bad_field_is_said_at_its_field(
    office: Office, admin: Browserless
) -> None:
    page = admin.open("/staff/settings/texts")
    for number, kind in enumerate(("sign_in_code", "behalf_code", "refund_succeeded")):
        page = page.submit("#section form", button="add:sms-templates")
        row = f"sms-templates-{number}"
        fields = "price" if number == 2 else "code"
        typed = {f"{row}-notice": kind, f"{row}-template_id-zh": f"SMS_{number}", f"{row}-params": fields}
        page = page.submit("#section form", fields=typed, button="保存")
    assert page.tree.xpath("//input[@aria-invalid='true']/@name") == ["sms-templates-2-params"]
    typed = {"sms-templates-2-params": "order_no，amount", "sms-quiet": "23:00-07:00"}
    page = page.submit("#section form", fields=typed, button="保存")
    assert "设置已保存" in page.html
    stored = settings(office)["sms"]
    assert stored["quiet"] == "23:00-07:00"
    assert stored["templates"]["refund_succeeded"] == {"template_id": "SMS_2", "params": ["order_no", "amount"]}
