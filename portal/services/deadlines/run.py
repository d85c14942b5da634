"""Acts on every deadline that has passed, each in a transaction that checks that it is still due (POLICY, timers)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.errors import ProviderUnavailable
from portal.domain.identity.access import system
from portal.domain.orders.decisions import Allowed
from portal.ports import Deps
from portal.repos.case_rows import DueCase
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.act import Act
from portal.services.cancelling.apply_cancel import apply_cancel
from portal.services.cancelling.decide_now import decide_cancel_now
from portal.services.deadlines.at_zero import act_on_case
from portal.services.deadlines.escalate_approval import escalate_approval
from portal.services.deadlines.escalate_message import escalate_message
from portal.services.deadlines.escalate_refund import escalate_refund
from portal.services.deadlines.remind import remind
from portal.services.deadlines.remind_of_invoice import remind_of_invoice
from portal.services.deadlines.tell_before import tell_before
from portal.services.deadlines.void_unpaid import void_unpaid_fee

_BATCH = 200
T = TypeVar("T")
# A query of a unit of work: what is past its time at a moment, at most so many.
Find = Callable[[UnitOfWork], Callable[[datetime, int], Sequence[Any]]]


def run_deadlines(*, as_of: datetime | None = None, deps: Deps) -> dict[str, int]:
    """How many of each kind were acted on: `unpaid_expired`, `cancel_escalated`, `case_approved`, `case_escalated`,
    `case_expired`, `case_sent_back`, `offer_lapsed`, `case_invoiced`, `fee_voided`, `invoice_reminded`,
    `refund_escalated`, `approval_escalated`, `case_reminded`, and `told_before`: deadlines that come soon. `as_of`
    (aware) stands in for now.

    One that cannot be acted on holds nobody up: the others are, then an ExceptionGroup says what went wrong.
    """
    moment, problems = as_of or deps.clock.now(), Problems()

    def run(find: Find, act: Callable[[Any], bool]) -> int:
        return _all_due(find, act, moment, problems, deps)

    unpaid = run(lambda work: work.orders.unpaid_past, lambda order_id: expire_unpaid_order(order_id, moment, deps))
    done = {"unpaid_expired": unpaid} | _act_on_cases(moment, problems, deps)
    done |= {name: run(find, act) for name, (find, act) in _acts(moment, deps).items()}
    done["told_before"] = problems.guard(lambda: tell_before(moment, deps), 0)
    if problems.found:
        raise ExceptionGroup("deadlines that could not be acted on", problems.found)
    return done


class Problems:
    """What went wrong with single orders and cases."""

    def __init__(self) -> None:
        self.found: list[Exception] = []

    def guard(self, act: Callable[[], T], otherwise: T) -> T:
        try:
            return act()
        except ProviderUnavailable:
            # The database is away, and so it is for the next one.
            raise
        except Exception as problem:
            self.found.append(problem)
            return otherwise


def _all_due(find: Find, act: Callable[[Any], bool], moment: datetime, problems: Problems, deps: Deps) -> int:
    """Acts on what `find` names, a batch at a time, until nothing is due or nothing of a batch could be acted on."""
    done = 0
    while True:
        with reading(deps) as work:
            due = find(work)(moment, _BATCH + len(problems.found))
        acted = sum(problems.guard(partial(act, one), False) for one in due)
        done += acted
        if len(due) < _BATCH or not acted:
            return done


def _acts(moment: datetime, deps: Deps) -> dict[str, tuple[Find, Callable[[Any], bool]]]:
    """What is found and what is done with it, for the kinds whose name does not depend on the act. Reminders come last,
    after what has ended: nobody is reminded of a deadline that has passed."""
    return {
        "fee_voided": (
            lambda work: work.fees.past_due,
            lambda fee: void_unpaid_fee(fee.case_no, fee.shop_id, moment, deps),
        ),
        "invoice_reminded": (
            lambda work: work.fees.invoices_past_due,
            lambda fee: remind_of_invoice(fee.case_no, fee.shop_id, moment, deps),
        ),
        "refund_escalated": (lambda work: work.tasks.past_due, lambda row: escalate_refund(row, deps)),
        "approval_escalated": (lambda work: work.goodwill.past_due, lambda late: escalate_approval(late, deps)),
        "message_escalated": (lambda work: work.tasks.messages_past_due, lambda row: escalate_message(row, deps)),
        "case_reminded": (
            lambda work: work.cases.with_reminder_before,
            lambda due: remind(due.case_no, due.shop_id, moment, deps),
        ),
    }


def expire_unpaid_order(order_id: int, moment: datetime, deps: Deps) -> bool:
    """An order nobody paid in time is cancelled by the system, points and coupons go back. False: no longer due."""
    with unit_of_work(deps) as work:
        record = work.orders.get_by_id_for_update(order_id)
        order = record.order
        if order.state != "awaiting_payment" or order.pay_by is None or order.pay_by > moment:
            return False
        act = Act(work, record, system(record.shop_id), deps)
        decision, _ = decide_cancel_now(act, CancelAsk(), at=moment)
        if not isinstance(decision, Allowed):
            return False
        act.happened("order:expired", pay_by=order.pay_by.isoformat())
        apply_cancel(act, decision.plan, notice="order_expired")
        return True


def _act_on_cases(moment: datetime, problems: Problems, deps: Deps) -> dict[str, int]:
    kinds = ("cancel_escalated", "case_approved", "case_escalated", "case_expired", "case_sent_back", "offer_lapsed")
    counts = dict.fromkeys((*kinds, "case_invoiced"), 0)
    while True:
        with reading(deps) as work:
            due = work.cases.with_deadline_before(moment, _BATCH + len(problems.found))
        done = [act for row in due if (act := problems.guard(partial(_act_on, row, moment, deps), ""))]
        for act in done:
            counts[act] += 1
        if len(due) < _BATCH or not done:
            return counts


def _act_on(due: DueCase, moment: datetime, deps: Deps) -> str:
    return act_on_case(due.case_no, due.shop_id, moment, deps)
