"""Whatever shapes a feed and people write phones, mails and names in, every person finds exactly their own orders.

Random customers and guests, their orders through the real import, everybody by every way in that there is: what they
reach is what the feed gave them last, and nothing of anybody else's (TRAPS T31, T39, T40, T42).
"""

from __future__ import annotations

import itertools
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.adapters.pack_files import shipped_packs
from portal.cli.orders import orders as orders_command
from portal.services.identity.accounts import set_password
from portal.services.shops.manage_shops import NewShop, add_shop
from tests.support.feed import NEVER, fed_order, fed_payment
from tests.support.page import Browserless
from tests.support.signing_in import Place, place

pytestmark = pytest.mark.req("P11")
FULL_WIDTH = str.maketrans("0123456789@ABCabc-+", "０１２３４５６７８９＠ＡＢＣａｂｃ－＋")
IDS = ("c-1", "C-1", "c1", "13800000001", "amélie", "straße", "ann@example.com")
MAILS = ("ann@example.com", "Ann.B@example.com", "groß@example.de", "zoë@example.com")
PHONES = (("CN", "+8613800000001"), ("CN", "+8613105550134"), ("US", "+13105550134"), ("GB", "+447911123456"))
NUMBERS = ("O-1", "o-1", "O1", "２０２６", "2026", "#7")
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)
"""An example takes a second or two: making it smaller would take minutes and say little more."""
shops = itertools.count()


def national(country: str, phone: str) -> tuple[str, ...]:
    """How the country's own people write it."""
    rest = phone.removeprefix({"CN": "+86", "US": "+1", "GB": "+44"}[country])
    return {
        "CN": (rest, f"{rest[:3]} {rest[3:7]} {rest[7:]}", f"86-{rest}"),
        "US": (f"({rest[:3]}) {rest[3:6]}-{rest[6:]}", f"1-{rest[:3]}-{rest[3:6]}-{rest[6:]}"),
        "GB": (f"0{rest[:4]} {rest[4:]}",),
    }[country]


def international(phone: str) -> tuple[str, ...]:
    """With its calling code: of one country, for certain."""
    return (
        phone,
        f"{phone[:3]} {phone[3:7]} {phone[7:]}",
        f"00{phone[1:]}",
        phone.translate(FULL_WIDTH),
        f" {phone}\u200b",
    )


def typed(text: str) -> tuple[str, ...]:
    """An id, number or address, as it is and as keyboards and pages give it."""
    return text, f" {text} ", text.translate(FULL_WIDTH), f"\u200e{text}\u200f"


@dataclass(frozen=True)
class Customer:
    id: str
    phone: tuple[str, str] | None
    mail: str | None


@dataclass
class Town:
    """Who there is and whose what is. `orders`: the customer's id by number; `guests`: the contact by number."""

    customers: list[Customer]
    orders: dict[str, str] = field(default_factory=dict)
    guests: dict[str, Customer] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)

    def of(self, customer_id: str) -> set[str]:
        return {number for number, owner in self.orders.items() if owner == customer_id}


people = st.lists(
    st.builds(
        Customer,
        st.sampled_from(IDS),
        st.none() | st.sampled_from(PHONES),
        st.none() | st.sampled_from(MAILS),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda customer: customer.id,
)


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """The feed names every order's person, and may name another one in a later version."""
    town = Town(draw(people))
    guest = st.builds(Customer, st.just(""), st.none() | st.sampled_from(PHONES), st.sampled_from(MAILS))
    for number in draw(st.lists(st.sampled_from(NUMBERS), min_size=1, unique=True)):
        if draw(st.integers(0, 2)):
            for day in range(1, draw(st.integers(2, 3))):
                owner = draw(st.sampled_from(town.customers))
                town.lines.append(draw(sent(number, day, owner)))
                town.orders[number] = owner.id
        else:
            town.guests[number] = draw(guest)
            town.lines.append(draw(sent(number, 1, town.guests[number])))
    return town


@st.composite
def sent(draw: st.DrawFn, number: str, day: int, owner: Customer) -> dict[str, Any]:
    """A version of an order, its person's phone and mail in any shape."""
    country, phone = owner.phone or ("CN", "")
    says: dict[str, Any] = {}
    if phone:
        says["phone"] = draw(st.sampled_from((*international(phone), *national(country, phone))))
    if owner.mail:
        says["mail"] = draw(st.sampled_from((owner.mail, f" {owner.mail}", f"Somebody <{owner.mail}>")))
    ship_to = {
        "name": "收件人",
        "phone": says.get("phone", "400-1"),
        "country": country,
        "region": "某地",
        "address": "1",
    }
    whose = {"customer": {"id": owner.id} | says} if owner.id else {"customer": NEVER, "contact": says}
    paid = [fed_payment(reference=f"ref-{number}")]
    at = f"2026-11-{day:02}T11:00:00+08:00"
    return fed_order(number=number, updated_at=at, ship_to=ship_to, payments=paid, **whose)


class Walk:
    """One town in a shop of its own, beside those of the towns before."""

    def __init__(self, here: Place, town: Town) -> None:
        self.here, self.town, self.key = here, town, f"s{next(shops)}"
        shop = NewShop(key=self.key, name=self.key, origins=("https://shop.example",))
        add_shop(new=shop, packs=shipped_packs(), deps=here.deps)
        self._import()
        for customer in town.customers:
            if town.of(customer.id) or any(line.get("customer", {}).get("id") == customer.id for line in town.lines):
                set_password(shop_key=self.key, login=customer.id, password=word_of(customer), deps=here.deps)

    def _import(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "orders.ndjson"
            file.write_text("".join(f"{json.dumps(line)}\n" for line in self.town.lines), "utf-8")
            command = ["import", str(file), "--shop", self.key, "--format", "ndjson"]
            result = self.here.app.test_cli_runner().invoke(orders_command, command)
        counts = json.loads(result.stdout.splitlines()[-1])
        assert (counts["rejected"], counts["created"]) == (0, len({line["number"] for line in self.town.lines}))

    def newcomer(self) -> Browserless:
        """Somebody at a computer of their own, some hours after the last one."""
        self.here.clock.move(hours=9)
        browser = self.here.newcomer()
        browser.client.environ_base["REMOTE_ADDR"] = f"10.{next(shops) % 250}.{next(shops) % 250}.1"
        return browser

    def signed_in(self, login: str, customer: Customer) -> Browserless | None:
        """None where that login with that password is refused."""
        browser = self.newcomer()
        page = browser.open(f"/sign-in?shop={self.key}").submit(login=login, password=word_of(customer))
        return browser if page.path == "/orders" else None

    def reached(self, browser: Browserless) -> set[str]:
        return {
            number
            for number in NUMBERS
            if browser.client.get(f"/orders/{number.replace('#', '%23')}").status_code == 200
        }

    def guest(self, number: str, contact: str) -> Browserless | None:
        """None where no code was sent for that."""
        mails, texts = self.here.mailer.sent, self.here.texts.sent
        browser, before = self.newcomer(), (len(mails), len(texts))
        page = browser.open(f"/find-order?shop={self.key}").submit(order_no=number, contact=contact)
        self.here.codes_sent()
        fresh = [*mails[before[0] :], *texts[before[1] :]]
        if not fresh:
            return None
        (code,) = re.findall(r"(?<![0-9])[0-9]{6}(?![0-9])", fresh[0].body)
        assert page.submit(code=code).status == 200
        return browser


def word_of(customer: Customer) -> str:
    return f"the pass phrase of {customer.id}"


def logins(town: Town, customer: Customer) -> Iterator[tuple[str, bool]]:
    """Ways to write who they are, and whether that has to let them in: where it is theirs alone."""
    yield customer.id, True
    others = [one for one in town.customers if one != customer]
    ids = Counter(one.id.casefold().replace("é", "e").replace("straße", "strasse") for one in town.customers)
    is_only_id = ids[customer.id.casefold().replace("é", "e").replace("straße", "strasse")] == 1
    stands_alone = is_only_id and customer.id not in ("13800000001", "ann@example.com")
    yield from ((shape, stands_alone) for shape in typed(customer.id))
    if customer.phone:
        is_shared = any(one.phone == customer.phone or one.id == "13800000001" for one in others)
        yield from ((shape, not is_shared) for shape in international(customer.phone[1]))
        yield from ((shape, False) for shape in national(*customer.phone))
    if customer.mail:
        is_shared = any(one.mail == customer.mail or one.id == "ann@example.com" for one in others)
        yield from ((shape, not is_shared) for shape in (*typed(customer.mail), customer.mail.upper()))


@pytest.fixture
def here(app: Flask) -> Place:
    return place(app)


@settings(max_examples=12, suppress_health_check=list(HealthCheck), phases=WITHOUT_SHRINKING)
@given(town=towns(), data=st.data())
def test_every_customer_finds_exactly_their_own_orders(here: Place, town: Town, data: st.DataObject) -> None:
    walk = Walk(here, town)
    for customer in [one for one in town.customers if town.of(one.id)]:
        login, must = data.draw(st.sampled_from(list(logins(town, customer))))
        browser = walk.signed_in(login, customer)
        assert browser or not must, f"{login!r} is {customer.id}'s alone"
        if browser:
            listed = browser.open("/orders").tree.xpath("//article/@data-order")
            assert sorted(listed) == sorted(town.of(customer.id)), login
            assert walk.reached(browser) == town.of(customer.id), login


@settings(max_examples=12, suppress_health_check=list(HealthCheck), phases=WITHOUT_SHRINKING)
@given(town=towns(), data=st.data())
def test_every_guest_finds_exactly_the_one_order(here: Place, town: Town, data: st.DataObject) -> None:
    walk = Walk(here, town)
    for number, contact in town.guests.items():
        ways = [*typed(contact.mail or ""), (contact.mail or "").upper()]
        if contact.phone:
            ways += [*international(contact.phone[1]), *national(*contact.phone)]
        browser = walk.guest(number, data.draw(st.sampled_from(ways)))
        assert browser and walk.reached(browser) == {number}
    for number in town.guests.keys() | town.orders.keys():
        assert walk.guest(number, "stranger@example.com") is None
