"""去支付: a try to pay the fee of a withdrawal, online at once or to the courier on delivery (S32, S33)."""

from __future__ import annotations

from datetime import timedelta

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Invalid
from portal.domain.fees.fee import METHODS, payment_no
from portal.domain.identity.access import Actor
from portal.domain.withdrawing.decide import way_of
from portal.ports import Deps
from portal.repos.cases import CaseRecord
from portal.repos.order_record import OrderRecord
from portal.repos.rows import Row
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.actor_source import event_source
from portal.services.fees.fee_steps import amount_of, money_of, note
from portal.services.returning.return_to_customer import turn_back
from portal.services.withdrawing.settle_fee_payment import settle_fee_payment

_ASK_AGAIN = timedelta(seconds=15)
"""When the worker asks, where whoever began the payment did not live to hear the answer."""


def pay_fee(*, case_no: str, method: str, actor: Actor, request_id: str, deps: Deps, shown: str | None = None) -> str:
    """Returns `case:<no>` once that is settled, `fee:<no>` while something is left to do: to wait, or to pay again.

    `shown`: what the page carried. Errors: NotFound, Conflict (nothing to pay, being confirmed, too late, or not as
    shown), Invalid (method), Reused. A payment that did not work is no error: the fee's page says why.
    """
    if method not in METHODS:
        raise Invalid((("method", "required" if not method else "not_offered"),))
    with unit_of_work(deps) as work:
        is_repeat = bool(work.requests.claim(actor, request_id, fingerprint(["pay_fee", case_no, method])))
        number = "" if is_repeat else _begin(work, case_no, method, actor, shown)
        if not is_repeat:
            work.requests.finish(actor, request_id, f"case:{case_no}")
    if number:
        settle_fee_payment(number=number, deps=deps, is_new=True)
    return where_to(case_no=case_no, actor=actor, deps=deps)


def shown_fee(fee: Row) -> str:
    """What the page's form carries as `shown`: which fee, and how much."""
    return fingerprint([fee["fee_no"], fee["amount_minor"], fee["currency"]])[:32]


def where_to(*, case_no: str, actor: Actor, deps: Deps) -> str:
    """`fee:<no>` while the fee is to be paid or not yet confirmed, else `case:<no>`. Raises NotFound."""
    with reading(deps) as work:
        fee = work.fees.of_case(work.cases.get(case_no, actor)["id"])
    return f"fee:{case_no}" if fee and fee["state"] in ("due", "processing") else f"case:{case_no}"


def _begin(work: UnitOfWork, case_no: str, method: str, actor: Actor, shown: str | None) -> str:
    """The number to ask the rail about, "" where the courier collects."""
    record = work.orders.get_by_id_for_update(work.cases.order_id_of(case_no, actor))
    case = work.cases.get_for_update(case_no, actor)
    fee = _payable(work, case, shown)
    if method == "cod":
        _on_delivery(work, record, case, fee, actor)
        return ""
    number = payment_no(fee["fee_no"], work.fees.tries_of(fee["id"]) + 1)
    work.fees.begin_payment(fee, number, method)
    work.fees.step(fee, "pay")
    work.jobs.enqueue(
        "fee_payment", {"payment": number}, run_at=work.now + _ASK_AGAIN, dedup_key=f"fee_payment:{number}"
    )
    data = money_of(fee) | {"payment": number, "method": method}
    note(work, record, case_no, actor, f"{event_source(actor)}:fee:paying", data)
    return number


def _payable(work: UnitOfWork, case: CaseRecord, shown: str | None) -> Row:
    fee = work.fees.open_for_update(case.id)
    if fee is None:
        raise Conflict("no_fee")
    if fee["state"] != "due" or way_of(case.row["kind"], case.state) != "goods_under_way":
        raise Conflict("fee_confirming" if fee["state"] == "processing" else "no_fee")
    if work.now > fee["due_at"]:
        raise Conflict("deadline", at=fee["due_at"])
    if shown is not None and shown != shown_fee(fee):
        raise Conflict()
    return fee


def _on_delivery(work: UnitOfWork, record: OrderRecord, case: CaseRecord, fee: Row, actor: Actor) -> None:
    """The application pauses: the parcel turns back at once, and the courier takes the fee with it (WORDS 7)."""
    work.fees.step(fee, "deliver")
    note(work, record, case.case_no, actor, f"{event_source(actor)}:fee:on_delivery", money_of(fee))
    turn_back(work, record, case, fee["choice"]["reason"], actor, on_delivery=amount_of(fee))
