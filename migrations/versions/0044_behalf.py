"""Staff act in a customer's place: the proof of who called, the session that goes with it, the end of a phone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
NEWEST = sa.text("id DESC")
ADDED = (
    ("session", "behalf_id", BIG),
    ("session", "staff_session_id", BIG),
    ("message", "staff_id", BIG),
    ("after_sales_case", "proof_id", BIG),
    ("customer", "phone_end", sa.String(length=4)),
)
ENDS = "UPDATE customer SET phone_end = substr(phone_key, length(phone_key) - 3) WHERE length(phone_key) >= 4"


def upgrade() -> None:
    op.create_table(
        "behalf",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("proof", DATA, nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.CheckConstraint("(customer_id IS NULL) <> (order_id IS NULL)", name=op.f("ck_behalf_whom")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_behalf_shop_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_behalf_staff_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_behalf_customer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_behalf_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_behalf")),
        sa.UniqueConstraint("staff_id", "request_id", name=op.f("uq_behalf_staff_id")),
    )
    op.create_index("ix_behalf_customer", "behalf", ["customer_id", NEWEST])
    op.create_index("ix_behalf_order", "behalf", ["order_id", NEWEST])
    for table, name, kind in ADDED:
        op.add_column(table, sa.Column(name, kind, nullable=True))
    op.execute(ENDS)
    op.create_index("ix_customer_phone_end", "customer", ["shop_id", "phone_end", NEWEST])


def downgrade() -> None:
    op.drop_index("ix_customer_phone_end", table_name="customer")
    # Not in a batch: SQLite's would write a table anew, without the indexes over expressions.
    for table, name, _ in ADDED:
        op.drop_column(table, name)
    op.drop_table("behalf")
