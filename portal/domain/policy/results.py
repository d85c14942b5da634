"""What acts about a shop's policy led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChanged(Done):
    """Begun, saved, or given up; the same: nothing in it is different."""

    what: Literal["begun", "saved", "same", "discarded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationAsked(Done):
    """Past cases are being decided again."""

    simulation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAnswered(Done):
    """Of a proposal; `version_id` where it was published."""

    what: Literal["proposed", "approved", "declined", "taken_back"]
    version_id: int | None = None
