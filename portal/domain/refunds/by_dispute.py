"""What a lost dispute pays of the refunds that had been promised from its payment (PAYMENTS rule 12)."""

from __future__ import annotations

from collections.abc import Iterable

from portal.domain.refunds.refund import Refund

METHOD = "dispute"
"""The method of a refund that the customer has had from their bank instead."""


def covered(refunds: Iterable[Refund], minor: int) -> tuple[tuple[Refund, int], ...]:
    """Of each what is paid by `minor` that the bank has taken, oldest first: the whole, or a part of the last one.

    Only what was never sent: of anything else the rail may still move the money. They sum up to what was promised, or
    to `minor` where that is less, exactly.
    """
    parts: list[tuple[Refund, int]] = []
    for refund in sorted(refunds, key=lambda one: one.id):
        if refund.state == "planned" and minor > 0:
            part = min(refund.amount.minor, minor)
            parts.append((refund, part))
            minor -= part
    return tuple(parts)
