"""What changes of a shop's settings led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAdded(Done):
    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRetired(Done):
    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAdded(Done):
    """A token of the machine API, by its number."""

    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRetired(Done):
    token: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginsSet(Done):
    """How many were added and removed."""

    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksSaved(Done):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionSaved(Done):
    """A page of settings, by its name."""

    section: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotSet(Done):
    """Notices to staff go to a group's robot from now on, or no longer."""

    what: Literal["set", "ended"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotTried(Done):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RailSet(Done):
    """Payments of a rail's methods go back by it from now on."""

    rail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RailRemoved(Done):
    rail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RailChecked(Done):
    """What it came to stands on the rail's page."""

    rail: str
