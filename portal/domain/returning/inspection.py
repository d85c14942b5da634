"""Goods that came back: what may be said of them, and what is paid for those that are accepted (POLICY, returns).

Only what was received and accepted is paid (TRAPS T6). Everything is built on `plan_application`; return freight that
the shop bears is a part of the refund, up to the pack's cap and what the payments have left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from portal.domain.applying.amounts import plan_application
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.cases.case import Case
from portal.domain.cases.found import Found, LineFound, Unannounced
from portal.domain.money import Money, zero
from portal.domain.orders.decisions import Handling, Plan
from portal.domain.orders.order import Order, Units
from portal.domain.orders.tenders import over_tenders
from portal.domain.policy.pack import Policy


@dataclass(frozen=True, slots=True)
class InspectedUnits:
    """The units a case holds after inspection. `missing` never came: nothing is paid for them and nothing kept."""

    accepted: Units
    rejected: Units
    missing: Units


def all_accepted(held: Units) -> Found:
    """As if everything had come back and were in order; nothing is said of whether it can be sold again."""
    return tuple(LineFound(line_id=line_id, received=count, accepted=count) for line_id, count in held)


def problems_of(found: Found, held: Units, reason: str, *, is_whole: bool = False) -> tuple[tuple[str, str], ...]:
    """(field, code) of everything that cannot be: more than was sent, units that nobody judged, no reason.

    `is_whole`: what came goes on as one, so that it is accepted as a whole or not at all.
    """
    most, problems = dict(held), []
    for line in found:
        counts = {"received": line.received, "accept": line.accepted, "reject": line.rejected}
        counts["resellable"] = line.resellable
        wrong = [name for name, count in counts.items() if count < 0]
        if wrong:
            problems += [(f"{name}-{line.line_id}", "negative") for name in wrong]
        elif line.received > most.get(line.line_id, 0):
            problems.append((f"received-{line.line_id}", "too_many"))
        elif line.accepted + line.rejected != line.received:
            problems.append((f"accept-{line.line_id}", "does_not_add_up"))
        elif line.resellable > line.accepted:
            problems.append((f"resellable-{line.line_id}", "too_many"))
    if not problems and not any(line.received for line in found):
        problems.append(("received", "nothing_received"))
    if not problems and is_whole and any(line.accepted for line in found) and any(line.rejected for line in found):
        problems.append(("found", "all_or_none"))
    if not problems and any(line.rejected for line in found) and not reason.strip():
        problems.append(("reason", "required"))
    return tuple(problems)


MOST_UNANNOUNCED = 9_999
DISPOSITIONS: tuple[Literal["send_back", "ask"], ...] = ("send_back", "ask")
"""What becomes of goods that nobody asked to return: they go back, or customer service asks whose they are."""


def problems_of_unannounced(found: Unannounced | None) -> tuple[tuple[str, str], ...]:
    """(field, code): how many, what they are and what becomes of them belong together."""
    if found is None:
        return ()
    if not 0 < found.count <= MOST_UNANNOUNCED:
        return (("extra", "how_many"),)
    problems = () if found.what.strip() else (("extra_what", "required"),)
    return problems if found.then in DISPOSITIONS else (*problems, ("extra_then", "required"))


def sort_units(found: Found, held: Units) -> InspectedUnits:
    """Of `held`, in its order; a line nobody named has not come."""
    by_line = {line.line_id: line for line in found}

    def units(count_of: Any) -> Units:
        counted = ((line_id, count_of(by_line.get(line_id), count)) for line_id, count in held)
        return tuple((line_id, count) for line_id, count in counted if count)

    return InspectedUnits(
        accepted=units(lambda line, _: line.accepted if line else 0),
        rejected=units(lambda line, _: line.rejected if line else 0),
        missing=units(lambda line, count: count - (line.received if line else 0)),
    )


def accepted_of(case: Case) -> Units:
    """What of a case's goods was accepted, once somebody has looked at them."""
    return (
        tuple((line.line_id, line.accepted) for line in case.inspection.lines if line.accepted)
        if case.inspection
        else ()
    )


def rejected_of(case: Case) -> Units:
    """What was not: all that a return claims then; an exchange claims what was accepted as well."""
    return (
        tuple((line.line_id, line.rejected) for line in case.inspection.lines if line.rejected)
        if case.inspection
        else ()
    )


def plan_accepted(
    order: Order,
    held: Units,
    accepted: Units,
    policy: Policy,
    *,
    ask: ApplicationAsk,
    carriage: Money,
    agreed: Plan | None = None,
) -> Plan:
    """The refund of `accepted` of the units `held`, on an order that no longer claims them; `carriage` goes with it.

    An amount agreed below the worth (`agreed`) is imported proportion where not all is accepted. Nothing accepted: the
    same lines at 0, so that what the case is about can still be read.
    """
    about: dict[str, Any] = {"kind": ask.kind, "reason": ask.reason, "variants": ask.variants}
    whole = plan_application(order, held, policy, **about)
    if not accepted:
        return _nothing(whole)
    plan = whole if accepted == held else plan_application(order, accepted, policy, **about)
    if agreed and whole.refund and any(deduction.why == "less" for deduction in agreed.deductions):
        part = max(1, agreed.refund.minor * plan.refund.minor // whole.refund.minor)
        if part < plan.refund.minor:
            amount = Money(part, order.currency)
            plan = plan_application(order, accepted, policy, **about, amount=amount)
    return with_return_freight(order, plan, carriage)


def return_freight_due(handling: Handling, paid: Money | None, currency: str) -> Money:
    """What comes back of the return freight the customer paid: the shop's to bear, up to the cap kept with the case."""
    if handling.carriage != "shop" or paid is None:
        return zero(currency)
    return min(paid, handling.carriage_cap or paid, key=lambda money: money.minor)


def with_return_freight(order: Order, plan: Plan, due: Money) -> Plan:
    """`plan` with `due` on top, as far as the payments reach (T7); what they do not is `carriage_left`."""
    if not due:
        return plan
    paid = Money(min(due.minor, order.money_left.minor - plan.refund.minor), due.currency)
    refund = plan.refund + paid
    return replace(
        plan,
        refund=refund,
        tenders=over_tenders(refund, order.payments),
        carriage=paid,
        carriage_left=due - paid,
    )


def _nothing(plan: Plan) -> Plan:
    nothing = zero(plan.refund.currency)
    return Plan(
        units=(),
        whole=False,
        lines=tuple(replace(line, amount=0, less=line.less + line.amount, points_count=0) for line in plan.lines),
        freight=nothing,
        fees=nothing,
        already=nothing,
        refund=nothing,
        tenders=(),
    )
