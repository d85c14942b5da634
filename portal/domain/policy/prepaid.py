"""储值和预付卡: credit and cards that are sold for money (CN-24)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PREPAID = "prepaid"
"""The tag of such goods."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrepaidRule:
    """What was paid for them comes back without a reason, asked for within so many `days` of the payment. Nothing has
    to be sent, and no exclusion takes it away."""

    days: int
    rule: str


def is_prepaid(tags: Iterable[str], rule: PrepaidRule | None) -> bool:
    """Whether goods with these tags stand under the `rule` of a pack; never where it has none."""
    return rule is not None and PREPAID in tags
