"""The forms for goods that come back, with what can be said of them now."""

from __future__ import annotations

from typing import Any

from portal.forms import DeliveredToCustomerForm, InspectForm, Offer, ParcelBackForm, UnitLimit
from portal.pages.values.returning import GoodsDesk


def inspect_form(goods: GoodsDesk, *, is_sent: bool) -> InspectForm:
    """`is_sent`: read from this request, else as if all had come back in order."""
    limits = tuple(
        UnitLimit(
            line_id=line.line_id, label=f"{line.title} {line.variant}".strip(), most=line.units, quantity=line.units
        )
        for line in goods.lines
    )
    offer = Offer(lines=limits, shown=goods.shown)
    return InspectForm(offer=offer) if is_sent else InspectForm(None, offer=offer)


def goods_forms(goods: GoodsDesk) -> dict[str, Any]:
    forms: dict[str, Any] = {}
    if goods.may_inspect:
        forms["inspect"] = inspect_form(goods, is_sent=False)
    if goods.may_send:
        forms["parcel_back"] = ParcelBackForm(None)
    if goods.may_hand_over:
        forms["handed_over"] = DeliveredToCustomerForm(None)
    return forms
