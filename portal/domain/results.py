"""What acts led to, as frozen values: what a service returns, what is kept for a form that comes twice, what the notice
after an act is made of (law 14).

`OfOrder` and `OfCase` say where the act led; they stand for themselves only of requests kept before there were any.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.money import Money

FeeState = Literal["paid", "done", "on_delivery", "open", "over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """Something was done that has no page of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOrder(Done):
    order_no: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCase(Done):
    case_no: str


# Orders.
@dataclass(frozen=True, slots=True, kw_only=True)
class CancelDone(Done):
    """What asking to cancel can lead to: OrderCancelled at once, or CancelAsked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(CancelDone, OfOrder):
    """`units` were cancelled; `left` are still going to be shipped. `is_whole`: nothing of the order goes on.

    `refund`: what goes back, None where nothing does; `is_unpaid`: nothing had been collected.
    """

    units: int
    left: int
    refund: Money | None
    is_whole: bool
    is_unpaid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAsked(CancelDone, OfCase):
    """The warehouse is to answer by then (aware UTC)."""

    answer_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressChanged(OfOrder):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentUrged(OfOrder):
    """The warehouse is told that somebody waits; `is_again`: it was told before today. `due`: until when shipping was
    promised (aware UTC), None where it was not; `is_late`: that is over."""

    due: datetime | None
    is_late: bool
    is_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippingPostponed(OfOrder):
    """It ships later, by then (aware UTC); None: as promised again."""

    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRetried(OfOrder):
    """A refund in trouble is tried again at once."""


# Applications.
@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(OfCase):
    """`follows`: the refused case that was asked for again, "" for a first application."""

    follows: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEdited(OfCase):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractWithdrawn(OfCase):
    """The declaration is on record and acknowledged (EU-9)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawDone(OfCase):
    """What taking an application back can lead to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWithdrawn(WithdrawDone):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReduced(WithdrawDone):
    """`units` were taken back; the application goes on for `left`."""

    units: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalBegun(WithdrawDone):
    """The parcel turns back: the application is withdrawn once the goods are with the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAsked(WithdrawDone):
    """It takes effect once `fee` is paid, by `pay_by` (aware UTC)."""

    fee: Money
    pay_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeTried(OfCase):
    """A try to pay a fee. `state`: paid; done, paid and withdrawn with it; on_delivery; open (to be paid again,
    or being confirmed); over."""

    state: FeeState


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAppealed(OfCase):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUrged(OfCase):
    """Whoever has it is told; `is_again`: they were told before today. `due`: until when they answer, None where that
    is over and it was escalated."""

    due: datetime | None
    is_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked(OfCase):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWritten(OfCase):
    """`is_internal`: a note for colleagues."""

    is_internal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationMade(Done):
    """A withdrawal from contract that anybody may declare is on record; its acknowledgement is under `public_id`."""

    public_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationHandled(Done):
    """What staff did about a declaration."""

    public_id: str
    what: Literal["matched", "closed", "unmasked"]


# Goods.
@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelEntered(OfCase):
    """The customer's parcel to the shop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedChosen(OfCase):
    """What becomes of goods that were not accepted."""

    choice: Literal["send_back", "give_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsReceived(OfCase):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsInspected(OfCase):
    """`is_to_be_sent`: what was accepted is not paid for, the shop sends it back repaired."""

    is_to_be_sent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelBackEntered(OfCase):
    """The shop's parcel to the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelHandedOver(OfCase):
    """What became of it at the customer's door."""

    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementSent(OfCase):
    """What the shop sends its customer has left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementArrived(OfCase):
    """It is with the customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedInstead(OfCase):
    """What cannot be sent is paid for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeReturn(OfCase):
    """An exchange of what the shop has none of goes on as a return."""


# Staff.
@dataclass(frozen=True, slots=True, kw_only=True)
class CancelAnswered(OfCase):
    answer: Literal["stopped", "too_late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDecided(OfCase):
    """`proposed`: it is over what one person alone may give beyond policy, so a second one answers."""

    decision: Literal["accept", "partly", "refuse", "proposed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAssigned(OfCase):
    """Taken by whoever acts, from a colleague too, or put back into the queue."""

    to: Literal["claimed", "released", "taken_over"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(OfCase):
    """With the customer's consent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAsked(OfCase):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerUnmasked(OfCase):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRetried(Done):
    """Something that the worker had not done, or given up, is due now."""

    job_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(Done):
    task_id: int
