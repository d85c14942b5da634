"""64 kB where no upload belongs: which addresses take more is what their forms say (SECURITY, availability)."""

from __future__ import annotations

import pytest
from flask import Flask
from lxml import html

from portal.web.security.body_limits import LINES, ORDERS, SMALL, TAKES, UPLOADS, most_of
from tests.support.odd_input import Address, Crew, make_crew

pytestmark = pytest.mark.req("N4")


@pytest.fixture
def crew(app: Flask) -> Crew:
    return make_crew(app)


def forms(crew: Crew) -> dict[str, int]:
    """Least bytes that the addresses of all forms must take, by endpoint."""
    matcher = crew.app.url_map.bind("localhost")
    found: dict[str, int] = {}
    for address in crew.addresses("GET"):
        if address.endpoint.endswith(".design"):
            continue  # of a demonstration: its forms lead nowhere
        for mine, other in ((crew.things["order_no"], "waiting"), (crew.things["case_no"], "returning"), ("", "")):
            path = address.path.replace(mine, crew.things[other]) if mine else address.path
            page = crew.ask(Address(address.endpoint, "GET", path, address.who))
            if not page.content_type.startswith("text/html") or not page.data:
                continue
            for form in html.fromstring(page.data).xpath("//form[@method='post']"):
                needs = UPLOADS if form.xpath(".//input[@type='file']") else 0
                needs = needs or (LINES if form.xpath(".//input[contains(@name, '-1')]") else SMALL)
                for action in (form.get("action"), *form.xpath(".//*[@formaction]/@formaction")):
                    endpoint, _ = matcher.match((action or path).partition("?")[0], "POST")
                    found[endpoint] = max(found.get(endpoint, 0), needs)
    return found


def test_every_form_may_be_as_long_as_its_fields_can_make_it_and_no_other(crew: Crew) -> None:
    takes = crew.app.config[TAKES]
    needed = forms(crew)
    assert {endpoint: needs for endpoint, needs in needed.items() if most_of(endpoint, takes) < needs} == {}
    assert len([endpoint for endpoint, needs in needed.items() if needs == UPLOADS]) >= 4
    assert most_of("shop.sign_in", takes) == most_of("staff.verify", takes) == most_of("", takes) == SMALL
    assert most_of("api.put_order", takes) == ORDERS


@pytest.mark.parametrize("who", ["stranger", "customer"])
def test_more_is_refused_whoever_sends_it_before_the_token_is_looked_for(who: str, crew: Crew) -> None:
    client = crew.app.test_client()
    if who == "customer":
        client.set_cookie("portal", crew.tokens["tab"])
    assert client.post("/sign-in", data={"login": "a" * SMALL}).status_code == 413
    assert client.post("/orders/x/cancel", data={"note": "a" * SMALL}).status_code == 403


def test_the_server_is_told_by_method_and_path(crew: Crew) -> None:
    limit = crew.app.extensions["body_limit"]
    assert limit("POST", "/sign-in") == limit("POST", "/nowhere") == limit("DELETE", "/orders") == SMALL
    assert limit("POST", "/orders/A-1/refund") == limit("POST", "/embed/tepai/orders/A-1/refund") == UPLOADS
    assert limit("POST", "/orders/A-1/cancel") == LINES
