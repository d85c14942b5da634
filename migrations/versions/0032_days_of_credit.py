"""A refund as credit knows how long it can be spent, since a cancel at once has no case that says so."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refund", sa.Column("credit_days", sa.Integer(), nullable=False, server_default=sa.text("0")))
    _days_of_planned()


def _days_of_planned() -> None:
    """Those that are on their way while this runs: their cases say what was promised."""
    found = sa.text(
        "SELECT r.id, c.payout FROM refund r JOIN after_sales_case c ON c.id = r.case_id"
        " WHERE r.to_credit AND r.state <> 'succeeded' AND c.payout IS NOT NULL"
    )
    connection = op.get_bind()
    for refund_id, payout in connection.execute(found).all():
        said: dict[str, Any] = (json.loads(payout) if isinstance(payout, str) else payout) or {}
        days = sa.text("UPDATE refund SET credit_days = :days WHERE id = :id")
        connection.execute(days, {"days": int(said.get("valid_days", 0)), "id": refund_id})


def downgrade() -> None:
    op.drop_column("refund", "credit_days")
