"""What staff give beyond policy; over the limit the database itself asks for a second person (S44; SECURITY, access)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
AT = sa.DateTime(timezone=True)
STATES = "state IN ('waiting', 'granted', 'declined', 'taken_back', 'lapsed')"
SECOND = (
    "state <> 'granted' OR NOT needs_second OR (answered_by IS NOT NULL AND answered_person IS NOT NULL "
    "AND answered_by <> proposed_by AND answered_person <> proposed_person)"
)
ALONE = (
    "needs_second OR (case_before_minor + amount_minor <= case_limit_minor "
    "AND day_before_minor + amount_minor <= day_limit_minor)"
)
INDEXES = (
    ("ix_goodwill_waiting", ["shop_id", "id"], "state = 'waiting'", False),
    ("ix_goodwill_due", ["deadline_at"], "state = 'waiting' AND escalated_at IS NULL", False),
    ("uq_goodwill_waiting_return", ["case_id"], "state = 'waiting' AND kind = 'late_return'", True),
)
FIXED = (
    *("amount_minor", "kind", "shop_id", "order_id", "case_id", "needs_second", "proposed_by", "proposed_person"),
    *("case_before_minor", "case_limit_minor", "day_before_minor", "day_limit_minor"),
)
ANSWERED_TWICE = "(OLD.state <> 'waiting' AND NEW.state <> OLD.state) OR " + " OR ".join(
    f"NEW.{name} <> OLD.{name}" for name in FIXED
)
COVERED = (
    "EXISTS (SELECT 1 FROM goodwill g WHERE g.id = NEW.goodwill_id AND g.shop_id = NEW.shop_id "
    "AND g.order_id = NEW.order_id AND g.kind = 'amount' AND g.state = 'granted' AND g.currency = NEW.currency "
    "AND NEW.amount_minor + (SELECT coalesce(sum(r.amount_minor), 0) FROM refund r "
    "WHERE r.goodwill_id = NEW.goodwill_id) <= g.amount_minor)"
)
IS_GOODWILL = "(NEW.why = 'goodwill' OR NEW.goodwill_id IS NOT NULL)"
APPROVES = (
    "NEW.state <> OLD.state AND NEW.state IN ('approved', 'awaiting_return', 'refunding', 'replacing', 'completed') "
    "AND EXISTS (SELECT 1 FROM goodwill g WHERE g.case_id = NEW.id AND g.kind = 'late_return' "
    "AND g.state = 'waiting')"
)
TRIGGERS = (
    ("goodwill_answered_once", "UPDATE", "goodwill", ANSWERED_TWICE, "a proposal is answered once"),
    ("goodwill_kept", "DELETE", "goodwill", "1 = 1", "proposals are kept"),
    ("refund_covered", "INSERT", "refund", f"{IS_GOODWILL} AND NOT {COVERED}", "beyond policy without an approval"),
    ("case_waits_for_second", "UPDATE", "after_sales_case", APPROVES, "a second person has not approved"),
)
"""Name, before what, of which table, when, and what the database says then."""


def upgrade() -> None:
    _create_proposals()
    _create_days()
    op.add_column("refund", sa.Column("goodwill_id", BIG, nullable=True))
    only = {"sqlite_where": sa.text("goodwill_id IS NOT NULL"), "postgresql_where": sa.text("goodwill_id IS NOT NULL")}
    op.create_index("uq_refund_goodwill", "refund", ["goodwill_id", "payment_row_id"], unique=True, **only)
    for trigger in TRIGGERS:
        _refuse(*trigger)


def _create_proposals() -> None:
    op.create_table("goodwill", *_columns(), *_constraints())
    op.create_index("ix_goodwill_case", "goodwill", ["case_id"])
    op.create_index("ix_goodwill_shop", "goodwill", ["shop_id", sa.text("id DESC")])
    for name, columns, where, unique in INDEXES:
        only = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
        op.create_index(name, "goodwill", columns, unique=unique, **only)


def _columns() -> list[sa.Column]:
    return [
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        sa.Column("amount_minor", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("plan", JSON, nullable=True),
        sa.Column("said", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stand", sa.String(length=32), nullable=False),
        sa.Column("needs_second", sa.Boolean(), nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in FIXED[-4:]),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_person", BIG, nullable=False),
        sa.Column("proposed_on", sa.Date(), nullable=False),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answered_person", BIG, nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("answer", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("deadline_at", AT, nullable=True),
        sa.Column("escalated_at", AT, nullable=True),
        sa.Column("salt", sa.String(length=32), server_default=sa.text("''"), nullable=False),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint(STATES, name=op.f("ck_goodwill_state")),
        sa.CheckConstraint("amount_minor >= 0", name=op.f("ck_goodwill_amount")),
        sa.CheckConstraint(SECOND, name=op.f("ck_goodwill_second")),
        sa.CheckConstraint(ALONE, name=op.f("ck_goodwill_alone")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_goodwill_shop_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_goodwill_order_id")),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_goodwill_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goodwill")),
        sa.UniqueConstraint("number", name=op.f("uq_goodwill_number")),
    ]


def _create_days() -> None:
    op.create_table(
        "goodwill_day",
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("person", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("granted_minor", BIG, nullable=False),
        sa.Column("limit_minor", BIG, nullable=False),
        sa.CheckConstraint("granted_minor >= 0 AND granted_minor <= limit_minor", name=op.f("ck_goodwill_day_limit")),
        sa.PrimaryKeyConstraint("shop_id", "person", "day", "currency", name=op.f("pk_goodwill_day")),
    )


def _refuse(name: str, act: str, table: str, when: str, says: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {act} ON {table} WHEN {when} BEGIN SELECT RAISE(ABORT, '{says}'); END"
        )
        return
    row = "OLD" if act == "DELETE" else "NEW"
    op.execute(
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {when} THEN RAISE EXCEPTION '{says}'; END IF; RETURN {row}; END $$"
    )
    op.execute(f"CREATE TRIGGER {name} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, _, table, _, _ in TRIGGERS:
        op.execute(f"DROP TRIGGER {name}" + ("" if is_sqlite else f" ON {table}"))
        if not is_sqlite:
            op.execute(f"DROP FUNCTION {name}()")
    op.drop_index("uq_refund_goodwill", "refund")
    op.drop_column("refund", "goodwill_id")
    op.drop_table("goodwill_day")
    op.drop_table("goodwill")
