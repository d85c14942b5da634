"""Parcels that travel for a case: which one a number names, and the case after its carrier has said something of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from portal.domain.cases.case import Case
from portal.domain.orders.parcel_news import ParcelNews
from portal.domain.typed import as_key

Way = Literal["there", "back", "replacement"]


def way_of(case: Case, tracking_no: str) -> Way | None:
    """`there`: the customer's to the shop; `back` and `replacement`: the shop's to the customer. None for none."""
    there, back = (case.parcel.there, case.parcel.back) if case.parcel else (None, None)
    parcels: dict[Way, str] = {
        "there": there.tracking_no if there else "",
        "back": back.tracking_no if back else "",
        "replacement": case.replacement.tracking_no if case.replacement else "",
    }
    return next((way for way, number in parcels.items() if number and as_key(number) == as_key(tracking_no)), None)


def seen_on_its_way(case: Case, news: ParcelNews) -> Case:
    """The customer's parcel, as its carrier has it. The case stays in its state: who opens goods receives them."""
    if case.parcel is None or case.parcel.there is None:
        return case
    there = replace(case.parcel.there, status=news.status, seen_at=news.at)
    return replace(case, parcel=replace(case.parcel, there=there), version=case.version + 1)
