"""The reports: goods summed up over all kinds and all reasons, so that those with the most applications are found by an
index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_SUMS = """
    INSERT INTO report_product (shop_id, size, starts, kind, sku, reason, count, title)
    SELECT shop_id, size, starts, {kind}, sku, {reason}, sum(count), max(title)
      FROM report_product
     WHERE kind <> '*' AND reason <> '*'
     GROUP BY {grouped}
"""
_KEY = "shop_id, size, starts, sku"


def upgrade() -> None:
    op.execute(_SUMS.format(kind="kind", reason="'*'", grouped=f"{_KEY}, kind"))
    op.execute(_SUMS.format(kind="'*'", reason="reason", grouped=f"{_KEY}, reason"))
    op.execute(_SUMS.format(kind="'*'", reason="'*'", grouped=_KEY))
    columns = ["shop_id", "size", "starts", "kind", sa.text("count DESC"), "sku"]
    of_all = sa.text("reason = '*'")
    op.create_index(
        "ix_report_product_most", "report_product", columns, sqlite_where=of_all, postgresql_where=of_all
    )


def downgrade() -> None:
    op.drop_index("ix_report_product_most", "report_product")
    op.execute("DELETE FROM report_product WHERE kind = '*' OR reason = '*'")
