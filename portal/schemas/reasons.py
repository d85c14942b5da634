"""What pydantic finds wrong, in the words and by the paths that shops, operators and the API's callers are told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

MISSING = "is missing"
EMPTY = "must not be empty"
FIT = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
"""A character that every database keeps and every page shows."""
UNFIT_CHARACTERS = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
CLEAN = rf"^{FIT}*$"
FILLED = rf"^{FIT}*[^\s\x00-\x1f\x7f]{FIT}*$"
"""More than blanks."""
UNFIT = "has characters that cannot be kept"
_KEY = "[key]"
"""Pydantic's last step of a path to the key of a table, rather than to its value."""
Reasons = Mapping[str, str]
"""By pydantic's name of the error, or by the pattern that a text does not match."""

REASONS: Reasons = {
    "missing": MISSING,
    "string_type": "must be text",
    "string_unicode": UNFIT,
    CLEAN: UNFIT,
    FILLED: UNFIT,
    "string_too_short": EMPTY,
    "string_too_long": "is longer than {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "literal_error": "must be one of: {expected}",
    "int_type": "must be a whole number",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be at most {le}",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "too_short": EMPTY,
    "too_long": "has more than {max_length} entries",
    "value_error": "{error}",
}


def problems_of(error: ValidationError, reasons: Reasons) -> Iterator[tuple[tuple[int | str, ...], str]]:
    """(path, reason) of everything that is wrong, in the order of the type's fields."""
    for found in error.errors(include_url=False):
        yield found["loc"], _reason(found, reasons)


def dotted(path: tuple[int | str, ...]) -> str:
    """`lines.0.unit_price`, as JSON is spoken of."""
    return ".".join(map(str, path))


def bracketed(path: tuple[int | str, ...]) -> str:
    """`carriers[0].code`, as TOML is spoken of; `(file)` for the whole of it."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path if part != _KEY)
    return text.removeprefix(".") or "(file)"


def _reason(found: Any, reasons: Reasons) -> str:
    kind, facts = found["type"], dict(found.get("ctx", {}))
    if found["input"] is None:
        return MISSING
    if kind == "string_pattern_mismatch":
        is_blank = facts["pattern"] == FILLED and not found["input"].strip()
        reason = EMPTY if is_blank else reasons.get(facts["pattern"], reasons[kind])
        return reason.format_map(facts)
    if kind == "literal_error":
        facts["expected"] = facts["expected"].replace("'", "").replace(" or ", ", ")
    return reasons[kind].format_map(facts) if kind in reasons else str(found["msg"])
