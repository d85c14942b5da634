"""What a shop owes its customers to be spent with it (P10): balances, what they consist of, and every change."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.models.columns import At, AtOrNone, Id, Minor, belongs_to, partial_index


class CreditAccount(Model):
    """One of a customer for each currency; its row is locked by whoever changes it. `balance_minor` is the sum of its
    entries, and of what is left of its lots."""

    __tablename__ = "credit_account"
    __table_args__ = (
        UniqueConstraint("customer_id", "currency"),
        CheckConstraint("balance_minor >= 0", name="balance"),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    customer_id: Mapped[int] = belongs_to("customer")
    currency: Mapped[str] = mapped_column(String(3))
    balance_minor: Mapped[Minor] = mapped_column(default=0)


class CreditLot(Model):
    """What came in at once; `left_minor` of it can be spent until it expires."""

    __tablename__ = "credit_lot"
    __table_args__ = (
        CheckConstraint("left_minor >= 0 AND left_minor <= amount_minor", name="left"),
        Index("ix_credit_lot_account", "account_id"),
        partial_index("ix_credit_lot_expiry", "expires_at", where="left_minor > 0 AND expires_at IS NOT NULL"),
    )
    id: Mapped[Id]
    account_id: Mapped[int] = belongs_to("credit_account")
    amount_minor: Mapped[Minor]
    left_minor: Mapped[Minor]
    expires_at: Mapped[AtOrNone]


class CreditEntry(Model):
    """A change of a balance, append-only: the database refuses to alter or delete one. `number` names it once in a
    shop; `kind`: credit, refund, bonus, spend, expire; `minor` as the balance changes."""

    __tablename__ = "credit_entry"
    __table_args__ = (
        UniqueConstraint("shop_id", "number"),
        CheckConstraint("minor <> 0 AND (minor < 0) = (kind IN ('spend', 'expire'))", name="sign"),
        Index("ix_credit_entry_account", "account_id", text("id DESC")),
    )
    id: Mapped[Id]
    shop_id: Mapped[int] = belongs_to("shop")
    account_id: Mapped[int] = belongs_to("credit_account")
    number: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(8))
    minor: Mapped[Minor]
    expires_at: Mapped[AtOrNone]
    order_no: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))
    case_no: Mapped[str] = mapped_column(String(32), default="", server_default=text("''"))
    at: Mapped[At]
