"""The parts that pages are made of, with something in them."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.evidence.files import Evidence
from portal.pages.values.messages import MessageRow


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignPage:
    """What parts show that say more than a word: a thread, files of a form. examples: as of ApplyPage."""

    messages: tuple[MessageRow, ...]
    files: tuple[Evidence, ...]
    most_files: int
    accept: str
    reasons: tuple[str, ...]
    examples: dict[str, tuple[str, ...]]
