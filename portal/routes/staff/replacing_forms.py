"""The forms for what the shop sends its customer, with what can be said of it now."""

from __future__ import annotations

from typing import Any

from portal.forms import NoStockForm, RefundInsteadForm, ReplacementForm
from portal.pages.values.replacing import NoStockDesk, ReplacingDesk


def replacing_forms(desk: ReplacingDesk) -> dict[str, Any]:
    forms: dict[str, Any] = {}
    if desk.may_send:
        forms["replacement"] = ReplacementForm(None)
    if desk.refund:
        forms["refund_instead"] = RefundInsteadForm(None, shown=desk.shown)
    return forms


def no_stock_forms(desk: NoStockDesk) -> dict[str, Any]:
    return {"no_stock": NoStockForm(None, shown=desk.shown)}
