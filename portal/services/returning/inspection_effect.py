"""What an inspection would pay: the same for the desk that shows it, for the act and for the deadline (N2)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from portal.domain.cases.case import Case
from portal.domain.cases.early_refund import as_if_not_paid, settle
from portal.domain.cases.found import Found
from portal.domain.codec import fingerprint
from portal.domain.money import Money
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy
from portal.domain.returning.inspection import (
    InspectedUnits,
    all_accepted,
    plan_accepted,
    return_freight_due,
    sort_units,
)


@dataclass(frozen=True, slots=True)
class InspectionEffect:
    """What saying so would do: `plan` is what `units.accepted` are worth, on `order`, the facts without what is
    claimed; its tenders are what is paid now. `owed`: what of an early refund is invoiced."""

    order: Order
    units: InspectedUnits
    plan: Plan
    owed: Money


def effect_of_inspecting(order: Order, case: Case, policy: Policy, found: Found) -> InspectionEffect:
    """For the desk that shows it, for the act and for the deadline (N2)."""
    freed, units = effects.released(order, case.units), sort_units(found, case.units)
    plan = plan_accepted(
        as_if_not_paid(freed, case),
        case.units,
        units.accepted,
        policy,
        ask=case.application,
        agreed=case.plan,
        carriage=return_freight_of(case, order.currency),
    )
    now = settle(freed, case, plan)
    return InspectionEffect(freed, units, replace(plan, tenders=now.tenders), now.owed)


def effect_of_accepting(order: Order, case: Case, policy: Policy) -> InspectionEffect:
    """All that is claimed came back, and is accepted."""
    return effect_of_inspecting(order, case, policy, all_accepted(case.units))


def shown_inspection(case: Case, whole: InspectionEffect) -> str:
    """What the desk's form carries as `shown`: the case as it was, and what accepting it all would pay."""
    return fingerprint([case.case_no, case.units, whole.plan.refund, whole.plan.tenders])[:32]


def effect_of_reversing(order: Order, case: Case, policy: Policy) -> tuple[Plan, Money]:
    """What accepting all that was not accepted would pay. Carriage goes back once: with the first that was accepted;
    of an exchange nothing was paid yet, so it is all that the case holds. And what of an early refund stays owed."""
    is_paid = case.kind != "exchange" and case.inspection is not None and case.inspection.accepted > 0
    paid = None if is_paid else _freight_paid(case)
    carriage = return_freight_due(case.handling, paid, order.currency)
    freed = effects.released(order, case.units)
    ask, unpaid = case.application, as_if_not_paid(freed, case)
    plan = plan_accepted(unpaid, case.units, case.units, policy, ask=ask, carriage=carriage)
    now = settle(freed, case, plan)
    return replace(plan, tenders=now.tenders), now.owed


def return_freight_of(case: Case, currency: str) -> Money:
    """What of the customer's return freight the shop bears."""
    return return_freight_due(case.handling, _freight_paid(case), currency)


def _freight_paid(case: Case) -> Money | None:
    """What the customer says sending cost, as kept with the parcel."""
    return case.parcel.there.freight if case.parcel and case.parcel.there else None
