"""Taking an application back, and paying what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_wtf.form import _Auto

from portal.domain.cancelling.reasons import WITHDRAW
from portal.domain.fees.fee import METHODS
from portal.domain.given_reason import LONGEST_REASON
from portal.fields import Offer, PlanDigest, PolicyForm, ReasonField, RequestId, TextField, UnitLimit, UnitQuantities
from portal.words.lazy_text import lazy_text as _


class WithdrawForm(PolicyForm):
    """Why it is taken back, and how much of it, where it is about several units."""

    quantities = UnitQuantities(_("撤销的数量"))
    reason = ReasonField(_("撤销原因"), kind="withdraw")
    shown = PlanDigest()
    request_id = RequestId()

    def __init__(self, *, lines: Sequence[UnitLimit] = (), shown: str = "") -> None:
        super().__init__(offer=Offer(reasons=WITHDRAW, lines=lines, shown=shown))


class FeeForm(PolicyForm):
    """How it is paid."""

    method = ReasonField(_("支付方式"), kind="fee")
    shown = PlanDigest()
    request_id = RequestId()

    def __init__(self, formdata: Any = _Auto) -> None:
        super().__init__(formdata, offer=Offer(reasons=METHODS))


class CloseForm(PolicyForm):
    """When and how the customer has agreed."""

    reason = TextField(_("客户何时、怎样同意"), id="close-reason", limit=LONGEST_REASON, rows=3, required=True)
    request_id = RequestId()
