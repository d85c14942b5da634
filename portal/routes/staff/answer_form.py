"""The form for an answer to an application, with what can be answered and granted now."""

from __future__ import annotations

from portal.forms import DECISIONS, DecideForm, Offer, UnitLimit
from portal.pages.values.deciding import Deciding


def answer_form(found: Deciding, *, is_sent: bool) -> DecideForm:
    """`is_sent`: read from this request, else empty."""
    limits = tuple(
        UnitLimit(
            line_id=line.line_id, label=f"{line.title} {line.variant}".strip(), most=line.units, quantity=line.units
        )
        for line in found.lines
    )
    offer = Offer(reasons=_decisions(found), lines=limits, shown=found.shown, refusing=found.refusing)
    form = DecideForm(offer=offer) if is_sent else DecideForm(None, offer=offer)
    form.needs_code = not found.is_appeal
    return form


def _decisions(found: Deciding) -> tuple[str, ...]:
    if found.needs_payout or found.awaits:
        return ("refuse",)
    return tuple(decision for decision in DECISIONS if found.offers_part or decision != "partly")
