"""The event table: timeline, audit trail, feed and source of notices (law 6); and the requests that acted."""

from __future__ import annotations

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, BigInt, Data, Id, Rows, belongs_to, named_by_id, partial_index

_BY_STAFF = "substr(actor, 1, 6) = 'staff:'"


class Event(Model):
    """`text` is the canonical JSON that was hashed; `txid` is the writing transaction on PostgreSQL (feed cursor)."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("chain", "seq"),
        Index("ix_event_order", "order_id", "seq"),
        Index("ix_event_feed", "shop_id", "txid", "id"),
        partial_index("ix_event_at", "shop_id", "at", "id", where="seq > 0"),
        Index("ix_event_kind", "shop_id", "kind", "at", "id"),
        partial_index("ix_event_staff", "shop_id", "actor", "at", "id", where=_BY_STAFF),
        partial_index("ix_event_staff_kind", "shop_id", "actor", "kind", "at", "id", where=_BY_STAFF),
        Index(
            "uq_event_key",
            "shop_id",
            "key",
            unique=True,
            sqlite_where=text("key IS NOT NULL"),
            postgresql_where=text("key IS NOT NULL"),
        ),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    chain: Mapped[str] = mapped_column(String(80))
    seq: Mapped[int]
    order_id: Mapped[int | None] = named_by_id(nullable=True)
    case_no: Mapped[str | None] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(64))
    at: Mapped[At]
    actor: Mapped[str] = mapped_column(String(80))
    behalf: Mapped[str] = mapped_column(String(80), default="")
    text: Mapped[str] = mapped_column(Text)
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    key: Mapped[str | None] = mapped_column(String(160))
    txid: Mapped[int] = mapped_column(BigInt, server_default="0")


class Chain(Model):
    """Heads of the chains that belong to no order: one per (shop, actor). `seal`: an HMAC over its end."""

    __tablename__ = "chain"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    head: Mapped[str] = mapped_column(String(64))
    length: Mapped[int]
    seal: Mapped[str] = mapped_column(String(64), server_default=text("''"))


class AuditSeal(Model):
    """What was hashed under a key that is gone, as it stood when it was sealed: entries up to `until_id`, heads up to
    `heads`, rows up to `text_ids` that no entry speaks of. The newest counts; `signature` is over everything else."""

    __tablename__ = "audit_seal"
    id: Mapped[Id]
    at: Mapped[At]
    until_id: Mapped[int] = mapped_column(BigInt)
    digest: Mapped[str] = mapped_column(String(64))
    heads: Mapped[int]
    heads_digest: Mapped[str] = mapped_column(String(64))
    text_ids: Mapped[Data]
    signature: Mapped[str] = mapped_column(String(64))


class SignedHead(Model):
    """That a head was signed and written elsewhere: without it nobody would miss it there."""

    __tablename__ = "signed_head"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(32))
    signature: Mapped[str] = mapped_column(String(64))
    at: Mapped[At]


class AuditCheck(Model):
    """What `portal audit verify` found, signed, for the page of the trail. The newest counts."""

    __tablename__ = "audit_check"
    id: Mapped[Id]
    at: Mapped[At]
    events: Mapped[int] = mapped_column(BigInt)
    signed: Mapped[int]
    faults: Mapped[Rows]
    signature: Mapped[str] = mapped_column(String(64))


class Request(Model):
    """A form or API call that acted: the same id answers the same again (SECURITY, double effects).

    `kind`, `number` and `facts` are its result (portal.domain.kept_results.Kept).
    """

    __tablename__ = "request"
    __table_args__ = (UniqueConstraint("actor", "request_id"), Index("ix_request_created_at", "created_at"))
    id: Mapped[Id]
    actor: Mapped[str] = mapped_column(String(80))
    request_id: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32), server_default=text("''"))
    number: Mapped[str] = mapped_column(Text, server_default=text("''"))
    facts: Mapped[Data] = mapped_column(server_default=text("'{}'"))
    created_at: Mapped[At]
