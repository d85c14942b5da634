"""`portal policy simulate`: past applications decided under a policy before it is published. Changes nothing (N4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.applying.simulation import PastApplication, SimulatedOrder, alone, came_at, unusable, verdict_of
from portal.domain.applying.terms import Surroundings
from portal.domain.orders.decisions import Allowed, Decision, Refused, Review
from portal.domain.policy.jurisdictions import place_of
from portal.domain.policy.pack import Pack, Policy
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.past_orders import StoredOrder as Stored
from portal.repos.past_orders import past_orders
from portal.repos.unit_of_work import reading


@dataclass(frozen=True, slots=True)
class Simulated:
    """`decision` is approved, review or refused; `refund` decimal major units; `rules` has at least one."""

    decision: str
    rules: tuple[str, ...]
    refund: str
    note: str


def shop_zone(*, shop_key: str, deps: Deps) -> str:
    """The zone of times without an offset. Raises NotFound."""
    with reading(deps) as work:
        return work.shops.settings_of(work.shops.get(shop_key).id).zone


def simulate(
    *,
    shop_key: str,
    pack: Pack,
    packs: Mapping[str, Pack],
    applications: Sequence[PastApplication],
    deps: Deps,
    locale: str = "zh",
) -> list[Simulated]:
    """One answer for each application, in their order; decided by their time, ties as they stand. Raises NotFound.

    Applications of different orders do not touch each other, so orders are taken one by one and forgotten.
    `packs` are those by name that `pack` may be built on.
    """
    policy = alone(pack, packs)
    places: dict[str, list[int]] = defaultdict(list)
    for place, past in enumerate(applications):
        places[past.order_no].append(place)
    words = Notes(policy, locale)
    answers = [words.answer(unusable("no_such_order"))] * len(applications)
    asked = {number: {applications[place].line_id for place in found} for number, found in places.items()}
    with reading(deps) as work:
        shop_id = int(work.shops.get(shop_key).id)
        settings = work.shops.settings_of(shop_id)
        for stored in past_orders(work.connection, shop_id, asked, whole=policy.thresholds == "reprice"):
            number = stored.order.no
            around = surroundings_of(stored, policy, settings, deps)
            order = SimulatedOrder(stored.order, asked[number], policy, around)
            for place in sorted(places[number], key=lambda place: came_at(applications[place])):
                answers[place] = words.answer(order.decide(applications[place]))
    return answers


def surroundings_of(stored: Stored, policy: Policy, settings: ShopSettings, deps: Deps) -> Surroundings:
    """The pack's own clock and calendar; where it says the customer's, those of the order's customer."""
    place = place_of(
        policy.clock,
        jurisdiction=stored.order.jurisdiction,
        country=stored.order.country,
        customer_zone=stored.zone,
        shop_zone=settings.zone,
    )
    return Surroundings(
        place=place,
        calendar=deps.calendar,
        zone=place.zones[0],
        informed=settings.eu_information_given,
        freight_cap=settings.fees.return_freight_cap,
    )


class Notes:
    """Decisions as rows: the deciding rule in words, then the codes and facts that belong to it."""

    def __init__(self, policy: Policy, locale: str) -> None:
        self._says = {code: rule.says.in_locale(locale) for code, rule in policy.rules.items()}

    def answer(self, decision: Decision) -> Simulated:
        rules = decision.rules or ("SHOP-4",)
        refund = "0.00" if isinstance(decision, Refused) else decision.plan.refund.decimal()
        said = self._says.get(rules[0], "")
        return Simulated(verdict_of(decision), rules, refund, " ".join((said, *_details(decision))).strip())


def _details(decision: Allowed | Review | Refused) -> tuple[str, ...]:
    if isinstance(decision, Refused):
        return (decision.why, *(f"{name}={value}" for name, value in decision.facts.items() if name != "title"))
    return decision.notes
