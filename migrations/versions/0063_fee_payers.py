"""In which browser a fee was begun to be paid."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("fee_payment", sa.Column("is_phone", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("fee_payment", sa.Column("payer_ip", sa.String(45), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    op.drop_column("fee_payment", "payer_ip")
    op.drop_column("fee_payment", "is_phone")
