"""Splitting an amount over lines, and a line over its units, so that every sequence of parts sums to the whole.

Largest remainder for order-level discounts, F(k) inside a line (ARCHITECTURE law 3; TRAPS T1, T3). Integers only.
"""

from __future__ import annotations

from collections.abc import Sequence


class CannotApportion(ValueError):
    """The amount is larger than the lines can carry."""


def largest_remainder(amount: int, weights: Sequence[int], caps: Sequence[int]) -> tuple[int, ...]:
    """`amount` ≥ 0 split in proportion to `weights` (≥ 0), each share at most its cap, Σ shares = amount.

    Shares are floored; the units left go to the largest fractional parts, ties to the earlier line. What a cap cuts
    off goes to the lines with room, largest weight first. Raises CannotApportion where Σ caps < amount.
    """
    if amount > sum(caps):
        raise CannotApportion(f"{amount} over lines worth {sum(caps)}")
    whole = sum(weights)
    if amount == 0 or whole == 0:
        shares, left = [0] * len(weights), amount
    else:
        parts = [divmod(amount * weight, whole) for weight in weights]
        shares = [min(part, cap) for (part, _), cap in zip(parts, caps, strict=True)]
        left = amount - sum(shares)
        by_remainder = sorted(range(len(parts)), key=lambda i: (-parts[i][1], i))
        for i in by_remainder:
            if left and parts[i][1] and shares[i] < caps[i]:
                shares[i] += 1
                left -= 1
    for i in sorted(range(len(weights)), key=lambda i: (-weights[i], i)) if left else ():
        step = min(left, caps[i] - shares[i])
        shares[i] += step
        left -= step
    return tuple(shares)


def worth_of_first(total: int, quantity: int, k: int) -> int:
    """F(k) = floor(total·k/quantity): what the first `k` of `quantity` units gone are worth, in minor units."""
    return total * k // quantity


def worth_of_step(total: int, quantity: int, gone: int, units: int) -> int:
    """F(gone + units) − F(gone): what the next `units` are worth after `gone`. Never negative for total ≥ 0."""
    if units < 0 or gone < 0 or gone + units > quantity:
        raise CannotApportion(f"{units} more of {quantity} with {gone} gone")
    return worth_of_first(total, quantity, gone + units) - worth_of_first(total, quantity, gone)
