"""What acts beyond policy led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.results import Done, OfCase


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodwillGiven(OfCase):
    """`what`: granted by one person alone, or waiting for a second."""

    what: Literal["granted", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalAnswered(Done):
    """Of the proposal of this number."""

    number: str
    what: Literal["approved", "declined", "taken_back"]
