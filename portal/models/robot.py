"""The robot of a chat group that a shop's notices go to, and what is gathered for its next message."""

from __future__ import annotations

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Id, Rows, belongs_to


class Robot(Model):
    """Address and signing secret are encrypted; `host` and `tail` are what is shown of the address. `problem`,
    `status`, `said`: what the last try came to, at `tried_at`. Until `retry_at` the job `retry_job` tries for
    all others."""

    __tablename__ = "robot"
    __table_args__ = (UniqueConstraint("shop_id"),)
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    form: Mapped[str] = mapped_column(String(12))
    sealed_url: Mapped[str] = mapped_column(Text)
    sealed_secret: Mapped[str] = mapped_column(Text, default="")
    host: Mapped[str] = mapped_column(Text)
    tail: Mapped[str] = mapped_column(String(4))
    kinds: Mapped[Rows]
    set_at: Mapped[At]
    tried_at: Mapped[AtOrNone]
    problem: Mapped[str] = mapped_column(String(16), default="")
    status: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(Text, default="")
    retry_at: Mapped[AtOrNone]
    retry_job: Mapped[int | None] = mapped_column(BigInt)


class RobotNote(Model):
    """As a note of one of the staff (`staff_note`), for a group."""

    __tablename__ = "robot_note"
    __table_args__ = (UniqueConstraint("shop_id", "key"),)
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    what: Mapped[str] = mapped_column(String(40))
    order_no: Mapped[str] = mapped_column(String(64))
    case_no: Mapped[str] = mapped_column(String(32))
    page: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(Text)
    deadline_at: Mapped[AtOrNone]
    created_at: Mapped[At]
