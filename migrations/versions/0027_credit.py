"""What a shop owes its customers to be spent with it; its entries are append-only, the database itself refuses more."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = sa.DateTime(timezone=True)
NOTHING = sa.text("''")
EXPIRES = sa.text("left_minor > 0 AND expires_at IS NOT NULL")
ACTS = ("UPDATE", "DELETE")
SIGN = "minor <> 0 AND (minor < 0) = (kind IN ('spend', 'expire'))"


def upgrade() -> None:
    op.create_table(
        "credit_account",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("balance_minor", BIG, nullable=False),
        sa.CheckConstraint("balance_minor >= 0", name=op.f("ck_credit_account_balance")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_credit_account_shop_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_credit_account_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_account")),
        sa.UniqueConstraint("customer_id", "currency", name=op.f("uq_credit_account_customer_id")),
    )
    op.create_table(
        "credit_lot",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("amount_minor", BIG, nullable=False),
        sa.Column("left_minor", BIG, nullable=False),
        sa.Column("expires_at", AT, nullable=True),
        sa.CheckConstraint("left_minor >= 0 AND left_minor <= amount_minor", name=op.f("ck_credit_lot_left")),
        sa.ForeignKeyConstraint(["account_id"], ["credit_account.id"], name=op.f("fk_credit_lot_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_lot")),
    )
    op.create_index("ix_credit_lot_account", "credit_lot", ["account_id"])
    op.create_index(
        "ix_credit_lot_expiry", "credit_lot", ["expires_at"], sqlite_where=EXPIRES, postgresql_where=EXPIRES
    )
    op.create_table(
        "credit_entry",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("account_id", BIG, nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("minor", BIG, nullable=False),
        sa.Column("expires_at", AT, nullable=True),
        sa.Column("order_no", sa.String(length=64), server_default=NOTHING, nullable=False),
        sa.Column("case_no", sa.String(length=32), server_default=NOTHING, nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.CheckConstraint(SIGN, name=op.f("ck_credit_entry_sign")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_credit_entry_shop_id")),
        sa.ForeignKeyConstraint(["account_id"], ["credit_account.id"], name=op.f("fk_credit_entry_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_entry")),
        sa.UniqueConstraint("shop_id", "number", name=op.f("uq_credit_entry_shop_id")),
    )
    op.create_index("ix_credit_entry_account", "credit_entry", ["account_id", sa.text("id DESC")])
    _refuse_changes()
    op.add_column("after_sales_case", sa.Column("payout", JSON, nullable=True))
    op.add_column("refund", sa.Column("to_credit", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("refund", sa.Column("bonus_minor", BIG, server_default=sa.text("0"), nullable=False))


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ACTS:
            op.execute(
                f"CREATE TRIGGER credit_entry_refuses_{act.lower()} BEFORE {act} ON credit_entry "
                "BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION credit_entry_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'entries are append-only'; END $$"
    )
    for act in ACTS:
        op.execute(
            f"CREATE TRIGGER credit_entry_refuses_{act.lower()} BEFORE {act} ON credit_entry "
            "FOR EACH ROW EXECUTE FUNCTION credit_entry_refuses()"
        )


def downgrade() -> None:
    for name in ("bonus_minor", "to_credit"):
        op.drop_column("refund", name)
    op.drop_column("after_sales_case", "payout")
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for act in ACTS:
        op.execute(f"DROP TRIGGER credit_entry_refuses_{act.lower()}" + ("" if is_sqlite else " ON credit_entry"))
    if not is_sqlite:
        op.execute("DROP FUNCTION credit_entry_refuses()")
    for name in ("credit_entry", "credit_lot", "credit_account"):
        op.drop_table(name)
