"""The shop says which points and coupons its customer has again: 待退回 becomes 已退回 (TRAPS T20, T21)."""

from __future__ import annotations

import json
from collections.abc import Iterable

from portal.domain.errors import Invalid
from portal.domain.identity.access import Actor
from portal.domain.orders.results import BenefitsReturned
from portal.domain.records.benefits import Benefit, Told, benefits_of
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.events import ToldEvent
from portal.repos.unit_of_work import unit_of_work


def benefits_in(events: Iterable[ToldEvent]) -> tuple[Benefit, ...]:
    """What an order's events say of points and coupons."""
    return benefits_of(_told(event) for event in events if ":points:" in event.kind or ":coupon:" in event.kind)


def returned_benefits(
    *, order_no: str, ids: tuple[int, ...], actor: Actor, deps: Deps, request_id: RequestKey | None = None
) -> BenefitsReturned:
    """Of those `ids` that wait; one that was returned before stays as it is. Each has one event, by its key.

    Errors: NotFound, Invalid (not of this order), Reused.
    """
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, "", BenefitsReturned):
            return done
        record = work.orders.get_for_update(order_no, actor)
        known = {benefit.id: benefit for benefit in benefits_in(work.events.of_order(record.id))}
        if foreign := [place for place, one in enumerate(ids) if one not in known]:
            raise Invalid(tuple((f"ids.{place}", "is no benefit of this order") for place in foreign))
        waiting = [known[one] for one in dict.fromkeys(ids) if known[one].returned_at is None]
        for benefit in waiting:
            said = {"points": benefit.points} if benefit.kind == "points" else {"coupon": benefit.coupon}
            work.events.append(
                record,
                actor,
                NewEvent(
                    kind=f"feed:{benefit.kind}:given_back",
                    data={"benefit": benefit.id} | said,
                    case_no=benefit.case_no,
                    key=f"benefit:{order_no}:{benefit.id}",
                ),
            )
        return work.requests.finish(actor, request_id, BenefitsReturned(order_no=order_no, count=len(waiting)))


def _told(event: ToldEvent) -> Told:
    kept = json.loads(event.text)
    return Told(event.kind, event.at, event.case_no, kept["seq"], kept["data"])
