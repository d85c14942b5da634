"""What acts about who works in a shop led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.results import Done


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberInvited(Done):
    login: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberChanged(Done):
    login: str
    what: Literal["changed", "away", "back", "disabled", "enabled", "signed_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberReset(Done):
    """Their credentials ended; a link to make new ones was shown."""

    login: str
