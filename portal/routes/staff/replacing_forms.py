"""The forms for what the shop sends its customer, with what can be said of it now."""

from __future__ import annotations

from typing import Any

from portal.forms import RefundInsteadForm, ReplacementForm
from portal.pages.values.replacing import ReplacingDesk


def replacing_forms(desk: ReplacingDesk) -> dict[str, Any]:
    forms: dict[str, Any] = {}
    if desk.may_send:
        forms["replacement"] = ReplacementForm(None)
    if desk.refund:
        forms["refund_instead"] = RefundInsteadForm(None, shown=desk.shown)
    return forms
