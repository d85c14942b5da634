"""Refunds begin here: rows with their numbers, events and jobs, in the transaction of the act that causes them."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from portal.domain.codec import to_plain
from portal.domain.deadlines.spans import arrival_between
from portal.domain.identity.access import Actor
from portal.domain.orders.decisions import Plan, PlanTender
from portal.domain.records.events import Event
from portal.domain.refunds.life_cycle import refund_number
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.refunds import NewRefund
from portal.repos.unit_of_work import UnitOfWork
from portal.services.refunds.return_freight_left import note_carriage_left


def start_refunds(
    work: UnitOfWork,
    record: OrderRecord,
    tenders: tuple[PlanTender, ...],
    *,
    why: str,
    actor: Actor,
    settings: ShopSettings,
    deps: Deps,
    case_id: int | None = None,
    case_no: str | None = None,
    plan: Plan | None = None,
) -> list[NewRefund]:
    """One refund per tender, as planned. The caller has saved the order with these amounts reserved on its payments.

    The number is stored here, before anybody is called (PAYMENTS rule 1); `plan` is kept with the first of them.
    """
    rows = [_row(work, record, tender, why, case_id, settings, deps) for tender in tenders]
    if plan and rows:
        rows[0] = replace(rows[0], summary=to_plain(plan))
    for row in rows:
        work.jobs.enqueue("refund", {"refund": row.refund_id}, dedup_key=f"refund:{row.refund_id}")
    work.refunds.plan(rows)
    work.events.append(record, actor, *(_planned(row, case_no) for row in rows))
    if plan:
        note_carriage_left(work, record, plan, case_id=case_id, case_no=case_no)
    if rows:
        record.begins_refunds()
    return rows


def _row(
    work: UnitOfWork,
    record: OrderRecord,
    tender: PlanTender,
    why: str,
    case_id: int | None,
    settings: ShopSettings,
    deps: Deps,
) -> NewRefund:
    """Numbered, with the days between which it is expected to arrive, in the shop's zone."""
    refund_id, arrival = deps.random.id(work.now), settings.arrival_of(tender.method)
    first, last = arrival_between(
        work.now, arrival.min_days, arrival.max_days, deps.calendar, country="CN", zone=ZoneInfo(settings.zone)
    )
    return NewRefund(
        refund_id=refund_id,
        number=refund_number(refund_id, 1),
        shop_id=record.shop_id,
        order_id=record.id,
        case_id=case_id,
        payment_row_id=record.payment_ids[tender.payment_id],
        amount_minor=tender.amount.minor,
        currency=tender.amount.currency,
        method=tender.method,
        why=why,
        arrival_from=first,
        arrival_to=last,
    )


def _planned(row: NewRefund, case_no: str | None) -> Event:
    data = {
        "refund": row.number,
        "amount": row.amount_minor,
        "currency": row.currency,
        "method": row.method,
        "why": row.why,
    }
    return Event(kind="system:refund:planned", data=data, case_no=case_no)
