"""What a shop pays sooner than it must, by rules of its own pack: none unless said, and no law may demand them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.deadlines.spans import Span
from portal.domain.policy.amounts import Amounts

KeepReason = Literal["no_reason", "quality", "damaged", "wrong_item", "missing_item", "not_as_described"]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepRule:
    """Returns of small worth are paid and the goods stay with the customer: the shop's own rule, none unless said.

    `under`: the most of one order, with whatever was refunded of it before, so that units asked for one by one come to
    no more; nothing in a currency it does not name.
    """

    under: Amounts
    reasons: tuple[KeepReason, ...]
    rule: str = "SHOP-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRule:
    """A return that a rule approves is paid once its parcel is with the carrier, before anybody has looked at it.

    `under`: the most of one return. Of one customer: at least `proven` other orders were delivered; such returns that
    are open, or began within the last `days`, are `most` at most and come to `under_sum` at most, this one with them.
    `arrives_within`: when goods that have not come by then are invoiced. Nothing in a currency that it does not name.
    """

    under: Amounts
    under_sum: Amounts
    reasons: tuple[KeepReason, ...]
    most: int = 2
    days: int = 30
    proven: int = 3
    arrives_within: Span = Span(15, "days")
    rule: str = "SHOP-9"
