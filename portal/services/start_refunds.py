"""Refunds begin here: rows with their numbers, events and jobs, in the transaction of the act that causes them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from portal.domain.access import Actor
from portal.domain.codec import to_plain
from portal.domain.deadlines import arrival_between
from portal.domain.decisions import Plan, PlanTender
from portal.domain.events import Event
from portal.domain.refunds import refund_number
from portal.domain.shop_settings import ShopSettings
from portal.ports import Deps
from portal.repos.orders import OrderRecord
from portal.repos.refunds import NewRefund
from portal.repos.unit_of_work import UnitOfWork
from portal.services.carriage_left import note_carriage_left


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
    rows: list[NewRefund] = []
    for tender in tenders:
        refund_id = deps.random.id(work.now)
        arrival = settings.arrival_of(tender.method)
        arrives = arrival_between(
            work.now, arrival.min_days, arrival.max_days, deps.calendar, country="CN", zone=ZoneInfo(settings.zone)
        )
        rows.append(
            NewRefund(
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
                arrival_from=arrives[0],
                arrival_to=arrives[1],
                summary=to_plain(plan) if plan and not rows else None,
            )
        )
        work.jobs.enqueue("refund", {"refund": refund_id}, dedup_key=f"refund:{refund_id}")
    work.refunds.plan(rows)
    work.events.append(record, actor, *(_planned(row, case_no) for row in rows))
    if plan:
        note_carriage_left(work, record, plan, case_id=case_id, case_no=case_no)
    if rows:
        record.changes |= {"after_sales": True, "refund_state": "planned"}
    return rows


def _planned(row: NewRefund, case_no: str | None) -> Event:
    data = {
        "refund": row.number,
        "amount": row.amount_minor,
        "currency": row.currency,
        "method": row.method,
        "why": row.why,
    }
    return Event(kind="system:refund:planned", data=data, case_no=case_no)
