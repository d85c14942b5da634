"""People: customers, staff, their sessions, their one-time codes, and failed tries."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, BigInt, Id, Json, Rows, belongs_to


class Customer(Model):
    """`version` rises in every event's transaction: the ETag of each of their pages depends on it (law 10).

    `phone` is E.164, or what could not be read so as it came; `mail` as it came. The keys are what they and the id are
    looked up by, however they are typed (`domain.typed`); `phone_end` is what a caller says of a phone.
    `notices_off`: which notices are not sent, and which way (`domain.messages.notice_choice`). `unreachable`: by way, a
    digest of the address that the last message there came back from. `digest_key` is made
    when a personal value is first digested, and goes with everything personal at `erased_at`.
    """

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("shop_id", "external_id"),
        Index("ix_customer_login", "shop_id", "login_key"),
        Index("ix_customer_phone", "shop_id", "phone_key"),
        Index("ix_customer_mail", "shop_id", "mail_key"),
        Index("ix_customer_name", "shop_id", "name"),
        Index("ix_customer_phone_end", "shop_id", "phone_end", text("id DESC")),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    external_id: Mapped[str] = mapped_column(String(128))
    name: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str | None] = mapped_column(String(200))
    mail: Mapped[str | None] = mapped_column(String(254))
    login_key: Mapped[str | None] = mapped_column(Text)
    phone_key: Mapped[str | None] = mapped_column(String(64))
    phone_end: Mapped[str | None] = mapped_column(String(4))
    mail_key: Mapped[str | None] = mapped_column(Text)
    locale: Mapped[str] = mapped_column(String(16), default="")
    zone: Mapped[str] = mapped_column(String(64), default="")
    notices_off: Mapped[list[Any] | None] = mapped_column(Json)
    unreachable: Mapped[dict[str, Any] | None] = mapped_column(Json)
    password_hash: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[At]
    digest_key: Mapped[str | None] = mapped_column(String(64))
    erased_at: Mapped[AtOrNone]


class Staff(Model):
    """`totp_step` is the last time step whose code was spent: a code works once. Who is invited has no password and no
    secret yet, but the SHA-256 of a link that is good until `invited_until`. `away_until`: no case is theirs before.
    `provider_issuer` and `provider_subject`: the company account that is linked, which signs in without password."""

    __tablename__ = "staff"
    __table_args__ = (
        Index("uq_staff_invite", "invite_hash", unique=True),
        Index("uq_staff_provider", "provider_issuer", "provider_subject", unique=True),
    )
    id: Mapped[Id]
    login: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    mail: Mapped[str | None] = mapped_column(String(254))
    password_hash: Mapped[str] = mapped_column(Text)
    totp_secret: Mapped[str] = mapped_column(Text)
    totp_step: Mapped[int] = mapped_column(BigInt, default=0)
    invite_hash: Mapped[str | None] = mapped_column(String(64))
    invited_until: Mapped[AtOrNone]
    away_until: Mapped[AtOrNone]
    notices: Mapped[dict[str, Any] | None] = mapped_column(Json)
    provider_issuer: Mapped[str | None] = mapped_column(String(500))
    provider_subject: Mapped[str | None] = mapped_column(String(255))
    views: Mapped[Rows] = mapped_column(default=list, server_default=text("'[]'"))
    disabled_at: Mapped[AtOrNone]
    created_at: Mapped[At]


class RecoveryCode(Model):
    """In place of the authenticator, once: the HMAC of a code that was shown when it was made."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("staff_id", "digest"),)
    id: Mapped[Id]
    staff_id: Mapped[int] = belongs_to("staff")
    digest: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[AtOrNone]


class StaffShop(Model):
    __tablename__ = "staff_shop"
    staff_id: Mapped[int] = mapped_column(BigInt, primary_key=True)
    shop_id: Mapped[int] = mapped_column(BigInt, primary_key=True)


class Session(Model):
    """A server-side session: the cookie holds 256 bits, the row their SHA-256 (SECURITY, cookies).

    `place`: tab or frame; a token works in its own place only. `orders`: all it reaches, None for whatever is its own.
    `is_remembered`: its customer asked to stay signed in on that device. Of kind `behalf`: `staff_id` acts in the place
    of the customer or guest as `behalf_id` says, for as long as their own session `staff_session_id` lives.
    """

    __tablename__ = "session"
    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    shop_id: Mapped[int] = belongs_to("shop")
    customer_id: Mapped[int | None] = belongs_to("customer", nullable=True, index=True)
    staff_id: Mapped[int | None] = belongs_to("staff", nullable=True, index=True)
    order_no: Mapped[str | None] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(16), default="")
    place: Mapped[str] = mapped_column(String(8), default="tab", server_default=text("'tab'"))
    orders: Mapped[list[Any] | None] = mapped_column(Json)
    is_remembered: Mapped[bool] = mapped_column(default=False, server_default=false())
    behalf_id: Mapped[int | None] = mapped_column(BigInt)
    staff_session_id: Mapped[int | None] = mapped_column(BigInt)
    created_at: Mapped[At]
    last_seen_at: Mapped[At]
    expires_at: Mapped[At] = mapped_column(index=True)


class OneTimeCode(Model):
    """Six digits, as HMAC, bound to a purpose and its subject. `destination` is an HMAC too, for the limits."""

    __tablename__ = "one_time_code"
    __table_args__ = (
        Index("ix_one_time_code_subject", "shop_id", "purpose", "subject", "created_at"),
        Index("ix_one_time_code_destination", "destination", "created_at"),
        Index("ix_one_time_code_network", "network", "created_at"),
        Index("ix_one_time_code_created_at", "created_at"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    purpose: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(128))
    destination: Mapped[str] = mapped_column(String(64))
    network: Mapped[str] = mapped_column(String(64), default="")
    code_hash: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[At]
    expires_at: Mapped[At]
    used_at: Mapped[AtOrNone]


class Failure(Model):
    """A failed try, under the HMAC of what is throttled (an account, an address)."""

    __tablename__ = "failure"
    __table_args__ = (Index("ix_failure_bucket", "bucket", "at"), Index("ix_failure_at", "at"))
    id: Mapped[Id]
    bucket: Mapped[str] = mapped_column(String(80))
    at: Mapped[At]
