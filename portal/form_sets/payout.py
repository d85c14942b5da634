"""退款方式: as it was paid, or as credit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.domain.cases.payout import PAYOUTS, PayoutTo
from portal.fields import Offer, PolicyForm, ReasonField, RequestId
from portal.words.lazy_text import lazy_text as _


class PayoutForm(PolicyForm):
    """The way it was paid comes first."""

    to = ReasonField(_("退款方式"), kind="payout")
    request_id = RequestId()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(offer=Offer(reasons=PAYOUTS), **kwargs)


class PayoutField(ReasonField):
    """How it is to be paid, in the form of what may be paid at once. Unless the customer says otherwise, as it was
    paid; where there is nothing to choose nothing else is taken."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(_("退款方式"), kind="payout", default="original", **kwargs)

    def take(self, offer: Offer) -> None:
        self.codes = tuple(offer.payouts) or PAYOUTS[:1]

    @property
    def chosen(self) -> PayoutTo:
        return "store_credit" if self.data == "store_credit" else "original"


def payout_as_sent(fields: Mapping[str, str]) -> PayoutTo:
    """Of a form that is shown again, before anybody knows what it may: for the page that is read for it."""
    return "store_credit" if fields.get("payout") == "store_credit" else "original"
