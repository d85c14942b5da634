"""What staff give beyond policy: an amount, or a late return; alone, or once a second person has approved (S44).

`waiting` is the only state that anything follows: granted, declined, taken back by whoever proposed it, or lapsed since
the case became another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from portal.domain.cases.case import Case
from portal.domain.codec import fingerprint
from portal.domain.money import Money
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Units

GoodwillKind = Literal["amount", "late_return"]
GoodwillState = Literal["waiting", "granted", "declined", "taken_back", "lapsed"]
BEYOND_POLICY = frozenset({"goodwill"})
"""Notes of a decision that leave it to a person because no rule gives it: the window is over. Whether a withdrawal from
contract was declared late is for a person to judge, and no gift (EU-12)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a late return grants: `units` and `amount` (minor units) as of a part, all of it where they are not given;
    `reason`: what the customer reads."""

    units: Units = ()
    amount: int | None = None
    reason: str = ""

    @property
    def is_part(self) -> bool:
        """Less than the case asks for."""
        return bool(self.units) or self.amount is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodwill:
    """`number` is what people and addresses call it. `amount`: what it is worth, and of an amount what is paid by
    `plan`. `reason`: of whoever gives it, for colleagues. `proposed_by`, `answered_by`: keys of staff; `…_person`: who
    that is, whatever accounts they have. `stand`: the case as it was (`stand_of`)."""

    id: int
    number: str
    kind: GoodwillKind
    state: GoodwillState
    case_id: int
    order_id: int
    amount: Money
    plan: Plan | None = None
    said: Said = Said()
    reason: str
    stand: str
    needs_second: bool
    proposed_by: str
    proposed_person: int
    proposed_at: datetime
    proposed_on: date
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer: str = ""
    deadline_at: datetime | None = None
    escalated_at: datetime | None = None


def is_beyond_policy(case: Case) -> bool:
    """Granting what it asks for would give what no rule does."""
    return not BEYOND_POLICY.isdisjoint(case.outcome.notes)


def stand_of(case: Case) -> str:
    """What a second person must find as the first left it: what is asked for, and what has been answered. That money
    arrives, or somebody claims the case, changes nothing."""
    outcome, appeal = case.outcome, case.appeal
    answered = (outcome.answer, outcome.at, outcome.withdrawn_for, appeal.state if appeal else "")
    asked = (case.case_no, case.kind, case.reason, case.asked, case.plan.refund, case.plan.units)
    return fingerprint([*asked, *answered])[:32]
