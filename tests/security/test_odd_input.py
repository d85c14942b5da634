"""A fuzz over every address of the portal: whatever is sent, no answer is an error of ours (SECURITY, availability).

The addresses come from the URL map, the fields from the forms of their pages. Here each field meets some of the odd
values, with `PORTAL_FUZZ=all` (`make attack`) each meets every one, in a tab and in a frame.
"""

from __future__ import annotations

import itertools
import json
import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from portal.web.security.limits import CALLS, SIGN_INS, TRIES
from tests.support.odd_input import (
    HEADERS,
    ODD,
    ODD_BODIES,
    ODD_JSON,
    PLAUSIBLE,
    QUERY,
    Address,
    Crew,
    make_crew,
    paths_of,
    with_value,
)

IS_ALL = os.environ.get("PORTAL_FUZZ") == "all"
pytestmark = [pytest.mark.req("N8"), pytest.mark.timeout(3600 if IS_ALL else 300)]
EACH_FIELD = len(ODD) if IS_ALL else 3
ENDS_THE_SESSION = {"shop.sign_out", "embed.sign_out", "staff.sign_out"}
AT, LATER = "2026-11-01T10:00:00+08:00", "2026-11-03T10:00:00+08:00"
PERSON = {"name": "张三", "phone": "+8613800000009"}
LINE = {
    "id": "1", "sku": "S-1", "title": "t", "variant": "v", "quantity": 2, "unit_price": "59.90", "discount": "10.00",
    "tax": "0.00", "category": "apparel", "tags": ["custom"], "return_days": 7,
    "image_url": "https://shop.example/a.jpg", "product_url": "https://shop.example/a",
    "restriction": {"ground": "CN-3", "confirmed_at": AT},
}  # fmt: skip
PARCEL = {
    "id": "s-9", "carrier": "SF", "tracking_no": "SF9", "shipped_at": AT, "delivered_at": LATER,
    "lines": [{"line": "1", "quantity": 1}],
}  # fmt: skip
GIVEN_BACK = {"id": "r-1", "payment": "p-1", "amount": "9.00", "lines": [{"line": "1", "quantity": 1}], "at": LATER}
ORDER = {
    "number": "F-1", "placed_at": AT, "updated_at": LATER, "currency": "CNY", "status": "delivered",
    "promised_ship_by": LATER, "jurisdiction": "CN", "payment_terms": "prepaid", "points_earned": 12,
    "invoice": {"kind": "e", "number": "1"},
    "customer": PERSON | {"id": "c-9", "mail": "z@example.com", "locale": "zh-CN", "zone": "Asia/Shanghai"},
    "ship_to": PERSON | {"country": "CN", "region": "上海", "address": "路1", "postcode": "200000"},
    "contact": {"phone": "+8613800000009", "mail": "z@example.com"},
    "lines": [LINE], "freight": "10.00", "freight_tax": "0.00", "fees": [{"title": "f", "amount": "1.00"}],
    "discounts": [{"kind": "coupon", "code": "C-9", "amount": "5.00", "lines": ["1"]}],
    "payments": [{"id": "p-1", "method": "alipay", "amount": "115.80", "paid_at": AT, "reference": "9"}],
    "refunds": [GIVEN_BACK], "shipments": [PARCEL | {"status": "delivered"}],
}  # fmt: skip
SESSION = {"customer": "c-1", "orders": ["TP20260001"], "locale": "zh-CN", "path": "/orders"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """One for the module: what is sent here changes nothing that the next request needs."""
    from tests.support import databases

    folder = tmp_path_factory.mktemp("odd")
    app: Flask = databases.portal_app(databases.sqlite_database(folder), folder)
    app.config.update(dict.fromkeys((SIGN_INS, TRIES, CALLS), "1000000 per minute"))
    yield make_crew(app)
    databases.close(app)


class Faults(dict[str, str]):
    """What answered with an error of ours, by what was sent."""

    def note(self, sent: str, ask: Callable[[], Any]) -> None:
        answer = ask()
        if answer.status_code >= 500:
            self[sent] = f"{answer.status_code}"


def some(values: dict[str, Any], turn: Iterator[int]) -> list[tuple[str, Any]]:
    """The next few of `values`: with the fields they come round, so that every value meets every kind of field."""
    items = list(values.items())
    start = next(turn) * EACH_FIELD
    return [items[(start + step) % len(items)] for step in range(min(EACH_FIELD, len(items)))]


def is_walked(address: Address) -> bool:
    """A frame's pages are the views of a tab's under other names: they are walked where there is time."""
    return address.endpoint not in ENDS_THE_SESSION and (IS_ALL or not address.endpoint.startswith("embed."))


def test_no_odd_address_or_query_is_an_error_of_ours(crew: Crew) -> None:
    faults, turn = Faults(), itertools.count()
    for address in filter(is_walked, crew.addresses("GET")):
        for name, value in ODD.items() if IS_ALL else some(ODD, turn):
            query = dict.fromkeys(QUERY, value)
            faults.note(f"{address} ?{name}", lambda a=address, q=query: crew.ask(a, query=q))
            path = address.path
            for thing in (*crew.things.values(), "x"):
                path = path.replace(f"/{thing}", "/" + quote(value[:2_000].encode("utf-8", "surrogatepass"), safe=""))
            if path != address.path:
                faults.note(f"{address} /{name}", lambda a=address, p=path: crew.ask(a, path=p))
    assert faults == {}


@pytest.mark.parametrize("header", HEADERS)
def test_no_odd_header_is_an_error_of_ours(header: str, crew: Crew) -> None:
    faults, turn = Faults(), itertools.count()
    pages = (
        "shop.orders",
        "shop.sign_in",
        "embed.orders",
        "staff.cases",
        "api.get_events",
        "health.metrics",
        "assets.theme",
    )
    for address in crew.addresses("GET"):
        if address.endpoint in pages:
            for name, value in ODD.items() if IS_ALL else some(ODD, turn):
                raw = value.encode("utf-8", "surrogatepass").decode("latin-1").replace("\r", "").replace("\n", "")
                faults.note(f"{address} {name}", lambda a=address, v=raw: crew.ask(a, headers={header: v}))
    assert faults == {}


def forms(crew: Crew) -> Iterator[tuple[Address, dict[str, str]]]:
    """Every address that takes a form, for each of the cases and orders that it could be about."""
    for address in filter(is_walked, crew.addresses("POST")):
        if address.who == "program":
            continue
        others = {crew.things["order_no"]: ("waiting",), crew.things["case_no"]: ("returning",)}
        for mine, names in others.items():
            for name in names if f"/{mine}" in address.path else ():
                other = Address(address.endpoint, "POST", address.path.replace(mine, crew.things[name]), address.who)
                yield other, crew.fields_of(other)
        yield address, crew.fields_of(address)


def test_no_odd_field_of_any_form_is_an_error_of_ours(crew: Crew) -> None:
    faults, turn = Faults(), itertools.count()
    for address, shown in list(forms(crew)):
        # What is not on offer now mostly answers without reading a field, so it meets a few values only.
        for name, value in ODD.items() if shown and IS_ALL else some(ODD, turn):
            crew.forget_failures()
            every = dict.fromkeys((*PLAUSIBLE, *shown, "remove", "upload"), value)
            faults.note(f"{address} all {name}", lambda a=address, f=every: crew.post(a, f))
        for one in (*shown, "request_id", "csrf_token") if shown else ():
            for name, value in some(ODD, turn):
                crew.forget_failures()
                odd = {**PLAUSIBLE, **shown, one: value}
                faults.note(f"{address} {one} {name}", lambda a=address, f=odd: crew.post(a, f))
    assert faults == {} and crew.asked > 1_000


def test_no_odd_file_or_field_name_is_an_error_of_ours(crew: Crew) -> None:
    faults, turn = Faults(), itertools.count()
    contents = (
        b"",
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        b"%PDF-1.7\n" + b"[" * 5_000,
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 50,
        b"GIF89a",
    )
    content_in_turn = itertools.cycle(contents)
    for address, _ in list(forms(crew)):
        if not address.path.endswith(("refund", "/messages", "/note", "/ask")):
            continue
        for name, value in ODD.items() if IS_ALL else some(ODD, turn):
            content = next(content_in_turn)
            crew.forget_failures()
            file = (value.replace("\r", "").replace("\n", "")[:5_000] or "x", content)
            faults.note(f"{address} file {name}", lambda a=address, f=file: crew.post(a, PLAUSIBLE, (f,)))
            named = {f"{prefix}{value}"[:3_000]: "1" for prefix in ("quantity-", "condition-", "accept-", "")}
            faults.note(f"{address} field {name}", lambda a=address, f=named: crew.post(a, f))
    assert faults == {}


def program(crew: Crew, endpoint: str, method: str) -> Address:
    return next(address for address in crew.addresses(method) if address.endpoint == endpoint)


@pytest.mark.parametrize(
    ("endpoint", "method", "good"),
    [
        ("api.put_order", "PUT", ORDER),
        ("api.post_embed_session", "POST", SESSION),
        ("api.post_shipment", "POST", PARCEL),
    ],
)  # fmt: skip
def test_no_odd_value_anywhere_in_a_body_of_the_api_is_an_error_of_ours(
    endpoint: str, method: str, good: dict[str, Any], crew: Crew
) -> None:
    faults, turn = Faults(), itertools.count()
    address = program(crew, endpoint, method)
    path = "/api/v1/orders/F-1" if endpoint == "api.put_order" else address.path
    for place in paths_of(good):
        for name, value in some(ODD_JSON, turn) if not IS_ALL else ODD_JSON.items():
            try:
                body = json.dumps(with_value(good, place, value))
            except ValueError:  # an integer that Python itself writes no more
                body = json.dumps(with_value(good, place, "HUGE")).replace('"HUGE"', "9" * 4_000)
            where = f"{address} {'.'.join(map(str, place))} {name}"
            faults.note(where, lambda b=body: crew.ask(address, path=path, data=b, headers=JSON))
    for name, raw in ODD_BODIES.items():
        faults.note(f"{address} {name}", lambda b=raw: crew.ask(address, path=path, data=b, headers=JSON))
    # Whatever of it was stored is shown, never an error: to its customer, to staff, to the programs of the shop.
    pages = ("shop.orders", "staff.orders", "api.get_events", "shop.notices", "staff.cases", "staff.refunds")
    for page in crew.addresses("GET"):
        if page.endpoint in pages:
            faults.note(f"{page} afterwards", lambda p=page: crew.ask(p))
    assert faults == {}
