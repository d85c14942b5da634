"""Regular work that one worker does for all of them: when it is due again, and who is at it."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone


class Turn(Model):
    """A few rows for good. All times are of the database's clock: workers on several machines share no other."""

    __tablename__ = "turn"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    due_at: Mapped[At]
    lease: Mapped[str | None] = mapped_column(String(64))
    leased_until: Mapped[AtOrNone]
