"""A shop's next policy: a draft, its simulation, and a proposal that somebody else approves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
DATA = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
SECOND = (
    "state <> 'approved' OR (answered_by IS NOT NULL AND answered_person IS NOT NULL AND version_id IS NOT NULL "
    "AND answered_by <> proposed_by AND answered_person <> proposed_person)"
)
FIXED = ("shop_id", "body", "digest", "based_on", "simulation_id", "proposed_by", "proposed_person", "proposed_at")
GOES_BACK = (
    "(OLD.state <> 'proposed') OR (coalesce(NEW.starts_at, OLD.proposed_at) <> coalesce(OLD.starts_at, OLD.proposed_at)) "
    "OR " + " OR ".join(f"NEW.{name} <> OLD.{name}" for name in FIXED)
)
NAME, SAYS = "policy_proposal_stays", "a proposal is answered once, as it was made"


def upgrade() -> None:
    _drafts()
    _simulations()
    _changes()
    _proposals()
    _refuse_changes()


def _drafts() -> None:
    op.create_table(
        "policy_draft",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("based_on", BIG, nullable=False),
        sa.Column("begun_at", AT, nullable=False),
        sa.Column("changed_by", sa.String(length=80), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_policy_draft_shop_id")),
        sa.ForeignKeyConstraint(["based_on"], ["policy_version.id"], name=op.f("fk_policy_draft_based_on")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_draft")),
        sa.UniqueConstraint("shop_id", name=op.f("uq_policy_draft_shop_id")),
    )


def _simulations() -> None:
    op.create_table(
        "policy_simulation",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("based_on", BIG, nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        *(sa.Column(name, AT, nullable=False) for name in ("since", "until")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("total", "done")),
        sa.Column("after_at", AT, nullable=False),
        sa.Column("after_id", BIG, nullable=False),
        sa.Column("counts", DATA, nullable=False),
        sa.Column("started_by", sa.String(length=80), nullable=False),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("finished_at", AT, nullable=True),
        sa.CheckConstraint("state IN ('running', 'done', 'stopped')", name=op.f("ck_policy_simulation_state")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_policy_simulation_shop_id")),
        sa.ForeignKeyConstraint(["based_on"], ["policy_version.id"], name=op.f("fk_policy_simulation_based_on")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_simulation")),
    )
    op.create_index("ix_policy_simulation_shop", "policy_simulation", ["shop_id", sa.text("id DESC")])
    _one_at_a_time("uq_policy_simulation_running", "policy_simulation", "state = 'running'")


def _changes() -> None:
    op.create_table(
        "policy_change",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("simulation_id", BIG, nullable=False),
        sa.Column("case_id", BIG, nullable=False),
        *(sa.Column(name, sa.String(length=12), nullable=False) for name in ("before", "after")),
        sa.Column("currency", sa.String(length=3), nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in ("before_minor", "after_minor")),
        *(sa.Column(name, DATA, nullable=False) for name in ("before_rules", "after_rules")),
        sa.ForeignKeyConstraint(
            ["simulation_id"], ["policy_simulation.id"], name=op.f("fk_policy_change_simulation_id")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["after_sales_case.id"], name=op.f("fk_policy_change_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_change")),
    )
    op.create_index("ix_policy_change_simulation", "policy_change", ["simulation_id", "id"])


def _proposals() -> None:
    op.create_table(
        "policy_proposal",
        sa.Column("id", BIG, autoincrement=True, nullable=False),
        sa.Column("shop_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        *(sa.Column(name, BIG, nullable=False) for name in ("based_on", "simulation_id")),
        sa.Column("starts_at", AT, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_person", BIG, nullable=False),
        sa.Column("proposed_at", AT, nullable=False),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answered_person", BIG, nullable=True),
        sa.Column("answered_at", AT, nullable=True),
        sa.Column("answer", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("version_id", BIG, nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'approved', 'declined', 'taken_back', 'void')", name=op.f("ck_policy_proposal_state")
        ),
        sa.CheckConstraint(SECOND, name=op.f("ck_policy_proposal_second")),
        sa.ForeignKeyConstraint(["shop_id"], ["shop.id"], name=op.f("fk_policy_proposal_shop_id")),
        *(
            sa.ForeignKeyConstraint([name], ["policy_version.id"], name=op.f(f"fk_policy_proposal_{name}"))
            for name in ("based_on", "version_id")
        ),
        sa.ForeignKeyConstraint(
            ["simulation_id"], ["policy_simulation.id"], name=op.f("fk_policy_proposal_simulation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_proposal")),
    )
    op.create_index("ix_policy_proposal_shop", "policy_proposal", ["shop_id", sa.text("id DESC")])
    op.create_index("ix_policy_proposal_version", "policy_proposal", ["version_id"])
    _one_at_a_time("uq_policy_proposal_open", "policy_proposal", "state = 'proposed'")


def _one_at_a_time(name: str, table: str, where: str) -> None:
    only = {"sqlite_where": sa.text(where), "postgresql_where": sa.text(where)}
    op.create_index(name, table, ["shop_id"], unique=True, **only)


def _refuse_changes() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {NAME} BEFORE UPDATE ON policy_proposal WHEN {GOES_BACK} "
            f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
        )
        return
    op.execute(
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {GOES_BACK} THEN RAISE EXCEPTION '{SAYS}'; END IF; RETURN NEW; END $$"
    )
    op.execute(f"CREATE TRIGGER {NAME} BEFORE UPDATE ON policy_proposal FOR EACH ROW EXECUTE FUNCTION {NAME}()")


def downgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(f"DROP TRIGGER {NAME}" + ("" if is_sqlite else " ON policy_proposal"))
    if not is_sqlite:
        op.execute(f"DROP FUNCTION {NAME}()")
    for table in ("policy_proposal", "policy_change", "policy_simulation", "policy_draft"):
        op.drop_table(table)
