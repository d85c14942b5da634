"""What a decision can be: Allowed, Review or Refused. One value serves preview, button, act and words (N2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from portal.domain.codec import fingerprint
from portal.domain.money import Money
from portal.domain.orders.order import Units

ENGINE = 2
"""Number of the deciding code: rises when the same facts would be decided differently; replay compares equal ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLine:
    """What the units of one line are worth in this step, to the minor unit.

    `goods` is their list price, `own` the line's own discount, then its shares of the order's. What was paid for them
    is goods − own − promotion − coupon − points − adjustment + tax, and `amount` = paid − deducted − already − less.

    `deducted` is below 0 where an earlier deduction is given back; `already`: earlier refunds took more of the line
    than their units were worth; `less`: what was not asked for, not granted, or not accepted.
    """

    line_id: str
    title: str
    units: int
    goods: int
    promotion: int = 0
    coupon: int = 0
    points: int = 0
    adjustment: int = 0
    amount: int
    points_count: int = 0
    deducted: int = 0
    own: int = 0
    tax: int = 0
    already: int = 0
    less: int = 0

    @property
    def discount(self) -> int:
        """All that was taken off the list price."""
        return self.own + self.promotion + self.coupon + self.points + self.adjustment

    @property
    def paid(self) -> int:
        """What was paid for the units."""
        return self.goods - self.discount + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class Deduction:
    """Why less goes back than the units are worth: a `gift` kept, a `fee`, a broken `offer`, `less` was asked for.

    An `amount` below 0 is given back again. `name` is the gift's title or the offer's code.
    """

    why: Literal["gift", "fee", "offer", "less"]
    amount: Money
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTender:
    """How much of the refund goes back to which payment."""

    payment_id: str
    method: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponBack:
    """A coupon that comes back whole; `amount` is what it took off, `expires_at` aware UTC."""

    code: str
    amount: Money
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will happen, exact. `refund` = Σ lines.amount + freight + fees − already − Σ `offer` deductions + carriage;
    `tenders` sum to it. The other deductions are in the lines already. `money_only`: the goods are kept, the units
    stay.

    `already` is what earlier refunds (the shop's own) leave the payments short of; `coupons_wait` are codes whose
    share stays unpaid because not every unit they applied to is gone (law 3). `carriage` is what the customer paid for
    sending goods back and gets again, `carriage_left` what of it no payment has room for. `surcharge`: what an exchange
    costs more, a fee of its own and no part of the refund.
    """

    units: Units
    whole: bool
    lines: tuple[PlanLine, ...]
    freight: Money
    fees: Money
    already: Money
    refund: Money
    tenders: tuple[PlanTender, ...]
    points_back: int = 0
    points_taken: int = 0
    coupons_back: tuple[CouponBack, ...] = ()
    coupons_wait: tuple[str, ...] = ()
    freight_returned: bool = False
    freight_kept: Money | None = None
    deductions: tuple[Deduction, ...] = ()
    money_only: bool = False
    carriage: Money | None = None
    carriage_left: Money | None = None
    surcharge: Money | None = None

    @property
    def count(self) -> int:
        """How many units it is about, whether or not there is money in it."""
        return sum(line.units for line in self.lines) or sum(count for _, count in self.units)


Remedy = Literal["refund", "send_back", "await_parcel", "replace", "reship", "repair"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handling:
    """How an application goes on once it is approved: money at once, after the goods came back, or other goods.

    `await_parcel`: a refused parcel is on its way by itself, without a deadline. `until` is the end of the window or
    of self-service by which it was judged (the earliest of its units); `send_back_by` as of the moment of deciding.
    `reship`: what is missing or wrong is sent, nothing comes back; `repair`: goods come, and are sent back repaired.
    `pays`: when goods that are sent back are paid for: once they are inspected, or handed to the carrier.
    """

    remedy: Remedy
    carriage: Literal["none", "customer", "shop"] = "none"
    carriage_cap: Money | None = None
    until: datetime | None = None
    send_back_by: datetime | None = None
    pays: Literal["inspected", "handed_over"] = "inspected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """It may be done, by these `rules`, with this effect; `notes` are codes for the words, late among them."""

    rules: tuple[str, ...]
    plan: Plan
    notes: tuple[str, ...] = ()
    handling: Handling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """Somebody must answer first, by `answer_by`; `at_zero` is what happens when nobody did."""

    rules: tuple[str, ...]
    plan: Plan
    answer_by: datetime
    priority: bool = False
    notes: tuple[str, ...] = ()
    at_zero: Literal["approve", "escalate"] = "escalate"
    handling: Handling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Not allowed: by which rule, and what to do instead. `why` is a code of the sentence, `facts` fill its blanks."""

    rules: tuple[str, ...]
    why: str
    instead: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)


Decision = Allowed | Review | Refused


def shown_digest(decision: Allowed | Review, facts: tuple[object, ...], units: Units) -> str:
    """What the confirm form carries as `shown`: `<facts>.<choice>`, hex (SECURITY, double effects).

    The facts half covers the order and policy version and how it would be decided; the choice half the units last
    summarised and the plan they got. Estimates of arrival are left out: they move with the hour, the money does not.
    """
    kind = type(decision).__name__
    return f"{fingerprint(list(facts))[:32]}.{fingerprint([kind, list(units), decision.plan])[:32]}"
