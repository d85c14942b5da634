"""A counter-offer: the shop proposes another amount, or that the goods are kept; its customer answers (P13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.money import Money

OfferKind = Literal["amount", "keep"]
"""`amount`: the application goes its way for another amount; `keep`: nothing comes back or is sent, money is paid."""
OfferState = Literal["open", "accepted", "declined", "lapsed", "taken_back"]
OFFER_KINDS: tuple[OfferKind, ...] = ("amount", "keep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The last one that was made on a case. `amount` is what the customer gets, to the minor unit; `body` what they
    read with it; `by`: the key of whoever made it; `until`: when it lapses, unanswered. `rest`: seconds that the shop
    had left to answer when it was made, which it has again once it takes the offer back."""

    kind: OfferKind
    amount: Money
    body: str
    by: str
    at: datetime
    until: datetime
    rest: int | None = None
    state: OfferState = "open"
    answered_at: datetime | None = None


def offer_wording(kind: OfferKind, case_kind: str) -> str:
    """amount, keep or instead: nothing is sent to the customer after all, who has nothing to send either."""
    return "instead" if kind == "keep" and case_kind == "reship" else kind
