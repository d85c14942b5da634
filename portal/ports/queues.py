"""Who brings waiting jobs to workers on any number of machines, where our own table is not drained by them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Ticket:
    """A job is to be brought to somebody: at once, or at `at` (of the database's clock). The lowest urgency first."""

    job_id: int
    urgency: int
    at: datetime | None = None


class Dispatcher(Protocol):
    """Delivers a job's id and its ticket's number, at least once. What a job is, what became of it and whether it is
    still to be done stands in our table: a ticket that the table does not know is nothing."""

    def send(self, connection: Any, tickets: Sequence[Ticket]) -> list[int]:
        """The number of each, in their order; in the caller's transaction, of which this is the connection. Raises
        ProviderUnavailable."""

    def lost(self, numbers: Collection[int]) -> set[int]:
        """Those that nobody will ever be brought. Raises ProviderUnavailable."""

    def withdraw(self, numbers: Collection[int]) -> None:
        """Those that nobody was brought yet are gone. Raises ProviderUnavailable."""

    def deliver(self, do: Callable[[int, int], None], *, of: Collection[int], is_stopping: Callable[[], bool]) -> None:
        """Calls `do` with each job and ticket of these urgencies, one after another, until it is to stop; what `do`
        raises brings the ticket again. What workers that are gone were at is brought to others. Raises whatever went
        wrong with the database: with nothing in hand, to be called again."""
