"""What the page of the components holds: made up, and the same each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from portal.domain.cancelling.reasons import CANCEL
from portal.domain.evidence.examples import EXAMPLES
from portal.domain.evidence.files import MOST_FILES, Evidence
from portal.pages.values.design import DesignPage
from portal.pages.values.messages import MessageRow

_AT = datetime(2026, 11, 29, 2, 30, tzinfo=UTC)


def design_page() -> DesignPage:
    return DesignPage(
        messages=(
            MessageRow(at=_AT, who="customer", body="左耳没有声音。", is_own=True),
            MessageRow(at=_AT + timedelta(hours=1), who="shop", body="请拍一张标签。"),
        ),
        files=(Evidence(id="0" * 26, name="IMG_1.pdf", media_type="application/pdf", size=1, sha256=""),),
        most_files=MOST_FILES,
        accept="image/*,application/pdf",
        reasons=CANCEL,
        examples=dict(EXAMPLES),
    )
