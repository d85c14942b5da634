"""退到余额, or as it was paid again: how a refund is to be paid, before any of it moves (P10)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from portal.domain.cases.payout import Payout, may_choose_payout
from portal.domain.codec import fingerprint
from portal.domain.credit.results import PayoutChosen
from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case

PayoutTo = Literal["original", "store_credit"]
PAYOUTS: tuple[PayoutTo, ...] = ("original", "store_credit")


def choose_payout(*, case_no: str, to: str, actor: Actor, request_id: RequestKey, deps: Deps) -> PayoutChosen:
    """`to`: original, the way it was paid; store_credit.

    Errors: NotFound, Conflict("payout_fixed": the money has started, or the shop gives none), Invalid (to), Reused.
    """
    if to not in PAYOUTS:
        raise Invalid((("to", "required" if not to else "not_offered"),))
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
        is_inspected=case.inspection is not None,
        refund=case.plan.refund,
        has_account=act.record.customer_id is not None and bool(act.order.payments),
    )


def _choose(act: CaseAct, to: str) -> None:
    offer = act.settings.store_credit
    payout = Payout(bonus_percent=str(offer.bonus_percent), valid_days=offer.valid_days, at=act.now, by=act.actor.key)
    chosen = payout if to == "store_credit" else None
    if (chosen is None) == (act.case.payout is None):
        return
    act.save(replace(act.case, payout=chosen, version=act.case.version + 1))
    act.happened("payout:credit" if chosen else "payout:original")
