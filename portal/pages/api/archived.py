"""Orders and cases as the machine API gives them, also from the archive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.domain.identity.access import Actor
from portal.pages.api.cases import case_facts
from portal.pages.api.orders import order_facts
from portal.ports import Deps
from portal.services.open_archived import or_archived


def order_or_archived(*, order_no: str, actor: Actor, deps: Deps) -> dict[str, Any]:
    """Raises NotFound. `archived_at`: since when it can only be read."""

    def read(source: Deps, archived_at: datetime | None) -> dict[str, Any]:
        return order_facts(order_no=order_no, actor=actor, deps=source) | _since(archived_at)

    return or_archived(read, order_no=order_no, actor=actor, deps=deps)


def case_or_archived(*, case_no: str, actor: Actor, deps: Deps) -> dict[str, Any]:
    """As `order_or_archived`."""

    def read(source: Deps, archived_at: datetime | None) -> dict[str, Any]:
        return case_facts(case_no=case_no, actor=actor, deps=source) | _since(archived_at)

    return or_archived(read, case_no=case_no, actor=actor, deps=deps)


def _since(archived_at: datetime | None) -> dict[str, str | None]:
    return {"archived_at": archived_at.isoformat() if archived_at else None}
