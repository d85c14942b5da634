"""What every service stands on: the time and the database."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol


class Clock(Protocol):
    """The only source of the time (law 11)."""

    def now(self) -> datetime:
        """Aware UTC."""

    def rest(self, seconds: float) -> None:
        """Makes the caller wait, who holds up nobody meanwhile. Raises ProviderUnavailable where too many rest."""


class Database(Protocol):
    """Opens sessions of its own: a writing one begins as BEGIN IMMEDIATE on SQLite (law 4)."""

    def writing(self) -> AbstractContextManager[Any]: ...

    def reading(self, *, streams: bool = False) -> AbstractContextManager[Any]: ...
