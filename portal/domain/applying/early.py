"""极速退款: whether a return is paid when its parcel is handed over, instead of after the inspection (P17)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.money import Money
from portal.domain.policy.small_refunds import HandoverRule


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyStanding:
    """What is known of the customer, as far as the rule asks: facts, kept with the decision.

    `delivered`: other orders that have come, counted up to what the rule asks for; `count` and `minor`: early refunds
    promised or paid that count, in the order's currency; `owes`: an invoice after one of them is not paid.
    """

    delivered: int = 0
    count: int = 0
    minor: int = 0
    owes: bool = False


def is_early(refund: Money, rule: HandoverRule, standing: EarlyStanding | None) -> bool:
    """Whether `refund` may be paid early: the customer is proven and owes nothing, and it is within every limit."""
    if standing is None or standing.owes or standing.delivered < rule.proven or refund.minor <= 0:
        return False
    if refund > rule.under.of(refund.currency) or standing.count + 1 > rule.most:
        return False
    return standing.minor + refund.minor <= rule.under_sum.of(refund.currency).minor
