"""Another way for one refund: where it stands, and what the reader may do about it."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.refunds.transfer import Transfer
from portal.pages.staff.facts import people_of
from portal.pages.values.transfers import TransferPage, TransferRow
from portal.ports import Deps
from portal.repos.unit_of_work import reading


def transfer_page(*, refund_no: str, actor: Actor, deps: Deps, shown: tuple[str, str] | None = None) -> TransferPage:
    """`shown`: name and account, asked for with a word on record. Raises NotFound."""
    with reading(deps) as work:
        refund = work.staff_lists.find_refund(actor, refund_no)
        if refund is None:
            raise NotFound("refund")
        order_no = work.orders.numbers_of([refund.order_id])[refund.order_id]
        found = work.transfers.of_refund(refund.id)
        people = people_of(work.staff_sessions.colleagues(actor.shop_id))
        person = work.goodwill.person_of(actor.id)
    one = found[0] if found else None
    is_open = one is not None and one.state in ("proposed", "approved")
    is_own = one is not None and (one.proposed_by == actor.key or one.proposed_person == person)
    may_act, is_proposed = may(actor, "write", "refunds"), one is not None and one.state == "proposed"
    return TransferPage(
        refund_no=refund_no,
        quote_no=refund.quote_no,
        order_no=order_no,
        amount=refund.amount,
        reason=refund.reason,
        rows=tuple(_row(row, people) for row in found),
        shown=shown if is_open else None,
        is_own=is_own,
        may_propose=may_act and refund.state == "failed" and not is_open,
        may_answer=is_proposed and not is_own and may(actor, "write", "approvals"),
        may_see=is_open and may_act,
        may_pay=one is not None and one.state == "approved" and may_act,
        may_take_back=is_open and may_act,
    )


def _row(one: Transfer, people: Mapping[str, str]) -> TransferRow:
    return TransferRow(
        state=one.state,
        way=one.way,
        tail=one.tail,
        consent=one.consent,
        by=people.get(one.proposed_by, ""),
        at=one.proposed_at,
        answered_by=people.get(one.answered_by or "", ""),
        answer=one.answer,
        reference=one.reference,
    )
