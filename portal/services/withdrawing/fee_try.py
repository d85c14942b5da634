"""A try to pay a fee with everything it belongs to: what follows from the rail's word happens to all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.domain.errors import ProviderUnavailable
from portal.domain.fees.charged import ChargedFee, FeePayment
from portal.domain.identity.access import system
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork
from portal.services.act import CaseAct
from portal.services.fees.fee_steps import can_be_done
from portal.services.refunds.choose_rail import Choice
from portal.services.refunds.record_answer import NextTry


@dataclass(frozen=True, slots=True)
class FeeTry:
    """A try with everything it belongs to, under lock. The system acts, on what the rail says."""

    act: CaseAct
    fee: ChargedFee
    payment: FeePayment

    @property
    def work(self) -> UnitOfWork:
        return self.act.work

    @property
    def can_be_done(self) -> bool:
        """What the fee is for can still be done."""
        return can_be_done(self.act.case, self.fee)

    def note(self, what: str, **data: Any) -> None:
        """On record as the rail's word; `what` became of it."""
        kind = f"rail:{self.fee.subject}:{what}"
        known = self.fee.facts() | {"payment": self.payment.number} | data
        self.act.record_events(NewEvent(kind=kind, data=known, case_no=self.act.case_no))


def locked_try(work: UnitOfWork, number: str, deps: Deps) -> FeeTry:
    """In the order of law 5."""
    ids = work.fees.ids_of_payment(number)
    record = work.orders.get_by_id_for_update(ids.order_id)
    case = work.cases.get_by_id_for_update(ids.case_id)
    fee, payment = work.fees.get_for_update(ids.fee_id), work.fees.payment_for_update(number)
    return FeeTry(CaseAct(work, record, case, system(record.shop_id), deps), fee, payment)


def rail_there(choice: Choice | None) -> Choice:
    """Raises ProviderUnavailable where the rail was removed."""
    if choice is None:
        raise ProviderUnavailable("rail", "it is not there any more")
    return choice


def try_later(work: UnitOfWork, seconds: int, error: str = "") -> NextTry:
    """When the job comes back, and why it has to."""
    return NextTry(work.now + timedelta(seconds=seconds), error)
