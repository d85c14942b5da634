"""What the shop sends its customer: its parcel, or the money instead."""

from __future__ import annotations

from typing import Any

from flask_wtf.form import _Auto

from portal.domain.given_reason import LONGEST_REASON
from portal.fields import Offer, PlanDigest, RequestId, TextField
from portal.form_sets.returning import RefusesFields
from portal.words.lazy_text import lazy_text as _


class ReplacementForm(RefusesFields):
    """The shop's parcel to the customer."""

    carrier = TextField(_("快递公司"), id="replacement-carrier", limit=40, required=True, autocomplete="off")
    tracking_no = TextField(_("快递单号"), id="replacement-tracking-no", limit=60, required=True, autocomplete="off")
    request_id = RequestId()


class RefundInsteadForm(RefusesFields):
    """Why it cannot be sent, which the customer reads."""

    reason = TextField(_("为什么改为退款"), id="instead-reason", limit=LONGEST_REASON, rows=2, required=True)
    shown = PlanDigest()
    request_id = RequestId()

    def __init__(self, formdata: Any = _Auto, *, shown: str = "") -> None:
        super().__init__(formdata, offer=Offer(shown=shown))


class NoStockForm(RefusesFields):
    """What the customer reads besides that there is none."""

    reason = TextField(_("给客户的说明"), id="no-stock-reason", limit=LONGEST_REASON, rows=2)
    shown = PlanDigest()
    request_id = RequestId()

    def __init__(self, formdata: Any = _Auto, *, shown: str = "") -> None:
        super().__init__(formdata, offer=Offer(shown=shown))
