"""Shopify's Admin API over HTTP on loopback: GraphQL, versions, tokens, costs, and what goes wrong on the way.

It does right unless a plan says otherwise. What it keeps to is its public documentation: an unknown version is not
found, one that is not supported any more is answered by the oldest that is; a page has an end; a bucket runs empty.
"""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLSchema, build_schema, execute_sync, get_named_type, parse, validate

from tests.connectors.shopify_cost import MOST, CostError, counted, requested_cost
from tests.connectors.shopify_shop import ShopifyShop

TOKEN = "shpat_0123456789abcdef0123456789abcdef"
CLIENT, CLIENT_SECRET = "c1d2e3f4", "shpss_0123456789abcdef"
VERSIONS = ("2026-01", "2026-04", "2026-07", "2026-10")
_SCHEMA = Path(__file__).with_name("shopify_schema.graphql")
HTML = b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>"


@cache
def schema_of(version: str) -> GraphQLSchema:
    """One a version, of those that an app may still ask for."""
    schema = build_schema(_SCHEMA.read_text("utf-8"))
    for name, writes in (("Decimal", shown), ("DateTime", stamped)):
        scalar: Any = schema.type_map[name]
        scalar.coerce_output_value = writes
    return schema


def shown(amount: Any) -> str:
    """As Shopify writes a Decimal: no zeros at the end but one, for yen as well."""
    text = format(Decimal(amount), "f")
    whole, _, rest = text.partition(".")
    return f"{whole}.{rest.rstrip('0') or '0'}"


def stamped(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def resolve(source: Any, info: Any, **asked: Any) -> Any:
    """A field of the shop itself is asked of it; of anything else it is what stands there, a connection in pages."""
    name = info.field_name
    if isinstance(source, ShopifyShop):
        value = getattr(source, "orders_query" if name == "orders" else name)(info, **asked)
    else:
        value = source.get(name) if isinstance(source, dict) else getattr(source, name, None)
    if isinstance(value, list) and get_named_type(info.return_type).name.endswith("Connection"):
        return connection(value, asked)
    return value[: asked["first"]] if isinstance(value, list) and asked.get("first") else value


def connection(found: list[Any], asked: dict[str, Any]) -> dict[str, Any]:
    """A cursor names an entry, so that what comes in meanwhile neither doubles nor hides one."""
    ids = [_cursor(one, at) for at, one in enumerate(found)]
    start = ids.index(asked["after"]) + 1 if asked.get("after") in ids else 0
    end = start + asked.get("first", 50)
    page, marks = found[start:end], ids[start:end]
    info = {"hasNextPage": end < len(found), "hasPreviousPage": start > 0}
    info |= {"startCursor": marks[0] if marks else None, "endCursor": marks[-1] if marks else None}
    edges = [{"cursor": mark, "node": one} for mark, one in zip(marks, page, strict=True)]
    return {"nodes": page, "edges": edges, "pageInfo": info}


def _cursor(entry: Any, at: int) -> str:
    return f"c-{entry.get('id') or at}"


@dataclass
class Bucket:
    """Points to spend, restored all the time. `rested`: seconds that a test's clock only pretends to have waited."""

    maximum: float = 2000.0
    restore: float = 100.0
    available: float = 2000.0
    at: float = field(default_factory=time.monotonic)
    rested: Callable[[], float] = float

    def refill(self) -> None:
        now = time.monotonic() + self.rested()
        self.available = min(self.maximum, self.available + (now - self.at) * self.restore)
        self.at = now

    def status(self) -> dict[str, float]:
        return {
            "maximumAvailable": self.maximum,
            "currentlyAvailable": float(int(self.available)),
            "restoreRate": self.restore,
        }


@dataclass
class Counterpart:
    """`plans`: (field of the API or "*", what goes wrong), each for one call. `asked`: the fields asked for, in order.

    Kinds: slow (answers after `slowness`), down (not even read), late (done, no answer), html (502, not done),
    html_after (502, done), torn (done, half an answer), limited (HTTP 429), throttled, internal (an error of theirs,
    not done).
    """

    shop: ShopifyShop
    url: str = ""
    token: str = TOKEN
    granted: list[str] = field(default_factory=list)
    versions: tuple[str, ...] = VERSIONS
    slowness: float = 3.0
    bucket: Bucket = field(default_factory=Bucket)
    plans: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def grant(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """A token of a day to the app that knows its secret (client credentials)."""
        if asked != {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": CLIENT_SECRET}:
            return 400, {"error": "application_cannot_be_found"}
        self.granted.append(f"shpat_of_a_day_{len(self.granted)}")
        return 200, {"access_token": self.granted[-1], "scope": ",".join(self.shop.scopes), "expires_in": 86399}

    def plan(self, name: str, *kinds: str) -> None:
        self.plans += [(name, kind) for kind in kinds]

    def planned(self, names: list[str]) -> str:
        for entry in self.plans:
            if entry[0] == "*" or entry[0] in names:
                self.plans.remove(entry)
                return entry[1]
        return ""

    def answer(self, version: str, body: bytes) -> tuple[list[str], str, dict[str, Any]]:
        """The fields asked for, the plan that holds for them, and the answer."""
        sent = json.loads(body)
        schema, variables = schema_of(version), sent.get("variables") or {}
        try:
            document = parse(sent["query"])
        except GraphQLError as problem:
            return [], "", {"errors": [problem.formatted]}
        if problems := validate(schema, document):
            return [], "", {"errors": [one.formatted for one in problems]}
        operation: Any = next(one for one in document.definitions if one.kind == "operation_definition")
        names = [one.name.value for one in operation.selection_set.selections]
        with self.lock:
            self.asked += names
            return names, *self._charged(version, document, variables, names)

    def _charged(
        self, version: str, document: Any, variables: dict[str, Any], names: list[str]
    ) -> tuple[str, dict[str, Any]]:
        kind = self.planned(names)
        try:
            asked = requested_cost(schema_of(version), document, variables)
        except CostError as problem:
            return kind, {"errors": [{"message": str(problem), "extensions": {"code": "BAD_REQUEST"}}]}
        self.bucket.refill()
        if asked > MOST:
            message = f"Query cost is {asked}, which exceeds the single query max cost limit ({MOST})."
            return kind, {"errors": [{"message": message, "extensions": {"code": "MAX_COST_EXCEEDED"}}]}
        if kind == "throttled" or asked > self.bucket.available:
            return kind, self._failed("Throttled", "THROTTLED", asked)
        if kind in ("down", "html", "limited"):
            return kind, {}
        if kind == "internal":
            return kind, self._failed("Internal error.", "INTERNAL_SERVER_ERROR", asked)
        self.shop.version = version
        result = execute_sync(schema_of(version), document, self.shop, None, variables, field_resolver=resolve)
        for problem in result.errors or ():
            # A mistake of the counterpart itself is no answer of Shopify's.
            if problem.original_error and not isinstance(problem.original_error, GraphQLError):
                raise problem.original_error
        real = min(asked, counted(result.data))
        self.bucket.available -= real
        return kind, result.formatted | {"extensions": self._cost(asked, real)}

    def _failed(self, message: str, code: str, asked: int) -> dict[str, Any]:
        errors = [{"message": message, "extensions": {"code": code}}]
        return {"errors": errors, "extensions": self._cost(asked, None)}

    def _cost(self, asked: int, real: int | None) -> dict[str, Any]:
        cost = {"requestedQueryCost": asked, "actualQueryCost": real, "throttleStatus": self.bucket.status()}
        return {"cost": cost}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_args: Any) -> None:
        """Quiet."""

    def do_POST(self) -> None:
        other = self.server.counterpart
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/admin/oauth/access_token":
            return self._json(*other.grant(json.loads(body)))
        version = self._version(other)
        if self.headers.get("X-Shopify-Access-Token") not in (other.token, *other.granted):
            return self._json(
                401, {"errors": "[API] Invalid API key or access token (unrecognized login or wrong password)"}
            )
        if not version or self.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            return self._json(404, {"errors": "Not Found"})
        _, kind, answer = other.answer(version, body)
        if kind == "slow":
            time.sleep(other.slowness)
        if kind in ("down", "late"):
            return self._hang_up()
        if kind in ("html", "html_after"):
            return self._send(502, HTML, "text/html; charset=utf-8")
        if kind == "limited":
            return self._json(429, {"errors": "Exceeded the rate limit"}, {"Retry-After": "0.2"})
        text = json.dumps(answer, ensure_ascii=False).encode()
        if kind == "torn":
            return self._send(200, text[: len(text) // 2], "application/json")
        return self._send(200, text, "application/json; charset=utf-8", {"X-Shopify-API-Version": version})

    def _version(self, other: Counterpart) -> str:
        """The version that answers: none for one that does not exist (yet), the oldest one for one that is too old."""
        parts = self.path.split("/")
        if len(parts) != 5 or parts[1:3] != ["admin", "api"] or parts[4] != "graphql.json":
            return ""
        asked = parts[3]
        if asked in other.versions:
            return asked
        return other.versions[0] if asked < other.versions[0] and asked.startswith("20") else ""

    def _json(self, status: int, data: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(data).encode(), "application/json", headers)

    def _send(self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):
            self.wfile.write(body)

    def _hang_up(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    counterpart: Counterpart


@contextmanager
def running(shop: ShopifyShop | None = None) -> Iterator[Counterpart]:
    """A shop on Shopify, answering on a free port of this machine."""
    other = Counterpart(shop or ShopifyShop())
    server = _Server(("127.0.0.1", 0), _Handler)
    server.counterpart = other
    other.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield other
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
