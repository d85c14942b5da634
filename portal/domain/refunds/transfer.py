"""Another way for a refund that its rail cannot make: to an account that the customer has named, and agreed to.

A destination that was never paid from is a new one, so a second person always approves it (SECURITY, access). Who pays
it does so outside the portal and records the number it can be found by.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

TransferState = Literal["proposed", "approved", "declined", "taken_back", "paid"]
TransferWay = Literal["bank", "alipay", "wechat"]
WAYS: tuple[TransferWay, ...] = ("bank", "alipay", "wechat")
OPEN: tuple[TransferState, ...] = ("proposed", "approved")
"""Meanwhile the rail is not tried again: the money goes one way or the other."""
METHOD = "transfer"
"""The method of a refund that went this way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """`refund_row`: the row of the refund; `sealed`: name and account, readable under the installation's key alone;
    `tail`: the last characters of the account; `consent`: when and how the customer agreed; `reference`: what the
    money can be found by. `…_by` are keys of staff, `proposed_person` who that is."""

    id: int
    refund_row: int
    order_id: int
    state: TransferState
    way: TransferWay
    sealed: str
    tail: str
    consent: str
    proposed_by: str
    proposed_person: int
    proposed_at: datetime
    answered_by: str | None = None
    answered_at: datetime | None = None
    answer: str = ""
    paid_by: str | None = None
    paid_at: datetime | None = None
    reference: str = ""


def tail_of(account: str) -> str:
    """The last four characters, by which people know it."""
    return account.replace(" ", "")[-4:]
