"""What an inspection would pay: the same for the desk that shows it, for the act and for the deadline (N2)."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.codec import fingerprint, from_plain
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy
from portal.domain.returning.inspection import Found, Sorted, all_accepted, carriage_due, plan_accepted, sort_units
from portal.repos.cases import CaseRecord
from portal.services.applying.grant import asked_of, handling_of
from portal.services.returning.ship_back import freight_paid_of


@dataclass(frozen=True, slots=True)
class Inspection:
    """What saying so would do: `plan` is paid for `units.accepted`, on `order`, the facts without what is claimed."""

    order: Order
    units: Sorted
    plan: Plan


def is_to_be_inspected(case: CaseRecord) -> bool:
    """The goods are here and nobody has said what came of them."""
    return case.state == "received" and not case.row["inspection"]


def effect_of_inspecting(order: Order, case: CaseRecord, policy: Policy, found: Found) -> Inspection:
    """For the desk that shows it, for the act and for the deadline (N2)."""
    freed, units = effects.released(order, case.units), sort_units(found, case.units)
    carriage = carriage_due(handling_of(case), freight_paid_of(case), order.currency)
    plan = plan_accepted(
        freed,
        case.units,
        units.accepted,
        policy,
        ask=asked_of(case),
        agreed=from_plain(Plan, case.row["summary"]),
        carriage=carriage,
    )
    return Inspection(freed, units, plan)


def effect_of_accepting(order: Order, case: CaseRecord, policy: Policy) -> Inspection:
    """All that is claimed came back, and is accepted."""
    return effect_of_inspecting(order, case, policy, all_accepted(case.units))


def shown_inspection(case: CaseRecord, whole: Inspection) -> str:
    """What the desk's form carries as `shown`: the case as it was, and what accepting it all would pay."""
    return fingerprint([case.case_no, case.units, whole.plan.refund, whole.plan.tenders])[:32]


def effect_of_reversing(order: Order, case: CaseRecord, policy: Policy) -> Plan:
    """What accepting all that was not accepted would pay. Carriage goes back once: with the first that was accepted."""
    paid = None if case.row["inspection"]["accepted"] else freight_paid_of(case)
    carriage = carriage_due(handling_of(case), paid, order.currency)
    freed = effects.released(order, case.units)
    return plan_accepted(freed, case.units, case.units, policy, ask=asked_of(case), carriage=carriage)
