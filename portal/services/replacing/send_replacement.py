"""The shop's parcel to its customer: it has left, and it has arrived (P9, P20).

Units stay claimed until the goods are in the customer's hands: nobody is refunded for what is on its way to them.
"""

from __future__ import annotations

from portal.domain.applying.guarantee import lengthened
from portal.domain.cases import replacing
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden
from portal.domain.identity.access import Actor, may
from portal.domain.orders import effects
from portal.domain.results import ReplacementArrived, ReplacementSent
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.applying.begin_replacing import TASK
from portal.services.replacing.exchange_money import check_surcharge_paid, pay_difference
from portal.services.returning.send_back import checked_parcel


def send_replacement(
    *, case_no: str, carrier: str, tracking_no: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> ReplacementSent:
    """The parcel has left; sent again it is another one.

    Errors: NotFound, Forbidden, Conflict (nothing is to be sent), Invalid (carrier, tracking_no), Reused.
    """
    carrier, tracking_no = checked_parcel(carrier, tracking_no)
    with unit_of_work(deps) as work:
        asked = fingerprint(["send_replacement", case_no, carrier, tracking_no])
        if done := work.requests.claim(actor, request_id, asked, ReplacementSent):
            return done
        act = _locked(work, case_no, actor, deps)
        check_surcharge_paid(act)
        if not act.case.is_replacement_sent:
            pay_difference(act)
        parcel = {"carrier": carrier, "tracking_no": tracking_no}
        act.save(replacing.replacement_sent(act.case, by=actor.key, at=act.now, **parcel))
        act.close_task(TASK)
        act.happened("replacement:sent", **parcel)
        words = act.settings.carrier_words(carrier)
        act.notify_customer("replacement_sent", kind=act.case.kind, carrier=words, tracking_no=tracking_no)
        return work.requests.finish(actor, request_id, ReplacementSent(case_no=case_no))


def replacement_arrived(*, case_no: str, actor: Actor, request_id: RequestKey, deps: Deps) -> ReplacementArrived:
    """The goods are with the customer: the case is done, its units are as delivered.

    Errors: NotFound, Forbidden, Conflict (no parcel is on its way), Reused.
    """
    with unit_of_work(deps) as work:
        asked = fingerprint(["replacement_arrived", case_no])
        if done := work.requests.claim(actor, request_id, asked, ReplacementArrived):
            return done
        arrive(_locked(work, case_no, actor, deps))
        return work.requests.finish(actor, request_id, ReplacementArrived(case_no=case_no))


def arrive(act: CaseAct) -> None:
    """The step itself, for whoever holds the locks. Raises Conflict where no parcel is on its way."""
    is_paying = act.work.refunds.are_open(act.case.id)
    act.save(replacing.replacement_arrived(act.case, at=act.now, is_paying=is_paying))
    act.work.cases.release(act.case)
    act.save_order(effects.released(act.order, act.case.units))
    act.happened("replacement:arrived")
    if act.case.kind == "repair":
        _lengthen_guarantee(act)
    act.notify_customer("replacement_arrived", kind=act.case.kind)


def _lengthen_guarantee(act: CaseAct) -> None:
    """Of the lines that were repaired, where the law gives that (EU-15)."""
    before, sent = act.order, act.case.replacement
    after = lengthened(before, [line_id for line_id, _ in sent.units] if sent else (), act.policy, act.around.place)
    if after == before:
        return
    act.save_order(after)
    for line, old in zip(after.lines, before.lines, strict=True):
        if line.guarantee_until and not old.guarantee_until:
            act.happened("guarantee:lengthened", line=line.id, until=line.guarantee_until.isoformat())


def _locked(work: UnitOfWork, case_no: str, actor: Actor, deps: Deps) -> CaseAct:
    if not may(actor, "write", "receive"):
        raise Forbidden("receive")
    act = lock_case(work, case_no, actor, deps)
    if not act.case.may("replacement_sent"):
        raise Conflict("decided", at=act.case.closed_at)
    return act
