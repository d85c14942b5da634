"""What became of acts about a shop's platform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorSet(Done):
    """Orders come from the platform from now on, or no longer."""

    what: Literal["set", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorAsked(Done):
    """The worker reads all its orders, or compares them, as soon as it can."""

    what: Literal["backfill", "compare"]
