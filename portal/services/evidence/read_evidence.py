"""Evidence as it is shown: to whoever sent it, and to whoever may see the application it is for (TRAPS T31, T35)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.errors import NotFound
from portal.domain.evidence.files import ENDINGS, Evidence
from portal.domain.identity.access import Actor, may
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading


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
    with reading(deps) as work:
        row = work.evidence.find(evidence_id, actor)
    if row is None:
        raise NotFound("evidence")
    is_small = small and row["small_key"] is not None
    media_type = "image/jpeg" if is_small else row["media_type"]
    content = deps.store.get(row["small_key"] if is_small else row["key"])
    name = f"evidence-{row['evidence_id']}.{ENDINGS[media_type]}"
    return EvidenceContent(content=content, media_type=media_type, name=name)


def case_evidence(work: UnitOfWork, case_id: int) -> dict[int | None, tuple[Evidence, ...]]:
    """All files of a case in one query: under None those of the application, else by the id of their message."""
    found: dict[int | None, tuple[Evidence, ...]] = {}
    for row in work.evidence.of_case(case_id):
        place = row["message_id"]
        found[place] = (*found.get(place, ()), evidence_of(row))
    return found


def evidence_of(row: Mapping[str, Any]) -> Evidence:
    """A stored file as pages and messages name it, without its place in the store."""
    return Evidence(
        id=row["evidence_id"],
        name=row["name"],
        media_type=row["media_type"],
        size=row["size"],
        sha256=row["sha256"],
        width=row["width"],
        height=row["height"],
    )
