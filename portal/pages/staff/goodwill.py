"""规则之外: what can be given on a case, what waits for a second person, and one such proposal (S44)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from portal.domain.applying.units import units_left
from portal.domain.errors import Invalid
from portal.domain.goodwill.amounts import room_for_goodwill
from portal.domain.goodwill.proposal import Goodwill, GoodwillKind, stand_of
from portal.domain.identity.access import Actor, may
from portal.domain.shops.settings import ShopSettings
from portal.pages.parts.refunds import awaited_by, summary_of
from portal.pages.staff.facts import people_of
from portal.pages.values.amounts import RefundSummary
from portal.pages.values.deciding import DecidableLine
from portal.pages.values.goodwill import ApprovalsPage, GoodwillPage, GoodwillRow, ProposalPage
from portal.pages.values.transfers import ProposedRow
from portal.ports import Deps
from portal.repos.goodwill import ListedGoodwill
from portal.repos.transfers import ProposedTransfer
from portal.repos.unit_of_work import reading
from portal.services.act import CaseAct
from portal.services.cases.answer_proposal import effect_of_proposal, is_same_person
from portal.services.goodwill.give_amount import may_be_given
from portal.services.goodwill.late_return import worth_of
from portal.services.goodwill.propose import left_alone

MOST = 100
People = Mapping[str, str]


def goodwill_page(*, case_no: str, actor: Actor, settings: ShopSettings, deps: Deps) -> GoodwillPage:
    """Raises NotFound."""
    with reading(deps) as work:
        case = work.cases.get(case_no, actor)
        act = CaseAct(work, work.orders.get(case.order_no, actor), case, actor, deps, settings=settings)
        alone, lines, room = left_alone(act), _lines(act), room_for_goodwill(act.order)
        people = people_of(work.staff_sessions.colleagues(actor.shop_id))
        given = work.goodwill.of_case(case.id)
    kinds: tuple[tuple[GoodwillKind, bool], ...] = (
        ("amount", bool(room) and may_be_given(act)),
        ("late_return", bool(lines)),
    )
    return GoodwillPage(
        case_no=case_no,
        order_no=case.order_no,
        kinds=tuple(kind for kind, is_open in kinds if is_open),
        room=room,
        alone_case=alone.case,
        alone_day=alone.day,
        lines=lines,
        rows=goodwill_rows(given, case.order_no, case_no, people, actor),
    )


def has_something(act: CaseAct) -> bool:
    """Whether the desk leads there: where all of the order is asked for or gone, nothing can be given. No query, so it
    may still be that goods are only on their way."""
    room = room_for_goodwill(act.order) and may_be_given(act)
    may_return = act.settings.returns and act.order.payment_terms != "cod"
    return bool(room) or (may_return and any(min(line.left, line.delivered) > 0 for line in act.order.lines))


def _lines(act: CaseAct) -> tuple[DecidableLine, ...]:
    """Goods with the customer that nobody has asked for; what was collected at the door has no way back."""
    if act.order.payment_terms == "cod" or not act.settings.returns:
        return ()
    found = ((line, units_left(line, act.claims).delivered) for line in act.order.lines)
    return tuple(
        DecidableLine(line_id=line.id, title=line.title, variant=line.variant, units=units)
        for line, units in found
        if units
    )


def goodwill_rows(
    given: Iterable[Goodwill], order_no: str, case_no: str, people: People, actor: Actor
) -> tuple[GoodwillRow, ...]:
    """Of one case."""
    return tuple(_row(ListedGoodwill(goodwill=one, order_no=order_no, case_no=case_no), people, actor) for one in given)


def approvals_page(*, actor: Actor, deps: Deps) -> ApprovalsPage:
    """At most 100 of each: what is answered makes room."""
    with reading(deps) as work:
        waiting = work.goodwill.waiting(actor.shop_id, MOST + 1)
        answered = work.goodwill.answered(actor.shop_id, MOST)
        people = people_of(work.staff_sessions.colleagues(actor.shop_id))
        transfers = work.transfers.proposed(actor.shop_id, MOST)
        is_policy_waiting = work.policy_drafts.open_proposal(actor.shop_id) is not None
    return ApprovalsPage(
        waiting=tuple(_row(one, people, actor) for one in waiting[:MOST]),
        answered=tuple(_row(one, people, actor) for one in answered),
        transfers=tuple(_proposed(one, people) for one in transfers),
        is_cut=len(waiting) > MOST,
        is_policy_waiting=is_policy_waiting,
    )


def _proposed(found: ProposedTransfer, people: People) -> ProposedRow:
    one = found.transfer
    return ProposedRow(
        refund_no=found.refund_no,
        quote_no=found.quote_no,
        order_no=found.order_no,
        amount=found.amount,
        way=one.way,
        tail=one.tail,
        by=people.get(one.proposed_by, ""),
        at=one.proposed_at,
    )


def proposal_page(*, number: str, actor: Actor, settings: ShopSettings, deps: Deps) -> ProposalPage:
    """Raises NotFound."""
    with reading(deps) as work:
        found = work.goodwill.find(actor.shop_id, number)
        one = found.goodwill
        case = work.cases.with_claims(work.cases.get(found.case_no, actor))
        act = CaseAct(work, work.orders.get(found.order_no, actor), case, actor, deps, settings=settings)
        people = people_of(work.staff_sessions.colleagues(actor.shop_id))
        is_own = is_same_person(one, actor, work.goodwill.person_of(actor.id))
        effect, is_changed = _effect(act, one) if one.state == "waiting" else (None, False)
    is_open, may_answer = one.state == "waiting", may(actor, "write", "approvals")
    return ProposalPage(
        row=_row(found, people, actor, is_own=is_own),
        said=one.said.reason,
        effect=effect,
        is_changed=is_changed,
        may_approve=is_open and may_answer and not is_own and not is_changed,
        may_decline=is_open and may_answer,
        may_take_back=is_open and may(actor, "write", "propose") and (is_own or may_answer),
    )


def _effect(act: CaseAct, one: Goodwill) -> tuple[RefundSummary | None, bool]:
    """What approving it would do, and whether the case or that is another than was proposed."""
    if one.stand != stand_of(act.case):
        return None, True
    if one.plan is not None:
        return summary_of(one.plan, act.order, act.settings, act.now, act.deps), False
    try:
        granted = effect_of_proposal(act, one)
    except Invalid:
        return None, True
    if worth_of(act, granted) != one.amount:
        return None, True
    after = awaited_by(act.case.kind, act.case.handling, is_decided=True)
    return summary_of(granted.plan, act.order, act.settings, act.now, act.deps, after=after), False


def _row(found: ListedGoodwill, people: People, actor: Actor, *, is_own: bool | None = None) -> GoodwillRow:
    one = found.goodwill
    return GoodwillRow(
        number=one.number,
        kind=one.kind,
        state=one.state,
        amount=one.amount,
        order_no=found.order_no,
        case_no=found.case_no,
        reason=one.reason,
        by=people.get(one.proposed_by, ""),
        at=one.proposed_at,
        answered_by=people.get(one.answered_by or "", ""),
        answered_at=one.answered_at,
        answer=one.answer,
        deadline=one.deadline_at if one.state == "waiting" else None,
        is_escalated=one.escalated_at is not None,
        is_own=one.proposed_by == actor.key if is_own is None else is_own,
    )
