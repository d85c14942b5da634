"""How the installation and a shop stand, in one statement of bounded cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from portal.models.event import AuditCheck, SignedHead
from portal.models.inbox import InboundMail
from portal.models.job import Job, StaffTask
from portal.models.webhook import WebhookDelivery, WebhookEndpoint
from portal.repos.job_lists import of_shop
from portal.repos.tickets import MOST_COUNTED

JOBS, TASKS, MAILS = Job.__table__, StaffTask.__table__, InboundMail.__table__
HEADS, CHECKS = SignedHead.__table__, AuditCheck.__table__
ENDPOINTS, DELIVERIES = WebhookEndpoint.__table__, WebhookDelivery.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Counts are of the shop and end at MOST_COUNTED; the audit trail is of all shops. `faults`: broken entries that
    the last check found."""

    dead_jobs: int
    failed_refunds: int
    parked_refunds: int
    waiting_mails: int
    dead_deliveries: int
    endpoints: int
    head_at: datetime | None
    checked_at: datetime | None
    faults: list[Any] | None


def standing(connection: Connection, shop_id: int) -> Standing:
    theirs = select(ENDPOINTS.c.id).where(ENDPOINTS.c.shop_id == shop_id, ENDPOINTS.c.removed_at.is_(None))
    dead = select(DELIVERIES.c.id).where(DELIVERIES.c.endpoint_id.in_(theirs), DELIVERIES.c.state == "dead")
    query = select(
        _count(select(JOBS.c.id).where(JOBS.c.dead_at.is_not(None), of_shop(shop_id))).label("dead_jobs"),
        _tasks(shop_id, "refund_failed").label("failed_refunds"),
        _tasks(shop_id, "refund_parked").label("parked_refunds"),
        _count(select(MAILS.c.id).where(MAILS.c.shop_id == shop_id, MAILS.c.state == "waiting")).label("waiting_mails"),
        _count(dead).label("dead_deliveries"),
        _count(theirs).label("endpoints"),
        _newest(HEADS.c.at, HEADS.c.number).label("head_at"),
        _newest(CHECKS.c.at, CHECKS.c.id).label("checked_at"),
        _newest(CHECKS.c.faults, CHECKS.c.id).label("faults"),
    )
    return Standing(**connection.execute(query).one()._mapping)


def _tasks(shop_id: int, kind: str) -> ColumnElement[int]:
    """Open ones."""
    mine = select(TASKS.c.id).where(TASKS.c.shop_id == shop_id, TASKS.c.done_at.is_(None), TASKS.c.kind == kind)
    return _count(mine)


def _count(some: Any) -> ColumnElement[int]:
    return select(func.count()).select_from(some.limit(MOST_COUNTED).subquery()).scalar_subquery()


def _newest(wanted: Any, number: Any) -> Any:
    return select(wanted).order_by(number.desc()).limit(1).scalar_subquery()
