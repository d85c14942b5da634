"""换货: what can be chosen, and what it costs more or less, as customers and staff see it."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class VariantChoice:
    """Other goods that a line can be exchanged for; `price`: of one, today."""

    sku: str
    name: str
    price: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeLine:
    """`quantity` of a line that go back. `wanted`: what comes instead, "" for the same goods.

    `paid`: what was paid for them; `price`: of all that comes instead, None for the same goods.
    """

    line_id: str
    title: str
    variant: str
    quantity: int
    paid: Money
    wanted: str = ""
    price: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeSummary:
    """What is exchanged for what. `refund`: what comes back, the return freight that the shop bears with it;
    `surcharge`: what is to be paid, None for nothing."""

    lines: tuple[ExchangeLine, ...]
    refund: Money
    surcharge: Money | None = None

    @property
    def units(self) -> int:
        """How many go back."""
        return sum(line.quantity for line in self.lines)
