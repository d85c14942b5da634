"""Points and coupons that come back, as customers see them: waiting for the shop, or returned."""

from __future__ import annotations

from collections.abc import Iterable

from portal.pages.values.parts import BenefitRow
from portal.repos.events import ToldEvent
from portal.services.records.returned_benefits import benefits_in


def benefit_rows(events: Iterable[ToldEvent], case_no: str = "") -> tuple[BenefitRow, ...]:
    """The oldest first; of one case alone where it is named."""
    return tuple(
        BenefitRow(
            kind=one.kind,
            count=one.points,
            name=one.coupon,
            state="returned" if one.returned_at else "waiting",
            at=one.returned_at,
        )
        for one in benefits_in(events)
        if not case_no or one.case_no == case_no
    )
