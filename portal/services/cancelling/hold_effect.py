"""What stopping a parcel would do: the same for the desk that shows it and for the answer that does it (N2)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.cancelling.decide import returns_freight
from portal.domain.codec import fingerprint
from portal.domain.orders import effects
from portal.domain.orders.decisions import Plan
from portal.domain.orders.order import Order, Units
from portal.domain.orders.planning import plan_units


def effect_of_stopping(order: Order, units: Units) -> tuple[Order, Plan]:
    """The order with the case's `units` free again, and the plan of cancelling them."""
    freed = replace(effects.released(order, units), waiting_case=None)
    return freed, plan_units(freed, units, with_freight=returns_freight(freed, units))


def shown_hold(case_no: str, state: str, plan: Plan) -> str:
    """What the desk's form carries as `shown`: the case as it was, and what stopping would pay back."""
    return fingerprint([case_no, state, plan.refund, plan.tenders])[:32]
