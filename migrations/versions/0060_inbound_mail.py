"""Mails from customers: taken in once, joined to a case, confirmed by their sender, or waiting for staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = sa.DateTime(timezone=True)
_EMPTY = sa.text("''")


def upgrade() -> None:
    op.create_table(
        "inbound_mail",
        sa.Column("id", BIG, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("sender", sa.Text(), server_default=_EMPTY, nullable=False),
        sa.Column("sender_key", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), server_default=_EMPTY, nullable=False),
        sa.Column("body", sa.Text(), server_default=_EMPTY, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("why", sa.String(length=16), server_default=_EMPTY, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("case_id", BIG, nullable=True),
        sa.Column("evidence", DATA, nullable=False),
        sa.Column("files", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("received_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=True),
        sa.Column("handled_by", BIG, nullable=True),
        sa.Column("handled_at", AT, nullable=True),
        sa.CheckConstraint(
            "state <> 'asked' OR (order_id IS NOT NULL AND expires_at IS NOT NULL)",
            name=op.f("ck_inbound_mail_asked"),
        ),
        sa.CheckConstraint("state <> 'joined' OR case_id IS NOT NULL", name=op.f("ck_inbound_mail_joined")),
        *_keys(),
    )
    op.create_index(op.f("ix_inbound_mail_order_id"), "inbound_mail", ["order_id"])
    op.create_index(op.f("ix_inbound_mail_sender_key"), "inbound_mail", ["sender_key"])
    _partial("ix_inbound_mail_waiting", ["shop_id", "received_at", "id"], "state = 'waiting'")
    _partial("ix_inbound_mail_asked", ["expires_at"], "state = 'asked'")
    _partial("ix_inbound_mail_over", ["handled_at"], "handled_at IS NOT NULL AND sender <> ''")


def _keys() -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_inbound_mail_shop_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_inbound_mail_order_id")),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_inbound_mail_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_mail")),
        sa.UniqueConstraint("public_id", name=op.f("uq_inbound_mail_public_id")),
        sa.UniqueConstraint("shop_id", "key", name=op.f("uq_inbound_mail_shop_id")),
    )


def _partial(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "inbound_mail", columns, sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    op.drop_table("inbound_mail")
