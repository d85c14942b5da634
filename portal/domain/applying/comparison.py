"""Past cases decided under two policies, and what differs: counted, with the cases themselves. Changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from portal.domain.applying.simulation import verdict_of
from portal.domain.orders.decisions import Decision, Refused
from portal.domain.policy.drafts import VERDICTS


@dataclass(frozen=True, slots=True)
class CaseVerdict:
    """What became of one case: the worst verdict of its lines, what they are refunded together (minor units; of what is
    approved or left to a person), and the rules that decided."""

    verdict: str
    minor: int
    rules: tuple[str, ...]

    @classmethod
    def of(cls, decisions: Sequence[Decision]) -> CaseVerdict:
        """Of at least one decision."""
        worst = max((verdict_of(one) for one in decisions), key=VERDICTS.index)
        minor = sum(0 if isinstance(one, Refused) else one.plan.refund.minor for one in decisions)
        rules = tuple(dict.fromkeys(code for one in decisions for code in one.rules))
        return cls(worst, minor, rules)


class Tally:
    """Counts as they are stored: verdicts and sums (minor units by currency) of what is approved, before and after;
    `moves`: how many went from one verdict to another; `changed`: whose verdict or refund differs."""

    def __init__(self, counts: dict[str, Any] | None = None) -> None:
        nothing: dict[str, Any] = {"before": {}, "after": {}, "sums_before": {}, "sums_after": {}, "moves": {}}
        self.counts: dict[str, Any] = {**nothing, "changed": 0, **(counts or {})}

    def add(self, before: CaseVerdict, after: CaseVerdict, currency: str) -> bool:
        """One more case. True where something differs; other rules for the same are no difference to its customer."""
        for side, one in (("before", before), ("after", after)):
            _count(self.counts[side], one.verdict, 1)
            _count(self.counts[f"sums_{side}"], currency, one.minor if one.verdict == "approved" else 0)
        if before.verdict != after.verdict:
            _count(self.counts["moves"], f"{before.verdict}>{after.verdict}", 1)
        is_changed = (before.verdict, before.minor) != (after.verdict, after.minor)
        self.counts["changed"] += is_changed
        return is_changed


def _count(counts: dict[str, int], name: str, more: int) -> None:
    counts[name] = counts.get(name, 0) + more
