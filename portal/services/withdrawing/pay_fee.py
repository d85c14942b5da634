"""去支付: a try to pay the fee of a withdrawal, online at once or to the courier on delivery (S32, S33), or what an
exchange costs more, online (P9)."""

from __future__ import annotations

from datetime import timedelta

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Invalid
from portal.domain.fees.charged import ChargedFee
from portal.domain.fees.fee import METHODS, payment_no
from portal.domain.fees.payer import UNKNOWN_PAYER, Payer
from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import check_own_act
from portal.domain.results import FeeState, FeeTried
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.fees.fee_methods import fee_methods
from portal.services.fees.fee_steps import UNPAYABLE, can_be_done
from portal.services.returning.return_to_customer import return_to_customer
from portal.services.withdrawing.settle_fee_payment import settle_fee_payment

_ASK_AGAIN = timedelta(seconds=15)
"""When the worker asks, where whoever began the payment did not live to hear the answer."""
_STANDS: dict[str, FeeState] = {"due": "open", "processing": "open", "paid": "paid", "on_delivery": "on_delivery"}


def pay_fee(
    *,
    case_no: str,
    method: str,
    actor: Actor,
    request_id: RequestKey,
    deps: Deps,
    shown: str | None = None,
    payer: Payer = UNKNOWN_PAYER,
) -> FeeTried:
    """How the fee stands then: `open` while something is left to do, to wait or to pay again.

    `shown`: what the page carried; `payer`: in what browser it is paid. Errors: NotFound, Conflict (nothing to pay,
    being confirmed, too late, or not as shown), Invalid (a method that nobody takes), Reused. A payment that did not
    work is no error: the fee's page says why.
    """
    check_own_act(actor, "payment")
    if method not in METHODS:
        raise Invalid((("method", "required" if not method else "not_offered"),))
    with unit_of_work(deps) as work:
        number, asked = "", fingerprint(["pay_fee", case_no, method])
        if not work.requests.claim(actor, request_id, asked, FeeTried):
            number = _begin(lock_case(work, case_no, actor, deps), method, shown, payer)
            work.requests.finish(actor, request_id, FeeTried(case_no=case_no, state="open"))
    if number:
        settle_fee_payment(number=number, deps=deps, is_new=True)
    return fee_stands(case_no=case_no, actor=actor, deps=deps)


def shown_fee(fee: ChargedFee) -> str:
    """What the page's form carries as `shown`: which fee, and how much."""
    return fingerprint([fee.fee_no, fee.amount.minor, fee.amount.currency])[:32]


def fee_stands(*, case_no: str, actor: Actor, deps: Deps) -> FeeTried:
    """What has become of the newest fee of a case. Raises NotFound."""
    with reading(deps) as work:
        found = work.fees.of_case(work.cases.get(case_no, actor).id)
    state = _STANDS.get(found[0].state if found else "", "over")
    is_done = state == "paid" and found is not None and found[0].for_what == "pickup"
    return FeeTried(case_no=case_no, state="done" if is_done else state)


def _begin(act: CaseAct, method: str, shown: str | None, payer: Payer) -> str:
    """The number to ask the rail about, "" where the courier collects."""
    work, fee = act.work, _payable(act, shown)
    methods = fee_methods(work, fee, act.settings.fees, act.deps)
    if method not in methods:
        raise Invalid((("method", "not_offered"),))
    work.tasks.close(f"{UNPAYABLE}:{fee.fee_no}")
    choice = methods[method]
    if choice is None:
        _on_delivery(act, fee)
        return ""
    number = payment_no(fee.fee_no, work.fees.tries_of(fee.id) + 1)
    work.fees.begin_payment(fee, number, method, rail=choice.name, payer=payer)
    work.fees.paying(fee)
    work.jobs.enqueue(
        "fee_payment", {"payment": number}, run_at=work.now + _ASK_AGAIN, dedup_key=f"fee_payment:{number}"
    )
    act.happened(f"{fee.subject}:paying", **fee.facts(), payment=number, method=method)
    return number


def _payable(act: CaseAct, shown: str | None) -> ChargedFee:
    fee = act.work.fees.open_for_update(act.case.id)
    if fee is None:
        raise Conflict("no_fee")
    if fee.state != "due" or not can_be_done(act.case, fee):
        raise Conflict("fee_confirming" if fee.state == "processing" else "no_fee")
    if act.now > fee.due_at and fee.for_what != "return":
        raise Conflict("deadline", at=fee.due_at)
    if shown is not None and shown != shown_fee(fee):
        raise Conflict()
    return fee


def _on_delivery(act: CaseAct, fee: ChargedFee) -> None:
    """The application pauses: the parcel is sent back at once, and the courier takes the fee with it (WORDS 7)."""
    act.work.fees.on_delivery(fee)
    act.happened("fee:on_delivery", **fee.facts())
    return_to_customer(act, fee.reason, on_delivery=fee.amount)
