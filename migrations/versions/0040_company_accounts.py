"""Staff sign in with the company account that is linked to theirs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("staff") as staff:
        staff.add_column(sa.Column("provider_issuer", sa.String(length=500), nullable=True))
        staff.add_column(sa.Column("provider_subject", sa.String(length=255), nullable=True))
        staff.create_index("uq_staff_provider", ["provider_issuer", "provider_subject"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("staff") as staff:
        staff.drop_index("uq_staff_provider")
        staff.drop_column("provider_subject")
        staff.drop_column("provider_issuer")
