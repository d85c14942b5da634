"""The goods of an exchange are accepted: the shop is to send others, once what they cost more is paid (P9)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.cases.case import Case, Replacement
from portal.domain.orders.order import Units
from portal.services.act import CaseAct
from portal.services.applying.begin_replacing import TASK, begin_replacing
from portal.services.fees.fee_steps import give_back_fee, issue_surcharge


def begin_exchange(act: CaseAct, after: Case, units: Units) -> None:
    """`after`: the case as a step has brought it to `replacing`; `units` of it were accepted, and are exchanged.

    The fee of a withdrawal that came to nothing goes back. Staff are not asked to send anything before the surcharge is
    paid.
    """
    give_back_fee(act)
    after = replace(after, replacement=Replacement(units=units))
    if surcharge := after.plan.surcharge:
        act.save(after)
        issue_surcharge(act, surcharge)
        return
    begin_replacing(act, after)
    act.notify_customer("replacement_approved", kind=act.case.kind)


def surcharge_paid(act: CaseAct) -> None:
    """Nothing is waited for any more: staff send the goods, the customer reads that they will."""
    act.open_task_again(TASK)
    act.notify_staff(TASK)
    act.notify_customer("replacement_approved", kind=act.case.kind)
