"""What can go wrong, as facts. Status codes and words live in `portal/web/answers/errors.py`, mapped once each."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from portal.domain.results import Done

DeclineKind = Literal["wrong_password", "no_funds", "less_than_due", "provider_down", "unknown"]


class PortalError(Exception):
    """Anything the portal says no with. Carries facts, never words."""


@dataclass(eq=False)
class NotFound(PortalError):
    """It does not exist, or belongs to somebody else: the same answer (law 7)."""

    what: str = "page"


@dataclass(eq=False)
class Archived(PortalError):
    """It can be read and nothing else: it lies in the archive until an operator brings it back (decision 93).
    `order_no` and the key of its `shop` are for whoever can."""

    order_no: str = ""
    shop: str = ""


@dataclass(eq=False)
class RefusedError(PortalError):
    """The policy does not allow it. `decision` is a decisions.Refused with rules and ways on."""

    decision: Any


@dataclass(eq=False)
class Conflict(PortalError):
    """It changed since it was shown. `what` is a code: changed, cancel_open, shipped, decided, deadline, frozen."""

    what: str = "changed"
    at: datetime | None = None
    now: Any = None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class NotSummarised(PortalError):
    """The choice posted was never summarised: show its summary, do nothing (SECURITY, double effects)."""

    now: Any


@dataclass(eq=False)
class Reused(PortalError):
    """The same request_id came with another body. `first` is what the first one led to."""

    first: Done


@dataclass(eq=False)
class Expired(PortalError):
    """A link, code or session that was used or ran out."""

    what: str = "link"


@dataclass(eq=False)
class Forbidden(PortalError):
    """Signed in, but not in a role that may (staff only; a shopper gets NotFound)."""

    action: str = ""


@dataclass(eq=False)
class NotOnBehalf(PortalError):
    """A customer does this themselves, never staff in their place; `what` says which (S43)."""

    what: str = ""


@dataclass(eq=False)
class Invalid(PortalError):
    """Input that cannot be taken: (field, reason code) pairs, all of them."""

    problems: tuple[tuple[str, str], ...]


@dataclass(eq=False)
class TooMany(PortalError):
    """Too many tries; `seconds` until the next may be made."""

    seconds: int


@dataclass(eq=False)
class ProviderUnavailable(PortalError):
    """The provider could not be asked, or did not answer in time: nothing is known, nothing may be concluded."""

    provider: str
    reason: str = ""


@dataclass(eq=False)
class Undeliverable(ProviderUnavailable):
    """Whoever takes mail or texts says for good that this one reaches nobody: asking again is of no use. `reason` is a
    code of theirs, never words: those may repeat the address."""


@dataclass(eq=False)
class PaymentDeclined(PortalError):
    """The provider said no to a payment; `kind` is why, as far as it told."""

    kind: DeclineKind
