"""Which request a job comes from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

COLUMNS = {"request": 64, "traceparent": 55}


def upgrade() -> None:
    for name, length in COLUMNS.items():
        op.add_column("job", sa.Column(name, sa.String(length), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("job", name)
