"""A draft of the desk is kept for whoever writes it, given up, or gone with what was sent (domain.cases.drafts)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.cases.drafts import DraftPart, kept_of
from portal.domain.errors import Forbidden
from portal.domain.identity.access import Actor, may
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftSaved:
    """saved, emptied (there is nothing to keep), sent (the form has gone meanwhile: nothing is kept of it)."""

    what: Literal["saved", "emptied", "sent"]
    at: datetime


def save_draft(
    *,
    case_no: str,
    part: str,
    typed: Mapping[str, str],
    version: int | None = None,
    actor: Actor,
    request_id: str,
    deps: Deps,
) -> DraftSaved:
    """`version`: of the case as the page showed it, None: as it is. No event tells of it. `request_id` is the form's
    own: a draft that arrives after its form was sent is not kept.

    Errors: NotFound, Forbidden, Invalid (part, draft).
    """
    if not may(actor, "write", "cases"):
        raise Forbidden("cases")
    kept = kept_of(part, typed)
    with unit_of_work(deps) as work:
        case = work.cases.get_for_update(case_no, actor)
        if request_id and work.requests.is_known(actor, request_id):
            return DraftSaved(what="sent", at=work.now)
        if not kept:
            work.desk_drafts.forget(case.id, actor.id, part)
            return DraftSaved(what="emptied", at=work.now)
        seen = case.version if version is None else max(0, min(version, case.version))
        written = DraftPart(fields=kept, saved_at=work.now, version=seen)
        work.desk_drafts.save(case, actor.shop_id, actor.id, part, written)
        return DraftSaved(what="saved", at=work.now)


def forget_draft(act: CaseAct, part: str) -> None:
    """In the transaction that sends it: what was written is now said."""
    if act.actor.kind == "staff":
        act.work.desk_drafts.forget(act.case.id, act.actor.id, part)
