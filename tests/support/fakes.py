"""The ports without the outside: fakes that behave, and can be set to misbehave."""

from __future__ import annotations

import hashlib
import json
import random
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.adapters.notices_jinja import check_params
from portal.adapters.random import SecretRandom
from portal.domain.errors import NotFound, ProviderUnavailable
from portal.domain.money import Money
from portal.domain.returning.pickup import PickupOffer, Slot
from portal.ports import (
    Clock,
    CollectAnswer,
    CollectAsk,
    Mail,
    PickupAnswer,
    PickupAsk,
    RailPayment,
    RailRefund,
    RefundAnswer,
    RefundAsk,
    RefundOutcome,
    SlotAsk,
    TextMessage,
    WrittenNotice,
)

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai, a Friday


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self._at = at
        self.rested = 0.0

    def now(self) -> datetime:
        return self._at

    def rest(self, seconds: float) -> None:
        self.rested += seconds

    def move(self, **by: float) -> datetime:
        """`move(hours=2)`, as timedelta takes them; backwards as well."""
        return self.set(self._at + timedelta(**by))

    def set(self, at: datetime) -> datetime:
        self._at = at.astimezone(UTC)
        return self._at


class SeededRandom(SecretRandom):
    """The same seed gives the same ids, tokens and codes."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__(random.Random(seed).getrandbits)


class QuickHasher:
    """Salted, but quick: for tests that sign in and are not about passwords."""

    def hash(self, password: str) -> str:
        salt = random.randbytes(4).hex()
        return f"quick${salt}${_sha(salt + password)}"

    def verify(self, hashed: str | None, password: str) -> bool:
        match (hashed or "").split("$"):
            case ["quick", salt, digest]:
                return digest == _sha(salt + password)
        return False

    def is_easy_to_guess(self, password: str) -> bool:
        return password == "password"


class MemoryMailer:
    """Keeps what was sent, one per message_id; `is_down` makes it refuse."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.is_down = False

    def send(self, mail: Mail) -> None:
        if self.is_down:
            raise ProviderUnavailable("mail", "down")
        if mail.message_id not in {earlier.message_id for earlier in self.sent}:
            self.sent.append(mail)

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.sent if mail.to == address]


class MemoryTexts:
    """As MemoryMailer, for text messages."""

    def __init__(self) -> None:
        self.sent: list[TextMessage] = []
        self.is_down = False

    def send(self, message: TextMessage) -> None:
        if self.is_down:
            raise ProviderUnavailable("sms", "down")
        if message.message_id not in {earlier.message_id for earlier in self.sent}:
            self.sent.append(message)

    def to(self, number: str) -> list[TextMessage]:
        return [message for message in self.sent if message.to == number]


class MemoryStore:
    """Keeps files in memory; `is_down` makes it refuse."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self.files: dict[str, tuple[bytes, datetime]] = {}
        self.is_down = False

    def put(self, key: str, content: bytes) -> None:
        self._answer_if_down()
        self.files[key] = (content, self._clock.now())

    def get(self, key: str) -> bytes:
        self._answer_if_down()
        if key not in self.files:
            raise NotFound("file")
        return self.files[key][0]

    def delete(self, keys: Sequence[str]) -> None:
        self._answer_if_down()
        for key in keys:
            self.files.pop(key, None)

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        self._answer_if_down()
        found = [(key, at) for key, (_content, at) in self.files.items() if key.startswith(f"{prefix}/")]
        yield from sorted(found)

    def _answer_if_down(self) -> None:
        if self.is_down:
            raise ProviderUnavailable("store", "down")


class MemoryHeads:
    """Signed heads in memory, as a test may want to bend them."""

    def __init__(self) -> None:
        self.files: dict[str, list[str]] = {}

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self.files))

    def write(self, name: str, lines: Iterable[str]) -> bool:
        if name in self.files:
            return False
        self.files[name] = list(lines)
        return True

    def read(self, name: str) -> Iterator[str]:
        yield from self.files[name]


class PlainNotices:
    """Writes the kind and the parameters down, and is as strict about them as the real one."""

    def __init__(self) -> None:
        self.written: list[tuple[str, Mapping[str, Any]]] = []

    def write(
        self,
        *,
        kind: str,
        params: Mapping[str, Any],
        locale: str,
        zone: str,
        shop_name: str,
        home: str = "",
        withdraw: str = "",
    ) -> WrittenNotice:
        check_params(kind, params)
        self.written.append((kind, dict(params)))
        subject = f"{kind} {locale}"
        body = json.dumps(params, ensure_ascii=False, sort_keys=True, default=str)
        return WrittenNotice(subject=subject, body=body, text=f"【{shop_name}】{subject} {params['link']}".rstrip())


@dataclass(slots=True)
class _Entry:
    ask: RefundAsk
    at: datetime
    outcome: RefundOutcome


class FakeRail:
    """A rail in memory: books at once, moves the money a second later on its clock, or earlier by `settle`.

    `next_refund` and `next_find` queue what the following calls answer instead; an exception is raised. A queued
    answer to a refund books nothing unless `booked` is given: that is a rail that lies, or one whose answer got lost.
    Payments are taken at once; `next_collect` and `next_payment_find` are for them what the others are for refunds.
    """

    name = "fake"

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self._entries: dict[str, _Entry] = {}
        self._refund_answers: deque[tuple[RefundAnswer | Exception, bool]] = deque()
        self._find_answers: deque[RefundAnswer | Exception] = deque()
        self._taken: dict[str, tuple[CollectAnswer, datetime]] = {}
        self._collect_answers: deque[tuple[CollectAnswer | Exception, bool]] = deque()
        self._payment_answers: deque[CollectAnswer | Exception] = deque()
        self.calls: list[tuple[str, str]] = []
        self.is_down = False

    def next_refund(self, answer: RefundAnswer | Exception, *, booked: bool = False) -> None:
        self._refund_answers.append((answer, booked))

    def next_find(self, answer: RefundAnswer | Exception) -> None:
        self._find_answers.append(answer)

    def next_collect(self, answer: CollectAnswer | Exception, *, booked: bool = False) -> None:
        self._collect_answers.append((answer, booked))

    def next_payment_find(self, answer: CollectAnswer | Exception) -> None:
        self._payment_answers.append(answer)

    def forget_what_was_queued(self) -> None:
        for queue in (self._refund_answers, self._find_answers, self._collect_answers, self._payment_answers):
            queue.clear()

    def collected(self, case_no: str = "") -> int:
        """Minor units that have really been taken from customers."""
        amounts = (answer.amount for number, (answer, _) in self._taken.items() if number.startswith(case_no))
        return sum(amount.minor for amount in amounts if amount)

    def settle(self, number: str | None = None, outcome: RefundOutcome = "succeeded") -> None:
        """What is pending, or one number whatever it is (a refund may still fail after success)."""
        for key, entry in self._entries.items():
            if key == number or (number is None and entry.outcome == "pending"):
                entry.outcome = outcome

    def moved(self, payment_reference: str) -> int:
        """Minor units that have really been paid back to the payment."""
        self._move_what_is_due()
        entries = self._entries.values()
        return sum(e.ask.amount.minor for e in entries if e.ask.payment_reference == payment_reference and _paid(e))

    def refund(self, ask: RefundAsk) -> RefundAnswer:
        self.calls.append(("refund", ask.number))
        self._answer_if_down()
        if self._refund_answers:
            answer, booked = self._refund_answers.popleft()
            if booked:
                self._book(ask)
            return _given(answer)
        return self._book(ask)

    def find_refund(self, ask: RefundAsk) -> RefundAnswer:
        self.calls.append(("find", ask.number))
        self._answer_if_down()
        if self._find_answers:
            return _given(self._find_answers.popleft())
        self._move_what_is_due()
        entry = self._entries.get(ask.number)
        return _answer(entry) if entry else RefundAnswer(outcome="unknown_number")

    def refunds_since(self, since: datetime) -> tuple[RailRefund, ...]:
        self._answer_if_down()
        self._move_what_is_due()
        return tuple(
            RailRefund(
                number=entry.ask.number,
                payment_reference=entry.ask.payment_reference,
                amount=entry.ask.amount,
                outcome=entry.outcome,
                at=entry.at,
            )
            for entry in sorted(self._entries.values(), key=lambda entry: (entry.at, entry.ask.number))
            if entry.outcome != "failed" and entry.at >= since
        )

    def collect(self, ask: CollectAsk) -> CollectAnswer:
        """A queued answer that was certain (refused, less) is kept with its number; so is what `booked` says of one."""
        self.calls.append(("collect", ask.number))
        self._answer_if_down()
        if ask.number not in self._taken and self._collect_answers:
            answer, booked = self._collect_answers.popleft()
            if booked:
                self._take(ask, CollectAnswer(outcome="paid", amount=ask.amount))
            elif isinstance(answer, CollectAnswer) and answer.outcome not in ("pending", "unavailable"):
                self._take(ask, answer)
            return _told(answer)
        return self._take(ask, CollectAnswer(outcome="paid", amount=ask.amount))

    def find_payment(self, ask: CollectAsk) -> CollectAnswer:
        self.calls.append(("find_payment", ask.number))
        self._answer_if_down()
        if self._payment_answers:
            return _told(self._payment_answers.popleft())
        known = self._taken.get(ask.number)
        return known[0] if known else CollectAnswer(outcome="unknown_number")

    def payments_since(self, since: datetime) -> tuple[RailPayment, ...]:
        self._answer_if_down()
        return tuple(
            RailPayment(number=number, amount=answer.amount, at=at)
            for number, (answer, at) in sorted(self._taken.items())
            if answer.amount and at >= since
        )

    def _take(self, ask: CollectAsk, answer: CollectAnswer) -> CollectAnswer:
        return self._taken.setdefault(ask.number, (answer, self._clock.now()))[0]

    def refund_at_console(self, ask: RefundAsk) -> None:
        self._entries[ask.number] = _Entry(ask, self._clock.now(), "succeeded")

    def _book(self, ask: RefundAsk) -> RefundAnswer:
        self._move_what_is_due()
        entry = self._entries.get(ask.number)
        if entry and entry.outcome != "failed":
            return _answer(entry)
        is_fine = ask.amount.minor > 0 and ask.amount <= self._left(ask)
        self._entries[ask.number] = _Entry(ask, self._clock.now(), "pending" if is_fine else "failed")
        return RefundAnswer(outcome="accepted", amount=ask.amount) if is_fine else _answer(self._entries[ask.number])

    def _left(self, ask: RefundAsk) -> Money:
        same = (e for e in self._entries.values() if e.ask.payment_reference == ask.payment_reference)
        gone = sum(e.ask.amount.minor for e in same if e.outcome != "failed")
        return Money(ask.captured.minor - gone, ask.captured.currency)

    def _move_what_is_due(self) -> None:
        for entry in self._entries.values():
            if entry.outcome == "pending" and entry.at + timedelta(seconds=1) <= self._clock.now():
                entry.outcome = "succeeded"

    def _answer_if_down(self) -> None:
        if self.is_down:
            raise ProviderUnavailable(self.name, "down")


class FakeCouriers:
    """A carrier in memory that comes at nine and at two for the next days, for 12.00, until two hours before for free.

    `next_book` queues what the following bookings answer instead; an exception is raised. A queued answer books
    nothing unless `booked` is given. `collect` and `miss` say what became of a number.
    """

    name = "fake"

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or FakeClock()
        self.bookings: dict[str, PickupAnswer] = {}
        self.asks: list[PickupAsk] = []
        self._answers: deque[tuple[PickupAnswer | BaseException, bool]] = deque()
        self.calls: list[tuple[str, str]] = []
        self.is_down = False
        self.price = 1200

    def next_book(self, answer: PickupAnswer | BaseException, *, booked: bool = False) -> None:
        self._answers.append((answer, booked))

    def collect(self, number: str, tracking_no: str = "SF9000") -> None:
        self.bookings[number] = PickupAnswer(outcome="picked_up", tracking_no=tracking_no, at=self._clock.now())

    def miss(self, number: str) -> None:
        self.bookings[number] = PickupAnswer(outcome="missed", reason="没有人")

    @property
    def coming(self) -> list[str]:
        """Numbers under which a courier is on the way."""
        return [number for number, answer in self.bookings.items() if answer.outcome == "booked"]

    def offer(self, ask: SlotAsk) -> PickupOffer:
        self.calls.append(("offer", ask.address))
        self._answer_if_down()
        today = ask.since.replace(minute=0, second=0, microsecond=0)
        starts = (today.replace(hour=hour) + timedelta(days=day) for day in range(12) for hour in (1, 6))
        slots = (Slot(start=s, end=s + timedelta(hours=3), cancel_by=s - timedelta(hours=2)) for s in starts)
        return PickupOffer(price=Money(self.price, ask.currency), slots=tuple(slots))

    def book(self, ask: PickupAsk) -> PickupAnswer:
        self.calls.append(("book", ask.number))
        self._answer_if_down()
        answer, is_booked = self._answers.popleft() if self._answers else (PickupAnswer(outcome="booked"), True)
        if is_booked and ask.number not in self.bookings:
            self.asks.append(ask)
            self.bookings[ask.number] = PickupAnswer(outcome="booked")
        if isinstance(answer, BaseException):
            raise answer
        return self.bookings.get(ask.number, answer)

    def cancel(self, number: str) -> PickupAnswer:
        self.calls.append(("cancel", number))
        self._answer_if_down()
        known = self.bookings.get(number)
        if known and known.outcome == "booked":
            self.bookings[number] = PickupAnswer(outcome="cancelled")
        return self.bookings.get(number, PickupAnswer(outcome="unknown_number"))

    def find(self, number: str) -> PickupAnswer:
        self.calls.append(("find", number))
        self._answer_if_down()
        return self.bookings.get(number, PickupAnswer(outcome="unknown_number"))

    def _answer_if_down(self) -> None:
        if self.is_down:
            raise ProviderUnavailable(self.name, "down")


def _paid(entry: _Entry) -> bool:
    return entry.outcome == "succeeded"


def _given(answer: RefundAnswer | Exception) -> RefundAnswer:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _told(answer: CollectAnswer | Exception) -> CollectAnswer:
    if isinstance(answer, Exception):
        raise answer
    return answer


def _answer(entry: _Entry) -> RefundAnswer:
    if entry.outcome == "failed":
        return RefundAnswer(outcome="failed", reason="超过可退金额")
    return RefundAnswer(outcome=entry.outcome, amount=entry.ask.amount, at=entry.at if _paid(entry) else None)


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
