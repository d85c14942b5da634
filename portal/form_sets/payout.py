"""退款方式: as it was paid, or as credit."""

from __future__ import annotations

from typing import Any

from portal.fields import Offer, PolicyForm, ReasonField, RequestId
from portal.words.lazy_text import lazy_text as _


class PayoutForm(PolicyForm):
    """The way it was paid comes first."""

    to = ReasonField(_("退款方式"), kind="payout")
    request_id = RequestId()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(offer=Offer(reasons=("original", "store_credit")), **kwargs)
