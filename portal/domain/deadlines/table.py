"""Every deadline: who has to act by it, what happens when nobody did, and what is said before (POLICY, timers; law 15).

Cases carry the kind of theirs (`deadline_kind`); those of orders, fees and failed refunds have columns of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

DeadlineKind = Literal[
    "warehouse_answers",
    "shop_answers_refund",
    "shop_answers_return",
    "shop_answers_question",
    "customer_adds_information",
    "customer_sends_back",
    "withdrawal_sends_back",
    "withdrawal_refunded",
    "shop_inspects",
    "refunded_uninspected",
    "customer_chooses_rejected",
    "customer_answers_offer",
    "appeal_decided",
    "early_goods_arrive",
]
Who = Literal["shop", "warehouse", "customer"]
AtZero = Literal[
    "escalate",  # staff get a task, the customer is told where `told` says so; never decided by silence
    "approve_or_escalate",  # approved where the decision said so when it was shown, else as `escalate`
    "close",  # the case ends, its units are free
    "lapse",  # the shop's offer is over, the case is the shop's again
    "send_back",  # goods that were not accepted go back to the customer
    "refund_all",  # all that was sent counts as accepted
    "pay_by_law",  # all that the case still holds is paid: the law gives the shop no more time
    "invoice",  # what was refunded at hand-over is to be paid back
    "remind",  # of an invoice, which time does not end
    "cancel",  # of an order
    "void",  # of a fee
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineRule:
    """`task` is what staff find when it is escalated, `told` the notice that the customer gets with it ("" for none).

    `then`: the next deadline of a case that was escalated. `reminder`: the notice that reminds of it before.
    `subject`: what the event and the count of the run are about.
    """

    who: Who
    at_zero: AtZero
    task: str = ""
    told: str = ""
    then: DeadlineKind | None = None
    reminder: str = ""
    subject: Literal["case", "cancel"] = "case"


_APPLICATION = DeadlineRule(
    who="shop", at_zero="approve_or_escalate", task="application_unanswered", told="application_escalated"
)
OF_CASES: dict[DeadlineKind, DeadlineRule] = {
    "warehouse_answers": DeadlineRule(
        who="warehouse", at_zero="escalate", task="cancel_unanswered", told="cancel_escalated", subject="cancel"
    ),
    "shop_answers_refund": _APPLICATION,
    "shop_answers_return": _APPLICATION,
    "shop_answers_question": DeadlineRule(
        who="shop", at_zero="escalate", task="question_unanswered", told="question_escalated"
    ),
    "appeal_decided": DeadlineRule(who="shop", at_zero="escalate", task="appeal_unanswered", told="appeal_escalated"),
    "customer_adds_information": DeadlineRule(who="customer", at_zero="close"),
    "customer_sends_back": DeadlineRule(who="customer", at_zero="close", reminder="return_reminder"),
    "withdrawal_sends_back": DeadlineRule(
        who="customer",
        at_zero="escalate",
        task="goods_not_sent",
        told="withdrawal_overdue",
        reminder="withdrawal_reminder",
    ),
    "withdrawal_refunded": DeadlineRule(who="shop", at_zero="pay_by_law", task="application_unanswered"),
    "shop_inspects": DeadlineRule(
        who="shop", at_zero="escalate", task="goods_uninspected", then="refunded_uninspected"
    ),
    "refunded_uninspected": DeadlineRule(who="shop", at_zero="refund_all", task="goods_uninspected"),
    "customer_chooses_rejected": DeadlineRule(who="customer", at_zero="send_back"),
    "customer_answers_offer": DeadlineRule(who="customer", at_zero="lapse"),
    "early_goods_arrive": DeadlineRule(
        who="customer", at_zero="invoice", task="early_goods_missing", reminder="early_goods_reminder"
    ),
}
"""By the `deadline_kind` of a case."""
ELSEWHERE: dict[str, DeadlineRule] = {
    "order_paid": DeadlineRule(who="customer", at_zero="cancel"),
    "fee_paid": DeadlineRule(who="customer", at_zero="void"),
    "invoice_paid": DeadlineRule(who="customer", at_zero="remind", task="invoice_unpaid", reminder="invoice_reminder"),
    "message_answered": DeadlineRule(who="shop", at_zero="escalate", task="customer_wrote"),
    "approval_given": DeadlineRule(who="shop", at_zero="escalate", task="approval_waiting"),
    "refund_mended": DeadlineRule(who="shop", at_zero="escalate", task="refund_failed"),
}
"""Those of an order (`pay_by`), a fee (`due_at`), a proposal beyond policy (`deadline_at`), a failed refund
and a message of a customer (their tasks' `deadline_at`)."""
