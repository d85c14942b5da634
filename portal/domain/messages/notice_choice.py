"""Which notices their customer can do without by mail or SMS. What is not named here is always sent.

Always sent is what the law owes in a durable form (an acknowledgement of a contract withdrawn, EU-9; an answer to an
application, with its reason), what a right or a fee depends on (a term that ends), and what warns of somebody else at
the account. Whatever is sent stands in the portal as well, so nothing is ever kept from a customer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

Way = Literal["mail", "text"]
WAYS: tuple[Way, ...] = ("mail", "text")
GROUPS: Mapping[str, frozenset[str]] = {
    "progress": frozenset(
        {
            "cancel_received",
            "cancel_escalated",
            "application_escalated",
            "appeal_escalated",
            "question_escalated",
            "parcel_awaited",
            "return_received",
            "goods_go_back",
            "goods_sent_back",
            "goods_come_again",
            "withdrawal_begun",
            "shipping_postponed",
        }
    ),
    "refunds": frozenset({"refund_succeeded", "refund_late_payment", "fee_returned", "fee_voided"}),
    "reminders": frozenset({"return_reminder", "withdrawal_reminder", "early_goods_reminder"}),
    "messages": frozenset({"message_from_shop"}),
}
"""Kinds of notices by what is chosen together, in the order in which it is asked."""


OWED_BY_LAW = frozenset(
    {
        "contract_withdrawn",
        "declaration_received",
        "application_refused",
        "part_approved",
        "appeal_upheld",
        "goods_not_accepted",
    }
)
"""What must have reached its customer in a durable form (EU-9, CN-13; an answer with its reason): where it comes back,
somebody finds another way."""


def goes_out(kind: str, way: Way, off: Collection[str]) -> bool:
    """Whether a notice of `kind` is sent that way. `off`: what its customer does not want, as of `switched_off`."""
    return not any(kind in kinds and f"{way}:{group}" in off for group, kinds in GROUPS.items())


def group_of(kind: str) -> str:
    """What its customer chooses it together with; "" for what is always sent."""
    return next((group for group, kinds in GROUPS.items() if kind in kinds), "")


def switched_off(wanted: Mapping[Way, Iterable[str]]) -> tuple[str, ...]:
    """What is kept of a choice: `way:group` of every group that is not in `wanted`, its groups by way."""
    return tuple(f"{way}:{group}" for way in WAYS for group in GROUPS if group not in set(wanted[way]))
