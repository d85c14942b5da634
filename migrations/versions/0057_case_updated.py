"""When a case last changed, for programs that follow the list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

TABLE = "after_sales_case"
TOLD = sa.text("updated_at IS NOT NULL")
INDEXES = {"ix_case_updated": ["shop_id", "updated_at", "id"], "ix_case_updated_in": ["shop_id", "state", "updated_at", "id"]}


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"UPDATE {TABLE} SET updated_at = coalesce(closed_at, opened_at)")
    for name, columns in INDEXES.items():
        op.create_index(name, TABLE, columns, sqlite_where=TOLD, postgresql_where=TOLD)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, table_name=TABLE)
    op.drop_column(TABLE, "updated_at")
