"""Evidence as it is shown: to whoever sent it, and to whoever may see the application it is for (TRAPS T31, T35)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from portal.domain.errors import NotFound
from portal.domain.evidence.files import ENDINGS, Evidence
from portal.domain.identity.access import Actor, may
from portal.ports import Deps
from portal.repos.evidence import StoredFile
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.open_archived import or_archived


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceContent:
    """A file as it is served, under our name: `evidence-<id>.jpg`."""

    content: bytes
    media_type: str
    name: str

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


def read_evidence(*, evidence_id: str, small: bool = False, actor: Actor | None, deps: Deps) -> EvidenceContent:
    """The file, or its small copy where it has one. Raises NotFound: no such file, none of the actor's business, nobody
    signed in. Raises ProviderUnavailable where the store does not answer."""
    if actor is None or (actor.kind == "staff" and not may(actor, "read", "cases")):
        raise NotFound("evidence")
    file = or_archived(partial(_find, evidence_id, actor), actor=actor, deps=deps, evidence_id=evidence_id)
    small_key = file.small_key if small else None
    media_type = "image/jpeg" if small_key else file.evidence.media_type
    content = deps.store.get(small_key or file.key)
    name = f"evidence-{file.evidence.id}.{ENDINGS[media_type]}"
    return EvidenceContent(content=content, media_type=media_type, name=name)


def _find(evidence_id: str, actor: Actor, deps: Deps, _archived_at: datetime | None) -> StoredFile:
    with reading(deps) as work:
        file = work.evidence.find(evidence_id, actor)
    if file is None:
        raise NotFound("evidence")
    return file


def case_evidence(work: UnitOfWork, case_id: int) -> dict[int | None, tuple[Evidence, ...]]:
    """All files of a case in one query: under None those of the application, else by the id of their message."""
    found: dict[int | None, tuple[Evidence, ...]] = {}
    for file in work.evidence.of_case(case_id):
        found[file.message_id] = (*found.get(file.message_id, ()), file.evidence)
    return found
