"""The forms of a desk, filled with what their reader has written before and not sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.domain.cases.drafts import UNITS
from portal.pages.values.desk import DraftShown


def fill_in(forms: dict[str, Any], drafts: Mapping[str, DraftShown]) -> dict[str, Any]:
    """The same forms. A choice that can no longer be made is left out."""
    for part, written in drafts.items():
        if (form := forms.get(part)) is not None:
            _fill(form, written.fields)
    return forms


def _fill(form: Any, fields: Mapping[str, str]) -> None:
    for name, text in fields.items():
        if name in form and text in getattr(form[name], "codes", (text,)):
            form[name].data = text
    if "quantities" in form:
        known = {name.removeprefix(UNITS): text for name, text in fields.items() if name.startswith(UNITS)}
        typed = form.quantities.typed
        form.quantities.typed = typed | {line_id: text for line_id, text in known.items() if line_id in typed}
