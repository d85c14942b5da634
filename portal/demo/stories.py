"""What a case of the demo goes through, each step at its own moment: who did it, through the services, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from portal.demo.arrived import delivered
from portal.demo.drafts import Draft, item
from portal.demo.moments import Moments
from portal.demo.photos import photo
from portal.demo.writing import write_order
from portal.domain.applying.decide import CONDITIONS
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import read_login
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.applying.apply_for import apply_for
from portal.services.evidence.receive_files import receive_evidence
from portal.services.identity.staff_accounts import staff_actor
from portal.services.intake.import_orders import import_order

AGENT, INSPECTOR = "tepai-agent", "tepai-warehouse"


@dataclass(frozen=True, slots=True)
class _StoppedClock:
    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def rest(self, seconds: float) -> None:
        """Its hands do not move, so nobody waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoShop:
    """The demo shop as stories find it: loaded `when`."""

    shop_id: int
    image_base: str
    when: Moments
    deps: Deps

    def shopper(self, login: str) -> Actor:
        with reading(self.deps) as work:
            customer = work.accounts.find_by_login(self.shop_id, read_login(login))
        assert customer is not None
        return Actor(kind="shopper", shop_id=self.shop_id, id=customer.id)

    def at(self, moment: datetime) -> Deps:
        """As the shop was then."""
        return replace(self.deps, clock=_StoppedClock(moment.astimezone(UTC)))

    def take(self, draft: Draft, place: int) -> str:
        """The number of an order that is there for the case's sake; `place` sets it apart from all others."""
        number = f"TP{draft.placed_at:%Y%m%d}9{place:03}"
        import_order(shop_id=self.shop_id, data=write_order(draft, number, self.image_base), deps=self.deps)
        return number


class CaseStory:
    """One case of one shopper, told step by step: `story.step(ship_back, at, shipment=…)`."""

    def __init__(self, shop: DemoShop, shopper: Actor, order_no: str) -> None:
        self.shop, self.shopper, self.order_no, self.case_no = shop, shopper, order_no, ""
        self._steps = 0

    def apply(self, ask: ApplicationAsk, at: datetime, photos: Sequence[str] = ()) -> None:
        by = self.by(self.shopper, at)
        ids = self._taken(photos, self.shopper, by["deps"], order_no=self.order_no)
        done = apply_for(order_no=self.order_no, ask=ask, evidence_ids=ids, **by)
        self.case_no = done.case_no

    def step(self, act: Any, at: datetime, *, login: str = "", **values: Any) -> None:
        """`login`: the member of staff who does it, else it is the shopper."""
        act(case_no=self.case_no, **values, **self.by(self.staff(login) if login else self.shopper, at))

    def photographed(self, names: Sequence[str], at: datetime, login: str) -> tuple[str, ...]:
        """The ids of photos that this member of staff has taken."""
        deps = self.by(self.shopper, at)["deps"]
        return self._taken(names, self.staff(login), deps, case_no=self.case_no)

    def _taken(self, names: Sequence[str], actor: Actor, deps: Deps, **of: str) -> tuple[str, ...]:
        found = receive_evidence(uploads=[photo(name) for name in names], actor=actor, deps=deps, **of)
        assert not found.faults
        return tuple(evidence.id for evidence in found.evidence)

    def staff(self, login: str) -> Actor:
        return staff_actor(login=login, case_no=self.case_no, deps=self.shop.deps)

    def by(self, actor: Actor, at: datetime) -> dict[str, Any]:
        self._steps += 1
        request_id = f"demo-{self.order_no}-{self._steps}"
        return {"actor": actor, "request_id": request_id, "deps": self.shop.at(at)}


def three_of(shop: DemoShop, good: str, place: int, days_ago: int) -> str:
    """An order of the first shopper for three of a good, delivered so many days ago."""
    return shop.take(delivered(shop.when, days_ago, [item(good, 3)]), place)


def all_three(reason: str = "no_reason", *, kind: Any = "return_refund", note: str = "") -> ApplicationAsk:
    return ApplicationAsk(kind=kind, units=(("1", 3),), reason=reason, received=True, conditions=CONDITIONS, note=note)
