"""The reason that somebody gives for what they do to a case, a refund or a policy: others have to read it."""

from __future__ import annotations

from portal.domain.errors import Invalid

LONGEST_REASON = 500
"""Characters, of a form's field too."""


def given_reason(typed: str, *, field: str = "reason", is_required: bool = True) -> str:
    """Without blanks at its ends. Raises Invalid (required, too_long)."""
    reason = typed.strip()
    if is_required and not reason:
        raise Invalid(((field, "required"),))
    if len(reason) > LONGEST_REASON:
        raise Invalid(((field, "too_long"),))
    return reason
