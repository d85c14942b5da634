"""A refund has a number that people can read out, and the rail's own for finding the money at the bank."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refund", sa.Column("quote_no", sa.String(8), nullable=False, server_default=sa.text("''")))
    op.add_column("refund", sa.Column("trace", sa.String(64), nullable=False, server_default=sa.text("''")))
    # As `quote_number` makes it of new ones: ids are 26 characters long, of which the last six are random.
    op.execute("UPDATE refund SET quote_no = 'RF' || substr(refund_id, 21, 6)")
    op.create_index("ix_refund_quote", "refund", ["shop_id", "quote_no"])


def downgrade() -> None:
    op.drop_index("ix_refund_quote", table_name="refund")
    op.drop_column("refund", "trace")
    op.drop_column("refund", "quote_no")
