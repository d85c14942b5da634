"""How far staff were told of their deadlines."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, BigInt


class DeadlineMark(Model):
    """`told_until`: of deadlines up to that moment, of those at it up to the row `last_id`. `name`: whose deadlines."""

    __tablename__ = "deadline_mark"
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    told_until: Mapped[At]
    last_id: Mapped[int] = mapped_column(BigInt)
