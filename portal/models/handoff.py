"""How a merchant's page hands its customer over: one-time codes, keys of signed tokens, and what was spent."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, Id, Json, belongs_to


class HandoffCode(Model):
    """256 bits, kept as SHA-256, good once and for a minute. `orders`: the only ones it opens, None for all."""

    __tablename__ = "handoff_code"
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    customer_id: Mapped[int] = belongs_to("customer", index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    orders: Mapped[list[Any] | None] = mapped_column(Json)
    locale: Mapped[str] = mapped_column(String(16), default="")
    path: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[At] = mapped_column(index=True)
    expires_at: Mapped[At]
    used_at: Mapped[AtOrNone]


class HandoffKey(Model):
    """A key for signed tokens, encrypted. Its algorithm is fixed: HS256 (a secret) or EdDSA (a public key)."""

    __tablename__ = "handoff_key"
    __table_args__ = (UniqueConstraint("shop_id", "kid"),)
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    kid: Mapped[str] = mapped_column(String(32))
    algorithm: Mapped[str] = mapped_column(String(8))
    sealed: Mapped[str] = mapped_column(Text)
    created_at: Mapped[At]
    retired_at: Mapped[AtOrNone]


class SpentToken(Model):
    """The digest of a token that worked its one time; swept once the token would have ended anyway."""

    __tablename__ = "spent_token"
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    expires_at: Mapped[At] = mapped_column(index=True)
