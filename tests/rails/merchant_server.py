"""A shop's own system on this machine, built as docs/integrate.md asks: messages signed by Standard Webhooks, a number
answered alike for good, results posted when they are known."""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import unquote

from tests.rails.local_provider import LocalProvider, Reply, Request
from tests.support.fakes import FakeClock

KEY = b"the counterpart's own 32 bytes.."
SECRET = "whsec_" + base64.b64encode(KEY).decode()
ANOTHER_SECRET = "whsec_" + base64.b64encode(b"of another shop, 32 bytes long..").decode()
OLDEST = 300
DIGITS = {"CNY": 2, "EUR": 2, "JPY": 0, "KWD": 3}
SLOW = timedelta(seconds=20)
Answers = Literal["at_once", "later"]
"""at_once: how it ended, as far as it has; later: 202 without a body to what it takes on, then a result."""
_TIMES = (None, "late", "slow", "double")
State = Literal["pending", "succeeded", "failed"]
Json = dict[str, Any]


@dataclass
class Payment:
    reference: str
    minor: int
    currency: str


@dataclass
class Booked:
    """A number that it was asked for. `moves_at`: None where no money ever will; `posted`: what it has said of it at
    the portal so far."""

    number: str
    payment: str
    asked: tuple[str, str]
    minor: int = 0
    moves_at: datetime | None = None
    message: str = ""
    reference: str = ""
    posted: list[State] = field(default_factory=list)

    def state(self, now: datetime) -> State:
        if self.moves_at is None:
            return "failed"
        return "succeeded" if self.moves_at <= now else "pending"

    def answer(self, now: datetime) -> Json:
        said: Json = {"state": self.state(now), "reference": self.reference}
        return said | ({"message": self.message} if self.message else {"trace": f"TR{self.reference}"})


class MerchantServer(LocalProvider):
    """Its books, and its address `/refunds`. `unsigned`: how many messages it has refused; beside the faults of every
    provider: `other_amount` (it says that it moved one cent less), `no_state`, `no_json`, `forbids` (401)."""

    def __init__(self, clock: FakeClock, *, answers: Answers = "at_once", settles_in: timedelta = timedelta()) -> None:
        super().__init__()
        self.clock, self.answers, self.settles_in = clock, answers, settles_in
        self.payments: dict[str, Payment] = {}
        self.books: dict[str, Booked] = {}
        self.unsigned = 0
        self._count = itertools.count(1)
        self._lied_about: set[str] = set()

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def open(self, minor: int, currency: str, reference: str = "") -> str:
        reference = reference or f"OWN-{next(self._count)}"
        self.payments[reference] = Payment(reference, minor, currency)
        return reference

    def moved(self, reference: str) -> int:
        mine = (one for one in self.books.values() if one.payment == reference)
        return sum(one.minor for one in mine if one.state(self.now) == "succeeded")

    def results(self) -> list[tuple[str, Json]]:
        """What it has to post to `/api/v1/refunds/<number>/result`: every state that it has not said there yet."""
        with self.lock:
            found = [(one, one.state(self.now)) for one in self.books.values()]
            due = [(one, state) for one, state in found if state != "pending" and one.posted[-1:] != [state]]
            return [(one.number, one.answer(self.now)) for one, _ in due]

    def was_taken(self, number: str, said: Json) -> None:
        """The portal has taken that result."""
        with self.lock:
            self.books[number].posted.append(said["state"])

    def handle(self, request: Request) -> Reply:
        if self.fault == "forbids" or not self._is_signed(request):
            self.unsigned += 1
            return _json(401, {})
        if request.method == "GET":
            known = self.books.get(unquote(request.path.rpartition("/")[2]))
            return self._said(known) if known else _json(404, {})
        message = json.loads(request.body)
        if message["type"] != "refund.requested":
            return _json(200, {})
        if self.fault == "double":
            self._asked(message["data"])
        return self._asked(message["data"])

    def _is_signed(self, request: Request) -> bool:
        name, stamp = request.headers.get("webhook-id", ""), request.headers.get("webhook-timestamp", "")
        if not stamp.isdigit() or abs(self.now.timestamp() - int(stamp)) > OLDEST:
            return False
        said = f"{name}.{stamp}.".encode() + request.body
        right = "v1," + base64.b64encode(hmac.new(KEY, said, hashlib.sha256).digest()).decode()
        given = request.headers.get("webhook-signature", "").split()
        return any(hmac.compare_digest(right, one) for one in given)

    def _asked(self, data: Json) -> Reply:
        number = data["refund"]
        known = self.books.get(number)
        if known is None and self.fault == "lying" and number not in self._lied_about:
            self._lied_about.add(number)
            return _json(200, {"state": "succeeded", "reference": "own-0"})
        if known is None:
            known = self.books[number] = self.book(data)
        elif known.asked != (data["amount"], data["currency"]):
            return _json(409, {"message": "another amount than before"})
        is_later = self.answers == "later" and known.moves_at is not None and self.fault in _TIMES
        return _json(202, None) if is_later else self._said(known)

    def book(self, data: Json) -> Booked:
        """Written down before anything is paid."""
        asked = (data["amount"], data["currency"])
        booked = Booked(data["refund"], data["reference"], asked, reference=f"own-{next(self._count)}")
        minor = int(Decimal(data["amount"]).scaleb(DIGITS[data["currency"]]))
        booked.message = self._why_not(data, minor)
        if not booked.message:
            booked.minor = minor
            booked.moves_at = self.now + (SLOW if self.fault == "slow" else self.settles_in)
        return booked

    def _why_not(self, data: Json, minor: int) -> str:
        payment = self.payments.get(data["reference"])
        if payment is None:
            return "没有这笔收款"
        given = sum(one.minor for one in self.books.values() if one.payment == payment.reference and one.moves_at)
        if payment.currency != data["currency"]:
            return "币种与收款不同"
        if not 0 < minor <= payment.minor - given:
            return "超过这笔收款还能退的金额"
        return "商家账户余额不足" if self.fault == "no_funds" else ""

    def _said(self, booked: Booked) -> Reply:
        if self.fault == "no_state":
            return _json(200, {"status": "succeeded"})
        if self.fault == "no_json":
            return Reply(200, b"OK")
        if self.fault == "other_amount":
            less = Decimal(booked.asked[0]) - Decimal("0.01")
            return _json(200, booked.answer(self.now) | {"amount": str(less), "currency": booked.asked[1]})
        return _json(200, booked.answer(self.now))


def _json(status: int, body: Json | None) -> Reply:
    return Reply(status, b"" if body is None else json.dumps(body, ensure_ascii=False).encode())
