"""Stripe on this machine, by its rules: form bodies, keys that are forgotten after a day, pages, v1 signatures."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from portal.adapters.rail_stripe import StripeRail
from portal.domain.money import Money
from portal.domain.refunds.rails import StripeConfig
from portal.ports import Clock, RefundAsk
from portal.ports.payments import DisputeState
from tests.rails.counterparts import ALL_OF_IT, Fault, Notice
from tests.rails.local_provider import LocalProvider, Reply, Request
from tests.support.fakes import FakeClock

KEY, SECRET = "sk_test_51counterpart", "whsec_of_the_counterpart_1"
FORGOTTEN = 24 * 3600
EVENTS = [
    *("refund.created", "refund.updated", "refund.failed", "checkout.session.completed"),
    *("charge.dispute.created", "charge.dispute.closed"),
]
Json = dict[str, Any]


class Refusal(Exception):
    """An error of the API; `is_kept`: the answer is repeated to the same key."""

    def __init__(self, status: int, message: str, *, kind: str = "invalid_request_error", code: str = "") -> None:
        super().__init__(message)
        self.status, self.is_kept = status, status == 400
        self.error = {"type": kind, "message": message} | ({"code": code} if code else {})


@dataclass
class StripeServer(LocalProvider):
    """The books, and the API over them. `settles_in`: seconds until a refund has moved."""

    clock: Clock
    settles_in: int = 1
    payments: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)
    sessions: dict[str, Json] = field(default_factory=dict)
    endpoints: list[Json] = field(default_factory=list)
    may_write: bool = True

    def __post_init__(self) -> None:
        super().__init__()
        self._count = itertools.count(1)
        self._kept: dict[str, tuple[float, bytes, Reply]] = {}
        self._lied_about: set[str] = set()
        self.endpoints.append({"id": "we_1", "status": "enabled", "enabled_events": EVENTS})

    @property
    def now(self) -> int:
        return int(self.clock.now().timestamp())

    def handle(self, request: Request) -> Reply:
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return _refused(Refusal(401, "Invalid API Key provided: sk_test_***"))
        self.settle()
        if request.method != "POST":
            return self._answer(request)
        if self.fault == "double":
            self._kept_answer(request)
        return self._kept_answer(request)

    def settle(self) -> None:
        """Moves what is due."""
        for refund in self.refunds.values():
            if refund["status"] == "pending" and refund["due"] <= self.now:
                refund["status"] = "succeeded"

    def _kept_answer(self, request: Request) -> Reply:
        key = request.headers.get("idempotency-key", "")
        kept_at, body, reply = self._kept.get(key, (0.0, b"", None))
        if reply is not None and self.now - kept_at < FORGOTTEN:
            if body != request.body:
                said = "Keys for idempotent requests can only be used with the same parameters they were first used"
                return _refused(Refusal(400, said, kind="idempotency_error"))
            return Reply(reply.status, reply.body, reply.headers | {"Idempotent-Replayed": "true"})
        if self.fault == "lying" and key not in self._lied_about:
            self._lied_about.add(key)
            books = (dict(self.refunds), dict(self.sessions))
            reply = self._answer(request)
            self.refunds, self.sessions = books
            return Reply(reply.status, reply.body.replace(b'"pending"', b'"succeeded"'))
        reply = self._answer(request)
        if reply.status in (200, 400):
            self._kept[key] = (self.now, request.body, reply)
        return reply

    def _answer(self, request: Request) -> Reply:
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        try:
            return _json(200, self._route(request, form))
        except Refusal as refusal:
            return _refused(refusal)

    def _route(self, request: Request, form: dict[str, str]) -> Json:
        path, query = request.path.removeprefix("/v1/"), request.query
        routes: dict[tuple[str, str], Callable[[], Json]] = {
            ("GET", "balance"): lambda: {"object": "balance", "livemode": False},
            ("GET", "refunds"): lambda: self._page(path, self._refunds_of(query), query),
            ("POST", "refunds"): lambda: self._refund(form),
            ("GET", "checkout/sessions"): lambda: self._page(path, self._expanded(), query),
            ("POST", "checkout/sessions"): lambda: self._begin(form),
            ("GET", "payment_intents/search"): lambda: self._search(query["query"]),
            ("GET", "webhook_endpoints"): lambda: self._page(path, self.endpoints, query),
        }
        if found := routes.get((request.method, path)):
            return found()
        kind, _, name = path.partition("/")
        if request.method == "GET" and kind in ("payment_intents", "charges"):
            return self._payment(name)
        raise Refusal(404, f"Unrecognized request URL ({request.method}: {request.path})")

    def _payment(self, name: str) -> Json:
        for payment in self.payments.values():
            if name in (payment["id"], payment["latest_charge"]):
                return payment
        raise Refusal(404, f"No such payment_intent: '{name}'", code="resource_missing")

    def _refunds_of(self, query: dict[str, str]) -> list[Json]:
        if name := query.get("payment_intent") or query.get("charge"):
            payment = self._payment(name)
            return [refund for refund in self.refunds.values() if refund["payment_intent"] == payment["id"]]
        return list(self.refunds.values())

    def _page(self, path: str, found: Iterable[Json], query: dict[str, str]) -> Json:
        """Newest first, from `created[gte]` on and before `created[lt]`, after `starting_after`."""
        since, until = int(query.get("created[gte]", 0)), int(query.get("created[lt]", 2**40))
        limit = int(query.get("limit", 10))
        rows = [row for row in reversed(list(found)) if since <= row.get("created", since) < until]
        if after := query.get("starting_after"):
            ids = [row["id"] for row in rows]
            rows = rows[ids.index(after) + 1 :]
        return {"object": "list", "data": rows[:limit], "has_more": len(rows) > limit, "url": f"/v1/{path}"}

    def _refund(self, form: dict[str, str]) -> Json:
        if not self.may_write:
            raise Refusal(403, "The provided key does not have the required permissions", kind="permission_error")
        payment = self._payment(form.get("payment_intent") or form.get("charge") or "")
        left = payment["amount_received"] - self.gone(payment["id"])
        amount = int(form.get("amount") or left)
        if payment["disputed"]:
            raise Refusal(400, "Charge has been charged back; cannot issue a refund.", code="charge_disputed")
        if left == 0:
            raise Refusal(400, "Charge has already been refunded.", code="charge_already_refunded")
        if not 0 < amount <= left:
            raise Refusal(400, f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})")
        return self.book(payment, amount, _marks(form), slow=self.fault == "slow", fails=self.fault == "no_funds")

    def gone(self, payment: str) -> int:
        live = (r for r in self.refunds.values() if r["status"] not in ("failed", "canceled"))
        return sum(refund["amount"] for refund in live if refund["payment_intent"] == payment)

    def book(self, payment: Json, amount: int, marks: Json, *, slow: bool = False, fails: bool = False) -> Json:
        name = f"re_{next(self._count)}"
        self.refunds[name] = {
            **{"id": name, "object": "refund", "amount": amount, "currency": payment["currency"]},
            **{"payment_intent": payment["id"], "charge": payment["latest_charge"], "metadata": marks},
            **{"created": self.now, "due": self.now + (20 if slow else self.settles_in), "status": "pending"},
            "destination_details": {"type": "card", "card": {"reference": f"7472{name[3:]:>019}", "type": "refund"}},
        }
        if fails:
            self.refunds[name] |= {"status": "failed", "failure_reason": "insufficient_funds"}
        return self.refunds[name]

    def _begin(self, form: dict[str, str]) -> Json:
        if not form.get("success_url", "").startswith("http"):
            raise Refusal(400, "You must provide `success_url`", code="parameter_missing")
        ends = int(form.get("expires_at", self.now + FORGOTTEN))
        if not 1800 <= ends - self.now <= FORGOTTEN:
            raise Refusal(400, "The `expires_at` timestamp must be between 30 minutes and 24 hours", code="invalid")
        name = f"cs_{next(self._count)}"
        price = "line_items[0][price_data]"
        self.sessions[name] = {
            **{"id": name, "object": "checkout.session", "created": self.now, "payment_intent": None},
            **{"expires_at": ends, "status": "open", "payment_status": "unpaid", "url": f"{self.url}/pay/{name}"},
            **{"amount_total": int(form[f"{price}[unit_amount]"]), "currency": form[f"{price}[currency]"]},
            **{"client_reference_id": form["client_reference_id"], "metadata": _marks(form)},
        }
        return self.sessions[name]

    def _expanded(self) -> list[Json]:
        for session in self.sessions.values():
            if session["status"] == "open" and self.now >= session["expires_at"]:
                session |= {"status": "expired", "url": None}
        known = self.payments
        return [s | {"payment_intent": known.get(s["payment_intent"] or "")} for s in self.sessions.values()]

    def _search(self, query: str) -> Json:
        key, _, value = query.removeprefix("metadata['").removesuffix("'").partition("']:'")
        found = [payment for payment in self.payments.values() if payment["metadata"].get(key) == value]
        return {"object": "search_result", "data": found, "has_more": False, "url": "/v1/payment_intents/search"}

    def capture(self, amount: Money, marks: Json | None = None) -> str:
        count = next(self._count)
        name = f"pi_{count}"
        self.payments[name] = {
            **{"id": name, "object": "payment_intent", "status": "succeeded", "created": self.now, "disputed": False},
            **{"amount_received": amount.minor, "currency": amount.currency.lower()},
            **{"latest_charge": f"ch_{count}", "metadata": marks or {}},
        }
        return name

    def pay(self, number: str) -> None:
        session = next(s for s in self.sessions.values() if s["client_reference_id"] == number)
        assert session["status"] == "open", "the page is not there any more"
        amount = Money(session["amount_total"], session["currency"].upper())
        intent = self.capture(amount, session["metadata"])
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": intent, "url": None}

    def signed(self, kind: str, about: Json, *, secret: str = SECRET, padding: int = 0) -> Notice:
        event = {"id": f"evt_{next(self._count)}", "object": "event", "type": kind, "data": {"object": about}}
        return self.signed_body(json.dumps(event | ({"pad": "x" * padding} if padding else {})).encode(), secret=secret)

    def signed_body(self, body: bytes, *, secret: str = SECRET) -> Notice:
        mac = hmac.new(secret.encode(), f"{self.now}.".encode() + body, hashlib.sha256).hexdigest()
        return Notice({"Stripe-Signature": f"t={self.now},v1={mac},v0=unused"}, body)


def _marks(form: dict[str, str]) -> Json:
    return {name[9:-1]: value for name, value in form.items() if name.startswith("metadata[")}


def _refused(refusal: Refusal) -> Reply:
    return _json(refusal.status, {"error": refusal.error})


def _json(status: int, body: Json) -> Reply:
    return Reply(status, json.dumps(body).encode())


class StripeCounterpart:
    """As the contract of rails handles it."""

    method = "card"
    arrives_in = timedelta(seconds=5)
    listed_in = pause = timedelta()
    lacks = ALL_OF_IT

    def __init__(self, clock: FakeClock | None = None) -> None:
        self.clock = clock or FakeClock()
        self.server = StripeServer(self.clock)
        self.rail = self._rail(KEY)

    def config(self, key: str = KEY) -> StripeConfig:
        return StripeConfig(methods=("card",), secret_key=key, webhook_secret=SECRET, gateway=self.server.url)

    def _rail(self, key: str) -> StripeRail:
        return StripeRail(self.config(key), self.clock)

    @property
    def calls(self) -> int:
        return len(self.server.requests)

    def close(self) -> None:
        self.server.close()

    def misbehave(self, fault: Fault | None) -> None:
        self.server.fault = fault

    def capture(self, amount: Money) -> str:
        return self.server.capture(amount)

    def refund_at_console(self, ask: RefundAsk) -> None:
        self.server.book(self.server.payments[ask.payment_reference], ask.amount.minor, {})

    def moved(self, payment_reference: str) -> int:
        self.server.settle()
        payment = self._payment(payment_reference)
        moved = (refund for refund in self.server.refunds.values() if refund["status"] == "succeeded")
        return sum(refund["amount"] for refund in moved if refund["payment_intent"] == payment["id"])

    def _payment(self, reference: str) -> Json:
        payments = self.server.payments
        marked = (payment for payment in payments.values() if payment["metadata"].get("portal_number") == reference)
        return payments.get(reference) or next(marked)

    def pay(self, number: str) -> None:
        self.server.pay(number)

    def taken(self, number: str) -> int:
        marked = (p for p in self.server.payments.values() if p["metadata"].get("portal_number") == number)
        return sum(payment["amount_received"] for payment in marked)

    def fail_later(self, number: str) -> None:
        self.refund(number).update(status="failed", failure_reason="expired_or_canceled_card")

    def refund(self, number: str) -> Json:
        found = (r for r in self.server.refunds.values() if r["metadata"].get("portal_number") == number)
        return next(found)

    def wrong_key_rail(self) -> StripeRail:
        return self._rail("sk_test_of_another_shop")

    def secrets(self) -> tuple[str, ...]:
        return KEY, SECRET, "sk_test_of_another_shop"

    def notice_of_refund(self, number: str, *, padding: int = 0) -> Notice:
        return self.server.signed("refund.updated", self.refund(number), padding=padding)

    def notice_of_something_else(self) -> Notice:
        return self.server.signed("customer.created", {"id": "cus_1", "object": "customer"})

    def notice_by_a_stranger(self, number: str) -> Notice:
        return self.server.signed("refund.updated", self.refund(number), secret="whsec_of_nobody_we_know")

    def notice_of_dispute(self, payment_reference: str, state: DisputeState) -> Notice:
        payment = self.server.payments[payment_reference]
        kind = "charge.dispute.created" if state == "open" else "charge.dispute.closed"
        status = "needs_response" if state == "open" else state
        about = {"id": "dp_1", "object": "dispute", "status": status, "amount": 2000, "currency": "cny"}
        named = {"payment_intent": payment["id"], "charge": payment["latest_charge"]}
        return self.server.signed(kind, about | named)
