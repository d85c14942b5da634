"""Signs of life: which workers there are, and when those outside last answered."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Rows


class WorkerSign(Model):
    """A worker, by its name, until a day after it was seen last. Times are of the database's clock. `version`: of its
    code."""

    __tablename__ = "worker_sign"
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[str] = mapped_column(String(32))
    started_at: Mapped[At]
    seen_at: Mapped[At]


class CallSign(Model):
    """How those whom workers call have answered; a few rows for good. `name`: as logs call it (`rail.alipay`, without
    the act); `shop_id`: 0 where it is nobody's own. `problem`: of the last failure, a code. `failures`: for each of the
    last 24 hours that had any, when it began (ISO) and how many."""

    __tablename__ = "call_sign"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    shop_id: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    succeeded_at: Mapped[AtOrNone]
    failed_at: Mapped[AtOrNone]
    problem: Mapped[str] = mapped_column(String(64), default="")
    failures: Mapped[Rows]
