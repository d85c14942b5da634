"""帮我判断: which way fits what happened, from three answers; whether it is on offer is for others to say.

A way names what happened; the act it leads to and the reason it gives are in `WAYS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.domain.applying.offer import ApplicationOffer
from portal.domain.cases.life_cycle import CaseKind


@dataclass(frozen=True, slots=True)
class Way:
    """`reason`: what the form opens with, "" where the customer chooses among several that fit."""

    code: str
    kind: CaseKind
    received: bool
    reason: str = ""


WAYS = (
    Way("unwanted", "return_refund", True, "no_reason"),
    Way("faulty", "return_refund", True),
    Way("other_one", "exchange", True, "no_reason"),
    Way("faulty_one", "exchange", True),
    Way("keep", "refund_only", True),
    Way("repair", "repair", True),
    Way("reship", "reship", True),
    Way("missing", "refund_only", True, "missing_item"),
    Way("never_came", "refund_only", False, "not_received"),
    Way("signed", "refund_only", False, "signed_not_received"),
    Way("refused", "return_refund", False, "parcel_refused"),
)
"""In the order they are shown: goods in hand first."""


def ways_on_offer(offer: ApplicationOffer) -> tuple[Way, ...]:
    """Those whose reason can be given for at least one unit; without a reason of its own, any but `no_reason`."""
    return tuple(way for way in WAYS if _is_open(way, offer))


def _is_open(way: Way, offer: ApplicationOffer) -> bool:
    found = offer.of(way.kind, received=way.received)
    if found is None or found.refused:
        return False
    return way.reason in found.reasons if way.reason else any(reason != "no_reason" for reason in found.reasons)


def advise(ways: Iterable[Way], *, received: bool, is_faulty: bool, wants_to_keep: bool) -> Way | None:
    """The first of `ways` that fits; None where nothing that fits is on offer.

    Goods that never came are refunded before a parcel is refused: it may still come. What is faulty goes back unless
    it is to be kept: then it is repaired, where the shop does that; without a fault it goes back without a reason
    (CN-1, EU-1), or is exchanged where it is still wanted.
    """
    on_offer = {way.code: way for way in ways}
    fitting = _fitting(received=received, is_faulty=is_faulty, wants_to_keep=wants_to_keep)
    return next((on_offer[code] for code in fitting if code in on_offer), None)


def _fitting(*, received: bool, is_faulty: bool, wants_to_keep: bool) -> Iterator[str]:
    if not received:
        yield from ("never_came", "signed", "refused") if wants_to_keep else ("refused", "never_came", "signed")
    elif is_faulty:
        yield from ("repair", "keep", "faulty_one", "faulty") if wants_to_keep else ("faulty", "keep")
    else:
        yield "other_one" if wants_to_keep else "unwanted"
