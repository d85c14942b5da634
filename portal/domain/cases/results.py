"""What acts about the queue led to (law 14)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.results import Done, OfCase


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesAssigned(Done):
    """`count` of several went, `skipped` were taken or closed meanwhile; `which` of them it were."""

    count: int
    skipped: int
    which: Literal["all", "some"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSnoozed(OfCase):
    """Put off until later, or back in the queue."""

    to: Literal["snoozed", "woken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolvedSaid(OfCase):
    """What its customer says of a closed case."""

    answer: Literal["yes", "no"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSaved(Done):
    """A view of the queue under a name of one's own."""

    name: str
    what: Literal["saved", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CasesAccepted(Done):
    """`count` of several were accepted, `waiting` go to a second person, `skipped` are as they were."""

    count: int
    waiting: int
    skipped: int
    which: Literal["all", "some", "proposed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(OfCase):
    """What a deadline had closed goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDone(OfCase):
    """What became of a counter-offer: made, or taken back, by staff; accepted or declined by the customer."""

    what: Literal["made", "taken_back", "accepted", "declined"]
