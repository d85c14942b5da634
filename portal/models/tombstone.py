"""Who was erased, as digests that nobody can read back."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, BigInt


class Tombstone(Model):
    """`digest`: an HMAC of the shop's id of them, or of their phone or mail, under the installation's secret."""

    __tablename__ = "tombstone"
    shop_id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    erased_at: Mapped[At]
