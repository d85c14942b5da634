"""A shop, its addresses, and the packs published for it."""

from __future__ import annotations

from sqlalchemy import String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, Data, Id, Rows, belongs_to


class Shop(Model):
    __tablename__ = "shop"
    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(Text)
    policy: Mapped[str] = mapped_column(String(64))
    settings: Mapped[Data]
    origins: Mapped[Rows]
    image_origins: Mapped[Rows]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[At]


class ShopToken(Model):
    """A token of the machine API, kept as its SHA-256. `last_used_at` is written at most once an hour."""

    __tablename__ = "shop_token"
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop", index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[Rows]
    created_at: Mapped[At]
    last_used_at: Mapped[AtOrNone]
    retired_at: Mapped[AtOrNone]


class ShopHost(Model):
    __tablename__ = "shop_host"
    host: Mapped[str] = mapped_column(String(255), primary_key=True)
    shop_id: Mapped[int] = belongs_to("shop", index=True)


class PolicyVersion(Model):
    """A published pack, immutable: its canonical text re-parses to the same rules years later."""

    __tablename__ = "policy_version"
    __table_args__ = (UniqueConstraint("shop_id", "name", "digest"),)
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    name: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    engine: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    published_at: Mapped[At]
    published_by: Mapped[str] = mapped_column(String(80))
    effective_from: Mapped[AtOrNone]
