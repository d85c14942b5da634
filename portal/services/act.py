"""Somebody does something about an order, or reads it, in one transaction: what every step of that needs.

Settings, policy and the order's situation are read when they are first asked for, once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from portal.domain.applying.early import EarlyStanding
from portal.domain.applying.terms import ApplicationTerms, Surroundings
from portal.domain.applying.units import Claim
from portal.domain.cases.case import Case
from portal.domain.deadlines.spans import ROUND_THE_CLOCK, Span, due
from portal.domain.identity.access import Actor
from portal.domain.orders.order import Order
from portal.domain.policy.pack import Policy
from portal.domain.records.events import NewEvent
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork
from portal.services.actor_source import event_source
from portal.services.notify_staff import notify_staff
from portal.services.situation import Situation, surroundings_of, terms_at


class Act:
    """`actor` acts on the order of `record`; whoever writes holds its lock. `settings`, where they are known."""

    def __init__(
        self,
        work: UnitOfWork,
        record: OrderRecord,
        actor: Actor,
        deps: Deps,
        *,
        settings: ShopSettings | None = None,
    ) -> None:
        self.work, self.record, self.actor, self.deps = work, record, actor, deps
        if settings is not None:
            self.settings = settings

    @property
    def case_no(self) -> str:
        """Of the case that it is about, "" for none."""
        return ""

    @property
    def case_id(self) -> int | None:
        """Its row's."""
        return None

    @property
    def now(self) -> datetime:
        """The one moment of the transaction, aware UTC."""
        return self.work.now

    @property
    def order(self) -> Order:
        """The facts as changed so far."""
        return self.record.order

    @cached_property
    def settings(self) -> ShopSettings:
        """The shop's."""
        return self.work.shops.settings_of(self.record.shop_id)

    @cached_property
    def policy(self) -> Policy:
        """The rules that the order was placed under."""
        return self.work.policies.of(self.record)

    @cached_property
    def around(self) -> Surroundings:
        """The calendar, zone and place by which its deadlines run."""
        return surroundings_of(self.work, self.record, self.policy, self.settings, self.deps)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """What the order's cases hold. One query, none for an order without any."""
        return self.work.cases.claims_of(self.record.id) if self.record.after_sales else ()

    @cached_property
    def situation(self) -> Situation:
        """The order as an application finds it when this is first asked for."""
        return self.situation_of(self.order, self.claims)

    def situation_without(self, case: Case, freed: Order) -> Situation:
        """As if `case` claimed nothing: `freed` is the order then."""
        return self.situation_of(freed, tuple(claim for claim in self.claims if claim.case_no != case.case_no))

    def situation_of(self, order: Order, claims: tuple[Claim, ...]) -> Situation:
        """With facts and claims that are known already."""
        return Situation(
            order=order,
            policy=self.policy,
            around=self.around,
            claims=claims,
            now=self.now,
            takes_returns=self.settings.returns,
            early=self.early_standing,
        )

    @cached_property
    def early_standing(self) -> EarlyStanding | None:
        """The customer, where the shop refunds at hand-over; None, and no query, where it does not or has no account
        of theirs."""
        rule, owner = self.policy.refund_at_handover, self.record.customer_id
        return self.work.early_refunds.standing(self.record, owner, rule) if rule and owner else None

    def terms(self, line_ids: Iterable[str] = ()) -> ApplicationTerms:
        """When deadlines would end that began now, and the windows of these lines, whatever cases hold."""
        return terms_at(self.situation_of(self.order, ()), line_ids=line_ids)

    def due(self, span: Span) -> datetime:
        """The end of a span that begins now, in the shop's zone, day and night."""
        return due(span, self.now, zone=self.around.zone, hours=ROUND_THE_CLOCK)

    def save_order(self, after: Order) -> None:
        """Stores what differs from the facts as changed so far."""
        self.work.orders.save(self.record, after)

    def happened(self, what: str, **data: Any) -> None:
        """An event of the order: `what` is `subject:action`, its source follows from the actor (law 6)."""
        self.record_events(NewEvent(kind=f"{event_source(self.actor)}:{what}", data=data, case_no=self.case_no or None))

    def record_events(self, *events: NewEvent) -> None:
        """Events that carry a source or a key of their own."""
        self.work.events.append(self.record, self.actor, *events)

    def notify_customer(self, notice: str, **params: Any) -> None:
        """A notice to the customer of the order, in the transaction of what it tells of (S15)."""
        self.notify_of_order(notice, **({"case_no": self.case_no} if self.case_no else {}), **params)

    def notify_of_order(self, notice: str, **params: Any) -> None:
        """One whose words are of the order alone, though a case may have led to it."""
        self.work.notices.add(
            self.record.shop_id,
            self.record.customer_id,
            notice,
            {"order_no": self.order.no} | params,
            order_no=self.order.no,
            case_no=self.case_no,
        )

    def notify_staff(self, what: str, *, is_new_turn: bool = False) -> None:
        """Mail to everybody who may answer: once for each reason, and again where it has come about once more."""
        turn = self.record.events_count if is_new_turn else 0
        notify_staff(self.work, what, self.record, self.case_no, turn=turn)

    def on(self, case: Case) -> CaseAct:
        """The same act, about a case that it has opened or found."""
        act = CaseAct(self.work, self.record, case, self.actor, self.deps)
        known = ("settings", "policy", "around")
        vars(act).update({name: value for name, value in vars(self).items() if name in known})
        return act


class CaseAct(Act):
    """An act about a case: `case` is as changed so far, its units what it claimed when it was read."""

    def __init__(
        self,
        work: UnitOfWork,
        record: OrderRecord,
        case: Case,
        actor: Actor,
        deps: Deps,
        *,
        settings: ShopSettings | None = None,
    ) -> None:
        super().__init__(work, record, actor, deps, settings=settings)
        self.case = case

    @property
    def case_no(self) -> str:
        """Of the case."""
        return self.case.case_no

    @property
    def case_id(self) -> int:
        """Its row's."""
        return self.case.id

    def save(self, after: Case) -> None:
        """Writes the case as it is after a step (`domain.cases.steps`). Raises Conflict: somebody was faster."""
        self.case = self.work.cases.save(self.case, after)

    def open_task(self, kind: str, *, key: str = "", detail: dict[str, Any] | None = None) -> None:
        """What only a person can do, once for the case, or for each `key`."""
        self.work.tasks.open(
            self.record.shop_id,
            kind,
            dedup_key=f"{kind}:{key or self.case_no}",
            detail=detail or {},
            order_id=self.record.id,
            case_id=self.case.id,
        )

    def open_task_again(self, kind: str) -> None:
        """As `open_task`, for what may have been done once and is to be done again."""
        key = f"{kind}:{self.case_no}"
        self.work.tasks.reopen(self.record.shop_id, kind, dedup_key=key, order_id=self.record.id, case_id=self.case.id)

    def close_task(self, kind: str) -> None:
        """It is done."""
        self.work.tasks.close(f"{kind}:{self.case_no}")


def lock_order(work: UnitOfWork, order_no: str, actor: Actor, deps: Deps) -> Act:
    """Raises NotFound, also for somebody else's."""
    return Act(work, work.orders.get_for_update(order_no, actor), actor, deps)


def lock_case(work: UnitOfWork, case_no: str, actor: Actor, deps: Deps) -> CaseAct:
    """The order's row first, then the case's (law 5). Raises NotFound, also for somebody else's."""
    record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
    return CaseAct(work, record, work.cases.get_for_update(case_no, actor), actor, deps)
