"""Small feeds in shapes that real shops have reported, and what must become of each (TRAPS T37 to T43)."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.cli.orders import orders as orders_command
from portal.domain.identity.access import Actor
from portal.domain.orders.order import Order, Units
from portal.domain.orders.planning import plan_units
from portal.models.account import Customer
from portal.repos.unit_of_work import reading
from portal.services.identity.accounts import set_password
from tests.support import needs
from tests.support.page import Browserless, Page
from tests.support.signing_in import Place, place

EVERYTHING: Units = ()


@dataclass
class Fed:
    """A portal that a sample was imported into: the counts, and what was rejected or left out."""

    site: Place
    counts: dict[str, int]
    rejects: list[dict[str, Any]] = field(default_factory=list)

    def order(self, number: str) -> Order:
        with reading(self.site.deps) as work:
            return work.orders.get(number, Actor(kind="feed", shop_id=self.site.made.shop_id)).order

    def as_customer(self, login: str) -> Browserless:
        set_password(shop_key="tepai", login=login, password="a long pass phrase", deps=self.site.deps)
        browser = self.site.newcomer()
        page = browser.open("/sign-in").submit(login=login, password="a long pass phrase")
        assert page.path == "/orders", page.text
        return browser

    def customer(self, external_id: str) -> Any:
        table = Customer.__table__
        with self.site.deps.database.reading() as connection:
            return connection.execute(table.select().where(table.c.external_id == external_id)).mappings().one()


def is_created(fed: Fed) -> None:
    assert (fed.counts["created"], fed.counts["rejected"], fed.rejects) == (1, 0, [])


def a_rounded_number_is_nobodys(fed: Fed) -> None:
    assert fed.counts["created"] == 0
    assert [(one["field"], one["line"]) for one in fed.rejects] == [("number", 2), ("number", 3)]
    assert all("spreadsheet" in one["reason"] for one in fed.rejects)


def units_taken_off_are_not_on_offer(fed: Fed) -> None:
    is_created(fed)
    order = fed.order("BUG-03b")
    assert order.units_unshipped() == (("12", 1),)
    page = fed.as_customer("77001").open("/orders/BUG-03b/cancel")
    assert 'name="quantity-11"' not in page.html
    assert "60.00" in page.text


def a_refund_on_its_way_is_not_paid_again(fed: Fed) -> None:
    is_created(fed)
    order = fed.order("BUG-04")
    assert (order.money_left.minor, order.units_unshipped()) == (0, ())
    assert order.payments[0].in_flight == 11_000
    assert fed.as_customer("77001").open("/orders/BUG-04").status == 200


def a_discount_on_the_freight_counts_once(fed: Fed) -> None:
    is_created(fed)
    order = fed.order("BUG-06b")
    assert (order.freight.minor, order.total.minor, order.captured.minor) == (0, 10_000, 10_000)
    plan = plan_units(order, (("11", 2),), with_freight=False)
    assert plan.refund.minor == 10_000


def a_guest_gets_a_code(fed: Fed) -> None:
    is_created(fed)
    page = fed.site.newcomer().open("/find-order").submit(order_no="W9107", contact="eva.lu@example.com")
    code = fed.site.code_sent_to("Eva.Lu@example.com")
    assert "Mug" in page.submit(code=code).text


def a_number_is_of_its_country(fed: Fed) -> None:
    is_created(fed)
    assert fed.customer("77950")["phone"] == "+13105550134"
    fed.as_customer("77950").open("/orders/BUG-08/cancel").submit(reason="changed_mind")
    fed.site.codes_sent()
    assert {text.to for text in fed.site.texts.sent} == {"+13105550134"}


def duties_are_a_fee(fed: Fed) -> None:
    is_created(fed)
    assert [(fee.title, fee.amount.minor) for fee in fed.order("BUG-10a").fees] == [("duties", 800)]


def nothing_was_collected(fed: Fed) -> None:
    is_created(fed)
    order = fed.order("BUG-10b")
    assert (order.payment_terms, order.payments, order.state) == ("cod", (), "shipped")


def a_line_of_no_units_is_left_out(fed: Fed) -> None:
    assert (fed.counts["created"], fed.counts["rejected"]) == (1, 0)
    assert [one["field"] for one in fed.rejects] == ["lines.1.quantity"]


def half_a_unit_is_named(fed: Fed) -> None:
    assert fed.counts["rejected"] == 1
    assert [(one["field"], one["reason"]) for one in fed.rejects] == [("lines.0.quantity", "must be a whole number")]


def a_cent_has_a_place(fed: Fed) -> None:
    is_created(fed)
    assert fed.order("W9121").total.minor == 1867


def a_raised_price_is_the_price(fed: Fed) -> None:
    is_created(fed)
    order = fed.order("W9125")
    assert (order.lines[0].total.minor, order.discounts) == (12_000, ())


def not_all_is_on_the_gift_card(fed: Fed) -> None:
    is_created(fed)
    assert [payment.method for payment in fed.order("BUG-12").payments] == ["shopify_payments"]


def a_wrapped_number_is_unwrapped(fed: Fed) -> None:
    is_created(fed)
    assert fed.order("20261120777").payments[0].captured.minor == 2000


def points_have_paid_the_freight(fed: Fed) -> None:
    is_created(fed)
    order = fed.order("BUG-18")
    assert (order.total.minor, order.freight.minor, order.lines[0].net) == (500, 500, 0)


def mail_goes_where_it_is_from(fed: Fed) -> None:
    is_created(fed)
    fed.as_customer("mail-19").open("/orders/BUG-19/cancel").submit(reason="changed_mind")
    fed.site.codes_sent()
    assert {mail.to for mail in fed.site.mailer.sent} == {"groß@example.de"}


def every_form_finds_it(fed: Fed) -> None:
    is_created(fed)
    browser = fed.as_customer("srch-20")
    for typed in (
        "ＳＯ２０－１００１",
        "#SO20-1001",
        "Pok\u00e9mon",
        "Poke\u0301mon",
        "阿依古丽•买买提",
        "阿依古丽·买买提",
        "SO20-1001\u200b",
        "so20-1001",
        " SO20–1001 ",
    ):
        assert numbers(browser.open("/orders", q=typed)) == ["SO20-1001"], typed
    assert numbers(browser.open("/orders", q="SO20-1002")) == []


def numbers(page: Page) -> list[str]:
    return page.tree.xpath("//article/@data-order")


BECOMES: dict[str, tuple[str, Callable[[Fed], None]]] = {
    "01_excel_scientific_number.csv": ("csv", a_rounded_number_is_nobodys),
    "03b_same_unshipped.json": ("shopify", units_taken_off_are_not_on_offer),
    "04_shopify_refund_pending.json": ("shopify", a_refund_on_its_way_is_not_paid_again),
    "06b_freeship_discounted_full_delivered.json": ("shopify", a_discount_on_the_freight_counts_once),
    "07_woo_guest_mail_only.json": ("woocommerce", a_guest_gets_a_code),
    "08_us_phone_becomes_chinese.json": ("shopify", a_number_is_of_its_country),
    "10a_shopify_duties.json": ("shopify", duties_are_a_fee),
    "10b_shopify_cod_fulfilled.json": ("shopify", nothing_was_collected),
    "10d_shopify_long_gateway.json": ("shopify", is_created),
    "10f_shopify_quantity_0_line.json": ("shopify", a_line_of_no_units_is_left_out),
    "11a_woo_tax_rounded_at_subtotal.json": ("woocommerce", a_cent_has_a_place),
    "11c_woo_quantity_0.5.json": ("woocommerce", half_a_unit_is_named),
    "11e_woo_price_raised_by_hand.json": ("woocommerce", a_raised_price_is_the_price),
    "12_gift_card_and_card.json": ("shopify", not_all_is_on_the_gift_card),
    "13_excel_equals_quote_number.csv": ("csv", a_wrapped_number_is_unwrapped),
    "16_sep_line.csv": ("csv", is_created),
    "18_points_cover_freight.ndjson": ("ndjson", points_have_paid_the_freight),
    "19_mail_sharp_s.ndjson": ("ndjson", mail_goes_where_it_is_from),
    "20_search_forms.ndjson": ("ndjson", every_form_finds_it),
}


@pytest.fixture
def site(app: Flask) -> Place:
    return place(app)


@pytest.mark.parametrize("name", BECOMES)
def test_of_each_shared_feed_becomes_what_must(
    name: str, site: Place, shared_data: Callable[[str], Path], tmp_path: Path
) -> None:
    file_format, becomes = BECOMES[name]
    rejects = tmp_path / "rejects.ndjson"
    options = ["--mapping", "chinese"] if file_format == "csv" else []
    command = ["import", str(shared_data(f"feeds/{name}")), "--shop", "tepai", "--format", file_format, *options]
    result = site.app.test_cli_runner().invoke(orders_command, [*command, "--rejects", str(rejects)])
    assert result.exit_code == 0, result.output
    lines = rejects.read_text("utf-8").splitlines() if rejects.exists() else []
    becomes(Fed(site, json.loads(result.stdout.splitlines()[-1]), [json.loads(line) for line in lines]))


def test_every_shared_feed_is_tried() -> None:
    folder = needs.data_folder() / "feeds"
    if not folder.exists():
        pytest.skip(f"{needs.SHARED_DATA} feeds is not in {needs.data_folder()}")
    assert {file.name for file in folder.iterdir() if file.name != "README.md"} <= BECOMES.keys()
