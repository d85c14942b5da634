"""Beyond policy: within the shop's limits one person alone decides, over them it waits for a second (S44).

What counts is what one case was given, by whomever, and what one person has granted alone in a day of the shop,
whatever accounts they have. While it waits everything it is about is claimed, so nothing else can spend it.
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from portal.domain.errors import Forbidden
from portal.domain.goodwill.limits import Alone, fits_case, limits_of
from portal.domain.goodwill.proposal import Goodwill, GoodwillKind, Said, stand_of
from portal.domain.identity.access import Actor, may
from portal.domain.money import Money
from portal.domain.orders.decisions import Plan
from portal.repos.goodwill import Measured
from portal.services.act import Act, CaseAct
from portal.services.waiting_proposals import TASK, facts_of


def check_may_propose(actor: Actor) -> None:
    """Raises Forbidden. Only a person gives something away, under their own name."""
    if actor.kind != "staff" or not may(actor, "write", "propose"):
        raise Forbidden("propose")


def record_goodwill(
    act: CaseAct, kind: GoodwillKind, amount: Money, *, reason: str, plan: Plan | None = None, said: Said | None = None
) -> Goodwill:
    """`granted` where one person alone may, else `waiting`: then somebody else is asked, with a time of theirs.

    The order and the case are under lock; what it is about is claimed by the caller, in this transaction.
    """
    person = act.work.goodwill.person_of(act.actor.id)
    day = day_of_shop(act)
    measured = _measured(act, person, day, amount)
    waits = measured.needs_second
    new = Goodwill(
        id=0,
        number=f"G{act.now:%y%m%d}{act.deps.random.letters(7)}",
        kind=kind,
        state="waiting" if waits else "granted",
        case_id=act.case.id,
        order_id=act.record.id,
        amount=amount,
        plan=plan,
        said=said or Said(),
        reason=reason,
        stand=stand_of(act.case),
        needs_second=waits,
        proposed_by=act.actor.key,
        proposed_person=person,
        proposed_at=act.now,
        proposed_on=day,
        deadline_at=act.due(act.policy.timers.appeal_decided) if waits else None,
    )
    kept = act.work.goodwill.add(new, act.record.shop_id, measured)
    if waits:
        _ask_for_second(act, kept)
    elif kind == "late_return":
        act.happened("goodwill:return_granted", **facts_of(kept))
    return kept


def day_of_shop(act: Act) -> date:
    """Today in the shop's zone, by which a person's day is counted."""
    return act.now.astimezone(ZoneInfo(act.settings.zone)).date()


def _measured(act: CaseAct, person: int, day: date, amount: Money) -> Measured:
    """Counts to the person's day what they may give alone."""
    rows, alone = act.work.goodwill, limits_of(act.settings.limits, amount.currency)
    given = rows.given_to(act.case.id)
    before = rows.granted_alone(act.record.shop_id, person, day, amount.currency)
    is_small = fits_case(amount, Money(given, amount.currency), alone)
    is_alone = is_small and rows.spend_alone(act.record.shop_id, person, day, amount, alone.day)
    if is_alone:
        # Counted under the row's own lock: what was read before may have grown since.
        before = rows.granted_alone(act.record.shop_id, person, day, amount.currency) - amount.minor
    return Measured(alone=alone, case_before=given, day_before=before, needs_second=not is_alone)


def left_alone(act: CaseAct) -> Alone:
    """How much more the reader may give alone, of this case and today: for the page that says it before."""
    currency = act.order.currency
    rows, alone = act.work.goodwill, limits_of(act.settings.limits, currency)
    person = rows.person_of(act.actor.id)
    given = rows.given_to(act.case.id)
    spent = rows.granted_alone(act.record.shop_id, person, day_of_shop(act), currency)
    return Alone(
        case=Money(max(0, alone.case.minor - given), currency), day=Money(max(0, alone.day.minor - spent), currency)
    )


def _ask_for_second(act: CaseAct, one: Goodwill) -> None:
    act.happened("goodwill:proposed", **facts_of(one))
    act.work.tasks.open(
        act.record.shop_id,
        TASK,
        dedup_key=f"{TASK}:{one.number}",
        detail={},
        order_id=act.record.id,
        case_id=act.case.id,
    )
    act.notify_staff(TASK, is_new_turn=True)
