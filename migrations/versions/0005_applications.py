"""Applications for a refund or a return: what was asked, the return number, units the shop was at fault for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("after_sales_case", sa.Column("return_no", sa.String(length=16), nullable=True))
    op.add_column("after_sales_case", sa.Column("asked", JSON, nullable=True))
    op.create_index("uq_case_return_no", "after_sales_case", ["return_no"], unique=True)
    op.add_column("order_line", sa.Column("faulted", sa.Integer(), server_default=sa.text("0"), nullable=False))


def downgrade() -> None:
    op.drop_column("order_line", "faulted")
    op.drop_index("uq_case_return_no", "after_sales_case")
    op.drop_column("after_sales_case", "asked")
    op.drop_column("after_sales_case", "return_no")
