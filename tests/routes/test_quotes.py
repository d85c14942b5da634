"""A quote computes and is no submission: nothing chosen is no mistake, has no total, and it is said what to choose.

Every address that ends in /quote is walked, so that a new one cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.repos.unit_of_work import unit_of_work
from portal.services.applying.apply_for import apply_for
from portal.services.returning.receive_parcel import receive_goods
from tests.support.applications import bought
from tests.support.order_facts import make_line, make_order
from tests.support.packs import PACKS
from tests.support.page import Browserless, Page
from tests.support.said import decide_case
from tests.support.shopper import sign_in
from tests.support.staff import Office, open_office

LINES = (make_line("1", 2, 5000), make_line("2", 2, 3000))


@pytest.fixture
def office(app: Flask) -> Office:
    return open_office(app)


def came(office: Office, **values: Any) -> str:
    return office.take(bought(*LINES, currency=values.pop("currency", "CNY")), **values)


def case_of(office: Office, kind: Any = "return_refund", reason: str = "other", decision: str = "") -> str:
    number = came(office)
    units = (("1", 2), ("2", 2))
    ask = ApplicationAsk(kind=kind, reason=reason, units=units, received=True, conditions=CONDITIONS)
    by = {"actor": office.made.shopper, "request_id": f"apply-{number}", "deps": office.deps}
    case_no = apply_for(order_no=number, ask=ask, **by).case_no
    if decision:
        staff = {"actor": office.made.staff("agent"), "request_id": f"say-{case_no}", "deps": office.deps}
        decide_case(case_no=case_no, decision=decision, reason="说明", **staff)
    return case_no


def to_cancel(office: Office) -> str:
    return f"/orders/{office.take(make_order(*LINES))}/cancel"


def to_withdraw_from(office: Office) -> str:
    with unit_of_work(office.deps) as work:
        work.policies.ensure(office.made.shop_id, PACKS["eu"], by="test")
    lines = (make_line("1", 2, 5000, currency="EUR"), make_line("2", 1, 3000, currency="EUR"))
    return f"/orders/{office.take(bought(*lines, currency='EUR', country='DE'), policy='eu')}/contract-withdrawal"


def to_inspect(office: Office) -> str:
    case_no = case_of(office, decision="accept")
    by = {"actor": office.made.staff("warehouse"), "request_id": "here", "deps": office.deps}
    receive_goods(case_no=case_no, **by)
    return f"/staff/cases/{case_no}/inspect"


SITUATIONS: dict[str, Callable[[Office], str]] = {
    "/orders/<order_no>/cancel/quote": to_cancel,
    "/orders/<order_no>/refund/quote": lambda office: f"/orders/{came(office)}/refund",
    "/orders/<order_no>/return/quote": lambda office: f"/orders/{came(office)}/return",
    "/orders/<order_no>/exchange/quote": lambda office: f"/orders/{came(office)}/exchange",
    "/orders/<order_no>/reship/quote": lambda office: f"/orders/{came(office)}/reship",
    "/orders/<order_no>/repair/quote": lambda office: f"/orders/{came(office)}/repair",
    "/orders/<order_no>/contract-withdrawal/quote": to_withdraw_from,
    "/cases/<case_no>/edit/quote": lambda office: f"/cases/{case_of(office)}/edit",
    "/cases/<case_no>/resubmit/quote": lambda office: f"/cases/{case_of(office, decision='refuse')}/resubmit",
    "/cases/<case_no>/withdraw/quote": lambda office: f"/cases/{case_of(office)}/withdraw",
    "/staff/cases/<case_no>/decide/quote": lambda office: f"/staff/cases/{case_of(office)}/decide",
    "/staff/cases/<case_no>/inspect/quote": to_inspect,
}
"""The page whose form is quoted, by the rule of the quote."""
SUMS = {"decide": "#decide-quote", "inspect": "#goods"}
"""Where the desk shows the sum of what is chosen, beside the effects of its other answers."""
WITHOUT_MONEY = ("inspect", "reship", "repair", "exchange")
COUNTS = ("quantity-", "received-", "accept-", "resellable-", "reject-")


def test_every_quote_is_walked(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules() if rule.rule.endswith("/quote")}
    assert {rule for rule in rules if not rule.startswith("/embed/")} == set(SITUATIONS)


def quoted(office: Office, address: str, count: str, *, htmx: bool) -> Page:
    """Its form with `count` in every quantity, computed."""
    path, _, act = address.rpartition("/")
    if address.startswith("/staff"):
        role = "warehouse" if act == "inspect" else "agent"
        page = office.desk(role, htmx=htmx).open(path)
    else:
        visitor = Browserless(office.app.test_client(), htmx=htmx)
        sign_in(visitor)
        page = visitor.open(address)
    names = [field.get("name") for field in page.form(address).element.cssselect("input[type=number]")]
    # What came besides is counted, never paid.
    names = [name for name in names if name != "extra"]
    assert names and all(name.startswith(COUNTS) for name in names)
    chosen = {"decision": "partly"} if act == "decide" else {}
    return page.submit(address, fields=chosen | dict.fromkeys(names, count), button="quote")


def summed(page: Page, address: str) -> list[str]:
    place = SUMS.get(address.rpartition("/")[2])
    return (page.one(place) if place else page).amounts("refund")


@pytest.mark.req("P4", "N3")
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
@pytest.mark.parametrize("rule", SITUATIONS)
def test_a_quote_of_nothing_chosen_is_no_mistake_has_no_total_and_says_what_to_choose(
    rule: str, htmx: bool, office: Office
) -> None:
    address = SITUATIONS[rule](office)
    page = quoted(office, address, "0", htmx=htmx)
    assert (page.status, page.errors) == (200, [])
    assert summed(page, address) == []
    assert "后，这里显示" in page.text


@pytest.mark.req("P4", "N3")
@pytest.mark.parametrize("rule", SITUATIONS)
def test_a_quote_of_what_cannot_be_is_told_and_has_no_total_either(rule: str, office: Office) -> None:
    address = SITUATIONS[rule](office)
    page = quoted(office, address, "99", htmx=False)
    assert page.status == 422 and page.errors
    assert summed(page, address) == []


@pytest.mark.req("N3")
@pytest.mark.parametrize("rule", [rule for rule in SITUATIONS if rule.split("/")[-2] not in WITHOUT_MONEY])
def test_a_quote_of_one_of_each_has_a_total(rule: str, office: Office) -> None:
    address = SITUATIONS[rule](office)
    page = quoted(office, address, "1", htmx=False)
    assert page.status == 200 and len(set(summed(page, address))) == 1
