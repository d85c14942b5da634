"""What somebody has begun to write on a desk and not sent yet, kept for them alone: one draft a person and case.

It has a part for each form that is written in (`PARTS`). A part that says nothing is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.domain.errors import Invalid

PARTS: Mapping[str, tuple[str, ...]] = {
    "message": ("body",),
    "note": ("body",),
    "ask": ("body",),
    "offer": ("kind", "amount", "body"),
    "decide": ("decision", "reason_code", "reason", "amount"),
}
"""The forms of the desk by their addresses, and the fields that are kept of each."""
UNITS = "quantity-"
LONGEST_FIELD, LONGEST_PART = 4_000, 32_000
"""Characters: more than any of these fields may be sent with, so that what is too long is kept until it is cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPart:
    """`fields` as typed; `version`: of the case, as it was when this was written."""

    fields: Mapping[str, str]
    saved_at: datetime
    version: int

    def is_older_than(self, version: int) -> bool:
        """The case has changed since."""
        return self.version < version


Draft = Mapping[str, DraftPart]
"""By the names of PARTS."""


def kept_of(part: str, typed: Mapping[str, str]) -> dict[str, str]:
    """What of a form is kept, {} where it says nothing. How many of each line count where a part is granted alone: else
    they are what the form came with.

    Raises Invalid: `part` (not_offered) of a form that has no draft, `draft` (too_long).
    """
    if part not in PARTS:
        raise Invalid((("part", "not_offered"),))
    names = [*PARTS[part]]
    if part == "decide" and typed.get("decision") == "partly":
        names += [name for name in typed if name.startswith(UNITS)]
    kept = {name: text for name in names if (text := typed.get(name, "").replace("\0", "")).strip()}
    if any(len(text) > LONGEST_FIELD for text in kept.values()) or _size(kept) > LONGEST_PART:
        raise Invalid((("draft", "too_long"),))
    return kept


def _size(kept: Mapping[str, str]) -> int:
    return sum(len(name) + len(text) for name, text in kept.items())
