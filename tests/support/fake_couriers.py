"""A carrier that fetches goods, in memory, and can be set to misbehave."""

from __future__ import annotations

from collections import deque
from datetime import timedelta

from portal.domain.errors import ProviderUnavailable
from portal.domain.money import Money
from portal.domain.returning.pickup import PickupOffer, Slot
from portal.ports import (
    Clock,
    PickupAnswer,
    PickupAsk,
    SlotAsk,
)
from tests.support.fakes import FakeClock


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
