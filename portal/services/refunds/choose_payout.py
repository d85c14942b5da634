"""退到余额, or as it was paid again: how a refund is to be paid, before any of it moves (P10)."""

from __future__ import annotations

from dataclasses import replace

from portal.domain.cases.payout import PAYOUTS, Payout, PayoutTo, may_ask_payout, may_choose_payout
from portal.domain.codec import fingerprint
from portal.domain.credit.results import PayoutChosen
from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import check_own_act
from portal.domain.money import Money
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import Act, CaseAct, lock_case


def choose_payout(*, case_no: str, to: str, actor: Actor, request_id: RequestKey, deps: Deps) -> PayoutChosen:
    """`to`: original, the way it was paid; store_credit.

    Errors: NotFound, Conflict("payout_fixed": the money has started, or the shop gives none), Invalid (to), Reused.
    """
    if to not in PAYOUTS:
        raise Invalid((("to", "required" if not to else "not_offered"),))
    check_own_act(actor, "payout")
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, fingerprint(["payout", case_no, to]), PayoutChosen):
            return done
        act = lock_case(work, case_no, actor, deps)
        if not may_be_chosen(act) or (to == "store_credit" and not act.settings.store_credit.refunds):
            raise Conflict("payout_fixed", at=act.case.closed_at)
        _choose(act, to)
        is_credit = act.case.payout is not None
        return work.requests.finish(actor, request_id, PayoutChosen(case_no=case_no, is_credit=is_credit))


def may_be_chosen(act: CaseAct) -> bool:
    """For the page and the act. Whoever was chosen credit may always go back to the way it was paid."""
    case = act.case
    return may_choose_payout(
        kind=case.kind,
        state=case.state,
        is_inspected=case.inspection is not None or case.is_paid_early,
        refund=case.plan.refund,
        has_account=_has_account(act),
    )


def may_ask_for_credit(act: Act, kind: str) -> bool:
    """Whether the form of what may be paid at once asks how, once there is money in it: for the page and the act. Where
    money goes is for the customer alone to say."""
    is_given = act.settings.store_credit.refunds and not act.actor.by_staff
    return is_given and may_ask_payout(kind=kind, has_account=_has_account(act))


def payout_asked(act: Act, to: PayoutTo, *, kind: str, refund: Money) -> Payout | None:
    """What was chosen with the act; None: as it was paid. Raises Conflict("payout_fixed": not offered any more)."""
    if to == "original":
        return None
    if not (refund and may_ask_for_credit(act, kind)):
        raise Conflict("payout_fixed")
    return _promised(act)


def _has_account(act: Act) -> bool:
    return act.record.customer_id is not None and bool(act.order.payments)


def _promised(act: Act) -> Payout:
    """What the shop offers now, by which it is bound."""
    offer = act.settings.store_credit
    return Payout(bonus_percent=str(offer.bonus_percent), valid_days=offer.valid_days, at=act.now, by=act.actor.key)


def _choose(act: CaseAct, to: str) -> None:
    chosen = _promised(act) if to == "store_credit" else None
    if (chosen is None) == (act.case.payout is None):
        return
    act.save(replace(act.case, payout=chosen, version=act.case.version + 1))
    act.happened("payout:credit" if chosen else "payout:original")
