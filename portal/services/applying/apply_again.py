"""Whether the same goods can still be applied for later, and until when: said before an application ends (POLICY)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.applying.reasons import at_fault
from portal.services.act import CaseAct


@dataclass(frozen=True, slots=True)
class Again:
    """When applying without a reason ends, the latest of its goods; None: never, or a reason that no date ends."""

    ends_at: datetime | None

    def of(self, moment: datetime) -> datetime | None:
        """Until when, where that is after `moment`."""
        return self.ends_at if self.ends_at and self.ends_at > moment else None

    def is_over(self, moment: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= moment


def again_until(act: CaseAct) -> Again:
    """Of a return; no query but for an order judged in its customer's own zone."""
    case = act.case
    if case.kind == "cancel" or at_fault(case.reason) or case.asked is None:
        return Again(None)
    terms = act.terms([line_id for line_id, _ in case.asked.units])
    parcels = [parcel for line in terms.lines for parcel in line.parcels]
    return Again(max((p.window.ends_at for p in parcels if p.window and p.window.ends_at), default=None))
