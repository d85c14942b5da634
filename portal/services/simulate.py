"""`portal policy simulate`: past applications decided under a policy before it is published. Changes nothing (N4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.applying_past import PastApplication, PastOrders, alone, in_order, verdict_of
from portal.domain.decisions import Allowed, Decision, Refused, Review
from portal.domain.policy import Pack, Policy
from portal.ports import Deps
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
        return work.shops.settings_of(work.shops.get(shop_key)["id"]).zone


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

    `packs` are those by name that `pack` may be built on.
    """
    policy = alone(pack, packs)
    lines_asked: dict[str, set[str]] = defaultdict(set)
    for past in applications:
        lines_asked[past.order_no].add(past.line_id)
    with reading(deps) as work:
        shop_id = int(work.shops.get(shop_key)["id"])
        settings = work.shops.settings_of(shop_id)
        found = list(past_orders(work.connection, shop_id, lines_asked, whole=policy.thresholds == "reprice"))
    orders = PastOrders(
        (past.order for past in found),
        policy,
        deps.calendar,
        shop_zone=settings.zone,
        customer_zones={past.order.no: past.zone for past in found if past.zone},
        lines_asked=lines_asked,
        informed=settings.eu_information_given,
    )
    words = Notes(policy, locale)
    answers: dict[int, Simulated] = {}
    for place in in_order(list(applications)):
        answers[place] = words.answer(orders.decide(applications[place]))
    return [answers[place] for place in range(len(applications))]


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
