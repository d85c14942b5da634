"""再次购买: what of an order can be bought again today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.domain.money import Money
from portal.domain.orders.buying_again import Why
from portal.pages.values.parts import Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyAgainLine:
    """A line of the order: `units` of the `wanted` can be bought, else `why` not (`domain.orders.buying_again`).

    `then` and `price`: of one unit, when it was bought and today (None: not known). `address`: its page in the shop.
    """

    line_id: str
    title: str
    variant: str
    picture: Picture
    wanted: int
    units: int
    why: Why
    then: Money
    price: Money | None
    offers: tuple[str, ...] = ()
    address: str = ""

    @property
    def change(self) -> Literal["", "dearer", "cheaper"]:
        """What one costs beside what it did; "" where that is the same, or cannot be told."""
        if self.price is None or self.price.currency != self.then.currency or self.price == self.then:
            return ""
        return "dearer" if self.then < self.price else "cheaper"


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyAgainPage:
    """`lines` go into the basket, `others` do not. Of the amounts None is not known here: the shop's basket says it.

    `basket`: the shop's, filled; "" where the shop has none, or nothing can be bought. `is_cut`: not all of the lines
    go into it at once. `is_known`: the shop tells what it sells.
    """

    order_no: str
    lines: tuple[BuyAgainLine, ...]
    others: tuple[BuyAgainLine, ...]
    units: int
    goods: Money | None
    freight: Money | None
    total: Money | None
    basket: str
    is_known: bool
    is_cut: bool = False
    zone: str = ""
