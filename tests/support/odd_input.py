"""What strangers send: values that no form of ours sends, everybody who could send them, and every address by name."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from portal.domain.identity.access import Actor
from portal.repos.unit_of_work import unit_of_work
from portal.services.identity.sessions import open_session
from tests.adapters.pictures import encoded, photo
from tests.support.applications import IN_WINDOW, bought
from tests.support.order_facts import make_line, make_order
from tests.support.page import Browserless
from tests.support.shopper import Shopfront, sign_in
from tests.support.staff import Office, open_office
from tests.support.staff_presses import declared

BLANKS = "\u2028\u00a0\u3000\u200b\ufeff\u202e"
ODD = {
    "long": "长a" * 20_000,
    "digits": "9" * 5_000,
    "number": "1" + "0" * 30,
    "above 64 bits": str(2**63),
    "exponent": "1e999",
    "negative": "-9223372036854775809",
    "not a number": "NaN",
    "full-width": "１２３４５６",
    "other digits": "٣٤٥٦٧٨",
    "superscript": "²³",
    "nul": "a\0b",
    "surrogate": "\ud800\udfff\udc80",
    "astral": "😀" * 200,
    "invisible": BLANKS,
    "combining": "e" + "\u0301" * 2_000,
    "grows when folded": "ﷺİßŉ" * 200,
    "lines": "\r\n\t\v\x1b[0m" * 50,
    "format": "%s%(x)d{0.__class__}${7*7}{{7*7}}",
    "path": "../" * 40 + "etc/passwd",
    "json": "[" * 2_000 + "]" * 2_000,
    "mail": "a@" * 200 + "b,c@example.com",
    "date": "0001-01-01T00:00:00+23:59",
    "late date": "9999-12-31T23:59:59.999999-23:59",
    "base64": "A" * 44,
    "cursor": base64.urlsafe_b64encode(f"1700000000000000.{10**30}".encode()).decode().rstrip("="),
    "cursor of cases": base64.urlsafe_b64encode(f"1.1700000000000000.{10**30}".encode()).decode().rstrip("="),
    "negative cursor": base64.urlsafe_b64encode(f"-{10**18}.-1".encode()).decode().rstrip("="),
    "empty": "",
}
DEEP: Any = "x"
for _ in range(200):
    DEEP = [DEEP]
ODD_JSON: dict[str, Any] = {f"text {name}": value for name, value in ODD.items()} | {
    "null": None,
    "true": True,
    "zero": 0,
    "huge": 10**4_000,
    "fraction": 1e308,
    "negative zero": -0.0,
    "list": [],
    "object": {},
    "deep": DEEP,
    "list of null": [None, None],
    "object of null": {"id": None, "": None, "\0": "\ud800"},
}
ODD_BODIES = {
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"number":' * 100_000,
    "not utf-8": b'{"number": "\xed\xa0\x80\xff"}',
    "utf-16": '{"number": "A"}'.encode("utf-16"),
    "a lone surrogate": b'{"number": "\\ud800"}',
    "a long number": b'{"number": ' + b"9" * 100_000 + b"}",
    "infinity": b'{"number": Infinity, "x": NaN, "y": 1e999}',
    "twice": b'{"number": "A", "number": null}',
    "nothing": b"",
}
PLAUSIBLE = {
    "login": "c-1", "password": "correct horse", "old_password": "correct horse", "code": "123456",
    "order_no": "TP20260001", "contact": "c1@example.com", "reason": "quality", "note": "x", "description": "碎了",
    "received": "yes", "amount": "1.00", "name": "张三", "phone": "13800000001", "region": "上海",
    "address": "南京路1号", "postcode": "200000", "body": "你好",
    "method": "alipay", "carrier": "SF", "tracking_no": "SF1234567890", "freight_paid": "10.00", "answer": "stopped",
    "choice": "send_back", "slot": "am", "left_at": "2026-11-18T10:00", "decision": "partly", "reason_code": "other",
    "received-1": "1", "accept-1": "1", "reject-1": "0", "resellable-1": "1", "quantity-1": "1", "variant-1": "x",
    "condition-unused": "y", "evidence_id": "0" * 26, "shown": "x", "locale": "en",
    "next": "/orders",
    "shop": "tepai", "origin": "https://shop.example", "date": "2026-12-01", "ticket": "x", "jwk": "{}",
    "kid": "k1", "kind": "hmac", "public_key": "x", "sure": "yes", "signed_by": "x", "bank": "x", "account": "x",
}  # fmt: skip
CONTROLS = "//form//*[self::input or self::select or self::textarea][@name]"
CONTROLS = "//form//*[self::input or self::select or self::textarea][@name]"
QUERY = (
    "q",
    "after",
    "state",
    "shop",
    "next",
    "priority",
    "assignee",
    "ticket",
    "code",
    "cookies",
    "limit",
    "view",
    "v",
)
HEADERS = (
    "Accept-Language", "Cookie", "Referer", "Origin", "User-Agent", "If-None-Match", "If-Modified-Since", "Range",
    "Authorization", "Content-Type", "X-Forwarded-For", "X-CSRF-Token", "HX-Request", "HX-Current-URL", "HX-Target",
    "Idempotency-Key", "Accept-Encoding", "Accept", "Sec-Fetch-Dest", "Host",
)  # fmt: skip
TABLES_OF_COUNTERS = ("failure", "one_time_code")


@dataclass(frozen=True)
class Address:
    """One rule and method, and who of the crew asks it."""

    endpoint: str
    method: str
    path: str
    who: str

    def __str__(self) -> str:
        return f"{self.method} {self.endpoint}"


@dataclass
class Crew:
    """A shop with things of every kind, and a session for each who could ask: tab, frame, staff, admin, program."""

    app: Flask
    office: Office
    things: dict[str, str]
    tokens: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def ask(self, address: Address, *, path: str = "", **values: Any) -> TestResponse:
        """One request with the session, origin and token that make the portal listen to it."""
        client: FlaskClient = self.app.test_client()
        headers = {"Origin": "http://localhost", **values.pop("headers", {})}
        if address.who == "program":
            headers.setdefault("Authorization", f"Bearer {self.office.made.keys.token}")
        else:
            self._wear(client, address.who)
        self.asked += 1
        query = urlencode({name: _bytes(value) for name, value in values.pop("query", {}).items()})
        answer = client.open(path or address.path, method=address.method, headers=headers, query_string=query, **values)
        if address.who in self.cookies:
            self._keep_signed_in(client, address.who)
        return answer

    def post(self, address: Address, fields: dict[str, str], files: tuple[tuple[str, bytes], ...] = ()) -> TestResponse:
        """As a form does; text that no encoding holds goes as the bytes that a broken program would send."""
        own = {"csrf_token": self.form_token(address.who), "request_id": f"r-{self.asked}"}
        pairs = {_bytes(name): _bytes(value) for name, value in (own | fields).items()}
        if not files:
            return self.ask(address, data=urlencode(pairs), content_type="application/x-www-form-urlencoded")
        edge = b"----edge"
        parts = [b'form-data; name="%s"\r\n\r\n%s' % (_quoted(name), value) for name, value in pairs.items()]
        parts += [b'form-data; name="evidence"; filename="%s"\r\n\r\n%s' % (_quoted(_bytes(n)), c) for n, c in files]
        body = b"".join(b"--%s\r\nContent-Disposition: %s\r\n" % (edge, part) for part in parts) + b"--%s--\r\n" % edge
        return self.ask(address, data=body, content_type=f"multipart/form-data; boundary={edge.decode()}")

    def form_token(self, who: str) -> str:
        token = bytes.fromhex(self.app.extensions["portal"].vault.digest("csrf", self.tokens[who])[:32])
        return base64.urlsafe_b64encode(bytes(16) + token).decode()

    def _wear(self, client: FlaskClient, who: str) -> None:
        for name, value in self.cookies[who].items():
            client.set_cookie(name, value, path="/embed/" if who == "frame" else "/")

    cookies: dict[str, dict[str, str]] = field(default_factory=dict)

    def _keep_signed_in(self, client: FlaskClient, who: str) -> None:
        """A new password, or signing in once more, gives the session another token."""
        name, path = next(iter(self.cookies[who])), "/embed/" if who == "frame" else "/"
        kept = client.get_cookie(name, path=path)
        if kept is not None and kept.value:
            self.tokens[who] = self.cookies[who][name] = kept.value

    def forget_failures(self) -> None:
        """Counters of failures answer before anything is read: here everything is to be read."""
        with self.office.deps.database.writing() as connection:
            for table in TABLES_OF_COUNTERS:
                connection.exec_driver_sql(f"DELETE FROM {table}")

    def addresses(self, *methods: str) -> Iterator[Address]:
        adapter = self.app.url_map.bind("localhost")
        for rule in sorted(self.app.url_map.iter_rules(), key=lambda each: each.endpoint):
            values: dict[str, Any] = {name: self.things.get(name, "x") for name in rule.arguments}
            for method in methods:
                if method in (rule.methods or ()):
                    path = adapter.build(rule.endpoint, values, method=method)
                    yield Address(rule.endpoint, method, path, _who(rule.endpoint))

    def fields_of(self, address: Address) -> dict[str, str]:
        """The fields of the forms that lead there, as its page shows them, and all those that any form has."""
        asked = address.path.removesuffix("/quote")
        page = self.ask(Address(address.endpoint, "GET", asked, address.who))
        shown: dict[str, str] = {}
        if page.status_code < 500 and page.content_type.startswith("text/html") and page.data:
            for control in html.fromstring(page.data).xpath(CONTROLS):
                shown.setdefault(control.get("name"), control.get("value") or "1")
        own = ("csrf_token", "request_id")
        return {name: PLAUSIBLE.get(name, value) for name, value in shown.items() if name not in own}


OF_ADMINS = (
    *("settings", "looks", "key", "origin", "robot", "webhook", "member", "team", "job"),
    *("connector", "rail", "notice_text", "shop_section"),
)


def _who(endpoint: str) -> str:
    place, _, page = endpoint.partition(".")
    if place in ("embed", "frame"):
        return "frame"
    if place == "staff":
        return "admin" if page.startswith(OF_ADMINS) else "supervisor"
    return "program" if place in ("api", "hooks", "callbacks") else "tab"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _quoted(name: bytes) -> bytes:
    return name.replace(b"\r", b"").replace(b"\n", b"").replace(b'"', b'\\"')


def make_crew(app: Flask) -> Crew:
    office = open_office(app)
    office.clock.set(IN_WINDOW)
    front = Shopfront(app, office.made)
    shopper = Browserless(app.test_client())
    refunded = front.take(bought(make_line("1", 2, 5000)))
    returning = front.returning()
    waiting = front.take(make_order(make_line("1", 2, 5000), status="picking"))
    sign_in(shopper)
    form = shopper.open(f"/orders/{refunded}").act("refund")
    picture = ("IMG_1.jpg", encoded(photo()), "image/jpeg")
    fields = {"quantity-1": "1"}
    case = form.submit(
        f"/orders/{refunded}/refund", reason="quality", description="碎了", fields=fields, evidence=picture
    )
    case_no = case.one("article[data-case]").get("data-case")
    evidence_id = re.search(r"/evidence/([0-9A-Za-z]+)", case.response.text)[1]
    declaration = declared(office)
    things = {
        "order_no": refunded, "number": refunded, "case_no": case_no, "evidence_id": evidence_id, "shop_key": "tepai",
        "returning": returning, "waiting": waiting, "slug": "cancel", "kid": "k1", "task_id": "1", "refund_no": "R-1",
        "customer_id": "1", "public_id": declaration.split("/")[-1], "section": "contact",
        "version_id": "1", "mail_id": "1", "token_id": "1", "platform": "woocommerce",
        "language": "zh", "kind": "refund_succeeded", "token": "v1.AAAA",
    }  # fmt: skip
    crew = Crew(app, office, things)
    _sign_all_in(crew, shopper.client)
    return crew


def _sign_all_in(crew: Crew, tab: FlaskClient) -> None:
    office = crew.office
    framed: Actor = office.made.shopper
    with unit_of_work(office.deps) as work:
        crew.tokens["frame"] = open_session(
            work, actor=framed, old_token="", locale="zh-CN", deps=office.deps, place="frame"
        )
    cookie = tab.get_cookie("portal")
    assert cookie is not None
    crew.tokens["tab"] = cookie.value
    crew.cookies = {
        "tab": {"portal": crew.tokens["tab"]},
        "frame": {"__Secure-portal_frame": crew.tokens["frame"]},
    }
    for role in ("supervisor", "admin"):
        staff = office.desk(role).client.get_cookie("portal_staff")
        assert staff is not None
        crew.tokens[role] = staff.value
        crew.cookies[role] = {"portal_staff": staff.value}


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a JSON value: every key and place."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, below in steps:
        yield (*path, step)
        yield from paths_of(below, (*path, step))


def with_value(whole: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy of `whole` with `value` at `path`."""
    copy = json.loads(json.dumps(whole))
    place = copy
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return copy


__all__ = ["HEADERS", "IN_WINDOW", "ODD", "ODD_BODIES", "ODD_JSON", "QUERY", "Address", "Crew", "make_crew"]
