"""Every address of the portal as everybody who could ask for it, made from the URL map (SECURITY, access; law 7).

ASVS 8.2.1 and 8.2.2: what is somebody else's is not there, with the very answer of what does not exist. The staff's own
table is in tests/routes/test_roles.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from flask import Flask

from portal.domain.identity.access import Actor
from portal.repos.unit_of_work import unit_of_work
from portal.services.identity.sessions import open_session
from tests.adapters.pictures import encoded, photo
from tests.support.applications import IN_WINDOW, bought
from tests.support.make import make_customer, make_shop
from tests.support.order_facts import make_line
from tests.support.page import Browserless
from tests.support.shopper import Shopfront, open_shop, sign_in

pytestmark = pytest.mark.req("N7", "N8")
FRAME = "/embed/tepai"
OF_ONE_THING = {"order_no", "case_no", "evidence_id"}
FOR_ANYBODY = {
    "contact", "design", "find_order", "help", "help_page", "home", "language", "mail", "resume", "sign_in",
    "sign_in_code", "sign_in_verify", "sign_out", "unsubscribing", "verify", "withdraw_contract",
}  # fmt: skip
FOR_STAFF = {"behalf_end"}
"""For whoever of the staff acts in a customer's place; it is not there for the customer (tests/routes/staff)."""
NOT_OF_THIS_CASE = {"slip", "slip_pdf", "pickup", "payout"}
"""The case is a refund without a return: it has no slip for its customer either, and nobody fetches anything; and the
shop gives no credit."""
FOR_CUSTOMERS = {
    "account",
    "archived_orders",
    "end_session",
    "erasure",
    "own_data",
    "cases",
    "notice",
    "notice_settings",
    "notices",
    "notices_read",
    "orders",
    "password",
}
"""About a person: a guest, who is let in to one order, is led to sign in."""
ANY = {"notice_id": "1"}
NOBODYS = {"order_no": "TP-none", "case_no": "T20261120ZZZZZZZZ", "evidence_id": "0" * 26}


@dataclass(frozen=True)
class Address:
    """One rule and method in one of the two places; `page` is its name without the place."""

    page: str
    method: str
    place: str
    arguments: frozenset[str]
    build: Callable[[dict[str, str]], str]

    def __str__(self) -> str:
        return f"{self.method} {self.place}.{self.page}"


@dataclass
class Town:
    """Two shops: an order with a case and evidence of a customer, an order of another; an order in the other shop."""

    front: Shopfront
    things: dict[str, str]
    actors: dict[str, Actor]

    def visitor(self, who: str, place: str) -> Browserless:
        """Somebody with a session of that place."""
        somebody = Browserless(self.front.app.test_client())
        actor = self.actors.get(who)
        if actor is not None:
            is_frame = place == "embed"
            with unit_of_work(self.front.deps) as work:
                token = open_session(
                    work,
                    actor=actor,
                    old_token="",
                    locale="zh-CN",
                    deps=self.front.deps,
                    place="frame" if is_frame else "tab",
                )
            somebody.client.set_cookie("__Secure-portal_frame" if is_frame else "portal", token, path="/")
        return somebody


@pytest.fixture
def town(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Town:
    front = open_shop(app)
    monkeypatch.setattr(type(front.deps.clock), "now", lambda _: IN_WINDOW)
    other_customer = make_customer(front.deps, front.made.shop_id, 2)
    number = front.take(bought(make_line("1", 2, 5000)))
    anothers = front.take(bought(make_line("1", 1, 700)), customer_id=other_customer)
    shopper = Browserless(app.test_client())
    sign_in(shopper)
    form = shopper.open(f"/orders/{number}").act("refund")
    picture = ("IMG_1.jpg", encoded(photo()), "image/jpeg")
    case = form.submit(
        f"/orders/{number}/refund", reason="quality", description="碎了", fields={"quantity-1": "1"}, evidence=picture
    )
    case_no = case.one("article[data-case]").get("data-case")
    evidence_id = re.search(r"/evidence/([0-9A-Za-z]+)", case.response.text)[1]
    elsewhere = Shopfront(app, make_shop(front.deps, "zweite", name="第二家"), count=50)
    elsewhere.take(bought(make_line("1", 1, 700)))
    mine = front.made.shopper
    return Town(
        front,
        {"order_no": number, "case_no": case_no, "evidence_id": evidence_id},
        {
            "the customer": mine,
            "another customer": replace(mine, id=other_customer),
            "a customer of another shop": elsewhere.made.shopper,
            "the guest of the order": Actor(kind="guest", shop_id=mine.shop_id, order_no=number),
            "the guest of another order": Actor(kind="guest", shop_id=mine.shop_id, order_no=anothers),
            "the customer, handed over for another order": replace(mine, only=(anothers,)),
        },
    )


def addresses(app: Flask) -> Iterator[Address]:
    """All that shoppers' pages answer to, in a tab and in a frame; what only looks comes before what acts."""
    adapter = app.url_map.bind("localhost")
    rules = sorted(app.url_map.iter_rules(), key=lambda each: each.endpoint)
    for method in ("GET", "POST"):
        for rule in rules:
            place, _, page = rule.endpoint.partition(".")
            if place not in ("shop", "embed") or method not in (rule.methods or ()):
                continue
            named = {"shop_key": "tepai"} if place == "embed" else {}

            def build(values: dict[str, str], rule=rule, named=named, method=method) -> str:  # type: ignore[no-untyped-def]
                words = {
                    name: values.get(name, ANY.get(name, "cancel")) for name in rule.arguments if name != "shop_key"
                }
                return adapter.build(rule.endpoint, words | named, method=method)

            yield Address(page, method, place, frozenset(rule.arguments) & OF_ONE_THING, build)


def ask(visitor: Browserless, address: Address, values: dict[str, str]) -> tuple[int, str, str]:
    """Status, where it leads, and the body without what differs from request to request."""
    path = address.build(values)
    headers = {"Origin": "http://localhost"}
    if address.method == "POST":
        form = visitor.client.get(f"{FRAME}/find-order" if address.place == "embed" else "/find-order?shop=tepai")
        token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
        data = {"csrf_token": token[1] if token else "", "request_id": "r-1"}
        answer = visitor.client.post(path, data=data, headers=headers)
    else:
        answer = visitor.client.get(path)
    body = re.sub(
        r'name="csrf_token" value="[^"]+"|<code>[^<]+</code>|data-reference="[^"]+"', "", answer.data.decode("latin-1")
    )
    for value in values.values():
        body = body.replace(value, "")
    return answer.status_code, answer.headers.get("Location", ""), body


def test_every_address_has_its_row(app: Flask) -> None:
    """A page that is added tomorrow fails here until somebody says for whom it is."""
    named = {address.page for address in addresses(app) if not address.arguments}
    assert named == FOR_ANYBODY | FOR_CUSTOMERS | FOR_STAFF


@pytest.mark.parametrize("place", ["shop", "embed"])
@pytest.mark.parametrize(
    "who",
    ["another customer", "a customer of another shop", "the guest of another order",
     "the customer, handed over for another order"],
)  # fmt: skip
def test_v8_2_2_what_is_somebody_elses_answers_as_what_does_not_exist(who: str, place: str, town: Town) -> None:
    visitor, wrong, walked = town.visitor(who, place), [], 0
    # The session of another shop is none in this one's frame: everybody without one is led to sign in.
    is_stranger = who == "a customer of another shop" and place == "embed"
    expected = {(303, 303), (403, 403), (404, 404)} if is_stranger else {(404, 404)}
    for address in addresses(town.front.app):
        if address.place != place or not address.arguments:
            continue
        theirs, nothing = ask(visitor, address, town.things), ask(visitor, address, NOBODYS)
        walked += 1
        if theirs[2:] != nothing[2:] or (theirs[0], nothing[0]) not in expected:
            wrong.append((str(address), theirs[:2], nothing[:2]))
    assert wrong == [] and walked > 30


@pytest.mark.parametrize("place", ["shop", "embed"])
def test_v8_2_1_a_stranger_is_led_to_sign_in_from_everything_that_is_personal(place: str, town: Town) -> None:
    visitor, wrong = town.visitor("a stranger", place), []
    for address in addresses(town.front.app):
        if address.place == place and address.page not in FOR_ANYBODY:
            status, where, _ = ask(visitor, address, town.things)
            is_led = status == 303 and "/sign-in" in where
            # A picture has no page to come back to; in a frame without cookies no form of anybody is taken.
            is_refused = status == 404 if address.page == "evidence" else place == "embed" and status == 403
            if not (is_led or is_refused):
                wrong.append((str(address), status, where))
    assert wrong == []


@pytest.mark.parametrize("place", ["shop", "embed"])
def test_v8_2_1_a_guest_reaches_the_order_and_nothing_about_the_person(place: str, town: Town) -> None:
    visitor, wrong = town.visitor("the guest of the order", place), []
    for address in addresses(town.front.app):
        if address.place != place or address.page in FOR_ANYBODY | FOR_STAFF:
            continue
        status, where, _ = ask(visitor, address, town.things)
        is_led_away = status == 303 and "/sign-in" in where
        is_missing = status == 404 and address.page not in NOT_OF_THIS_CASE
        if is_led_away != (address.page in FOR_CUSTOMERS) or is_missing:
            wrong.append((str(address), status, where))
    assert wrong == []


@pytest.mark.parametrize("place", ["shop", "embed"])
def test_v8_2_1_the_customer_reaches_all_of_it(place: str, town: Town) -> None:
    visitor, wrong = town.visitor("the customer", place), []
    for address in addresses(town.front.app):
        if address.place == place and address.page not in FOR_ANYBODY | FOR_STAFF | NOT_OF_THIS_CASE:
            status, where, _ = ask(visitor, address, town.things)
            if status in (401, 403, 404) or status >= 500 or "/sign-in" in where:
                wrong.append((str(address), status, where))
    assert wrong == []


@pytest.mark.parametrize(("worn", "asked"), [("shop", "embed"), ("embed", "shop")])
def test_v7_2_1_the_session_of_one_place_is_worth_nothing_in_the_other(worn: str, asked: str, town: Town) -> None:
    visitor = town.visitor("the customer", worn)
    token = next(iter(visitor.client._cookies.values())).value
    for name in ("portal", "__Secure-portal_frame"):
        visitor.client.set_cookie(name, token, path="/")
    path = "/orders" if asked == "shop" else f"{FRAME}/orders"
    answer = visitor.client.get(path)
    assert answer.status_code == 303 and "/sign-in" in answer.headers["Location"]
