"""A refund that its rail cannot make goes another way, once a second person has approved the destination."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
NOTHING = sa.text("''")
IS_OPEN = "state IN ('proposed', 'approved')"
SECOND = (
    "state NOT IN ('approved', 'paid') OR (answered_by IS NOT NULL AND answered_person IS NOT NULL "
    "AND answered_by <> proposed_by AND answered_person <> proposed_person)"
)
FIXED = ("shop_id", "order_id", "refund_row", "proposed_by", "proposed_person")
GOES_BACK = (
    "(OLD.state IN ('declined', 'taken_back', 'paid') AND NEW.state <> OLD.state) "
    "OR (OLD.state = 'approved' AND NEW.state = 'proposed') OR (NEW.state = 'paid' AND OLD.state NOT IN ('approved', "
    "'paid')) OR (NEW.sealed <> OLD.sealed AND NEW.sealed <> '') OR "
    + " OR ".join(f"NEW.{name} <> OLD.{name}" for name in FIXED)
)
NOT_PAID = (
    "NEW.method = 'transfer' AND OLD.method <> 'transfer' AND NOT EXISTS "
    "(SELECT 1 FROM transfer t WHERE t.refund_row = NEW.id AND t.state = 'paid')"
)
TRIGGERS = (
    ("transfer_goes_on", "transfer", GOES_BACK, "a transfer is answered once"),
    ("refund_transferred", "refund", NOT_PAID, "paid to an account that nobody has approved"),
)


def upgrade() -> None:
    op.create_table(
        "transfer",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("refund_row", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("way", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("tail", sa.String(length=8), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_person", BIG, nullable=False),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answered_person", BIG, nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("answer", sa.Text(), server_default=NOTHING, nullable=False),
        sa.Column("paid_by", sa.String(length=80), nullable=True),
        sa.Column("paid_at", AT, nullable=True),
        sa.Column("reference", sa.String(length=64), server_default=NOTHING, nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'declined', 'taken_back', 'paid')", name=op.f("ck_transfer_state")
        ),
        sa.CheckConstraint(SECOND, name=op.f("ck_transfer_second")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_transfer_shop_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_transfer_order_id")),
        sa.ForeignKeyConstraint(["refund_row"], ["refund.id"], name=op.f("fk_transfer_refund_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    for name, columns, where, unique in (
        ("uq_transfer_refund", ["refund_row"], f"{IS_OPEN} OR state = 'paid'", True),
        ("ix_transfer_open", ["shop_id", "id"], IS_OPEN, False),
    ):
        only = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
        op.create_index(name, "transfer", columns, unique=unique, **only)
    for trigger in TRIGGERS:
        _refuse(*trigger)


def _refuse(name: str, table: str, when: str, says: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {when} THEN RAISE EXCEPTION '{says}'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, _, _ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}"))
        if not is_sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_table("transfer")
