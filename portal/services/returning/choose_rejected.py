"""What becomes of goods that were not accepted: sent back to the customer, or given up (N11; POLICY, timers).

The third way, an appeal, is appeal_case. Nobody chose in time: they are sent back.
"""

from __future__ import annotations

from typing import Literal

from portal.domain.cases import steps
from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Invalid
from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import check_own_act
from portal.domain.orders import effects
from portal.domain.results import RejectedChosen
from portal.domain.returning.inspection import accepted_of, rejected_of
from portal.domain.sent import RequestKey
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.act import CaseAct, lock_case
from portal.services.exchanging.begin_exchange import begin_exchange
from portal.services.returning.send_back import begin_sending_back, keep_accepted

Choice = Literal["send_back", "give_up"]


def choose_rejected(
    *, case_no: str, choice: Choice, actor: Actor, request_id: RequestKey, deps: Deps
) -> RejectedChosen:
    """Errors: NotFound, Conflict (nothing to choose any more), Invalid (choice), Reused."""
    if choice not in ("send_back", "give_up"):
        raise Invalid((("choice", "required" if not choice else "not_offered"),))
    check_own_act(actor, "rejected")
    with unit_of_work(deps) as work:
        asked = fingerprint(["rejected", case_no, choice])
        if done := work.requests.claim(actor, request_id, asked, RejectedChosen):
            return done
        act = lock_case(work, case_no, actor, deps)
        if not act.case.awaits_choice or not act.case.may("send_back"):
            raise Conflict("decided", at=act.case.closed_at)
        if choice == "send_back":
            send_back(act)
        else:
            _give_up(act)
        return work.requests.finish(actor, request_id, RejectedChosen(case_no=case_no, choice=choice))


def send_back(act: CaseAct) -> None:
    """By the customer's choice, or because nobody chose."""
    begin_sending_back(act, steps.rejected_go_back(act.case, at=act.now))
    act.happened("rejected:send_back")
    if act.actor.kind == "system":
        act.notify_customer("goods_go_back")


def _give_up(act: CaseAct) -> None:
    """The shop keeps them without paying; they cannot be asked for again. What else an exchange is for goes on."""
    units = rejected_of(act.case)
    is_paying = act.work.refunds.are_open(act.case.id)
    after = steps.rejected_given_up(act.case, at=act.now, is_paying=is_paying)
    act.save_order(effects.forfeited(effects.released(act.order, units), units))
    if after.state == "replacing":
        begin_exchange(act, keep_accepted(act, after), accepted_of(after))
    else:
        act.save(after)
        act.work.cases.release(act.case)
    act.happened("rejected:given_up", units=[list(pair) for pair in units])
