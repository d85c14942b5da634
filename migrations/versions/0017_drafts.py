"""Uploaded files that nothing shows yet stand in an index of their own, so that the sweep never reads the others."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

IS_DRAFT = sa.text("draft_since IS NOT NULL")


def upgrade() -> None:
    op.add_column("evidence_file", sa.Column("draft_since", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE evidence_file SET draft_since = created_at WHERE NOT EXISTS "
        "(SELECT 1 FROM evidence_link WHERE evidence_link.file_id = evidence_file.id)"
    )
    op.create_index(
        "ix_evidence_file_draft",
        "evidence_file",
        ["draft_since"],
        sqlite_where=IS_DRAFT,
        postgresql_where=IS_DRAFT,
    )
    op.drop_index("ix_evidence_file_created", table_name="evidence_file")


def downgrade() -> None:
    op.create_index("ix_evidence_file_created", "evidence_file", ["created_at"])
    op.drop_index("ix_evidence_file_draft", table_name="evidence_file")
    op.drop_column("evidence_file", "draft_since")
