"""The trail as its page shows it (N9)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.pages.values.parts import TimelineEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One entry. who: customer, staff, portal, shop, provider, operator; by: the login of staff; customer: their name,
    not masked yet, where they acted or somebody acted for them (`is_on_behalf`). entry: what is said of it, of its
    kind alone where it was changed; about: the login of the colleague that it is about. is_whole: what stands there
    is what was hashed."""

    id: int
    at: datetime
    who: str
    kind: str
    entry: TimelineEntry
    by: str = ""
    customer: str = ""
    is_on_behalf: bool = False
    order_no: str = ""
    case_no: str = ""
    is_whole: bool = True
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditVerdict:
    """What verifying the whole trail found last. state: whole, broken, unsigned (not noted by us), none; `is_old`: it
    is due again. `orders` of this shop with a broken entry; `faults` counts all that were named."""

    state: Literal["whole", "broken", "unsigned", "none"]
    at: datetime | None = None
    events: int = 0
    signed: int = 0
    faults: int = 0
    orders: tuple[str, ...] = ()
    is_old: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditKind:
    """A kind of event that can be asked for: as it is stored, and the name of its sentence, "" where there is none."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """asked: number, who, kind, from, to, as the address said them. `kinds` by who acts. `is_known`: there is an order
    or case of that number, or none was asked for."""

    asked: Mapping[str, str]
    verdict: AuditVerdict
    rows: tuple[AuditRow, ...]
    kinds: tuple[tuple[str, tuple[AuditKind, ...]], ...]
    people: tuple[str, ...]
    next_after: str
    is_first: bool
    is_known: bool
    may_see_orders: bool
    most_exported: int

    @property
    def number(self) -> str:
        """Of the order or case that was asked for."""
        return self.asked.get("number", "")
