"""Cases as the machine API gives them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from portal.domain.cases.case import Case
from portal.domain.identity.access import Actor
from portal.ports import Deps
from portal.repos.case_feed import CaseFeed, CasesAsked, FollowedCase
from portal.repos.unit_of_work import reading
from portal.services.cursors import read_cursor, write_cursor

PAGE_SIZE = 50


def cases_facts(
    *, state: str, since: datetime | None, after: str, limit: int | None, actor: Actor, deps: Deps
) -> dict[str, Any]:
    """The one that changed first comes first. A cursor that cannot be read starts at the beginning."""
    asked = CasesAsked(state=state, since=since, after=read_cursor(after), limit=limit or PAGE_SIZE)
    with reading(deps) as work:
        found = CaseFeed(work.connection).page(actor.shop_id, asked)
    end = write_cursor(found[-1].updated_at, found[-1].case.id) if found else after
    return {"cases": [_facts(one) for one in found], "next": end}


def case_facts(*, case_no: str, actor: Actor, deps: Deps) -> dict[str, Any]:
    """Raises NotFound."""
    with reading(deps) as work:
        found = CaseFeed(work.connection).get(actor.shop_id, case_no)
        refunds = [one for one in work.refunds.of_order(found.case.order_id) if one.case_id == found.case.id]
    case = found.case
    return {
        **_facts(found),
        "note": case.note,
        "answer": case.outcome.answer,
        "holds_shipping": case.is_hold,
        "parcels": list(_parcels(case)),
        "refunds": [
            {
                "number": refund.number,
                "payment": refund.payment_id,
                "amount": refund.amount.decimal(),
                "state": refund.state,
            }
            for refund in refunds
        ],
    }


def _facts(found: FollowedCase) -> dict[str, Any]:
    case = found.case
    return {
        "case_no": case.case_no,
        "order": case.order_no,
        "customer": found.customer,
        "kind": case.kind,
        "state": case.state,
        "reason": case.reason,
        "opened_at": case.opened_at.isoformat(),
        "updated_at": found.updated_at.isoformat(),
        "closed_at": _iso(case.closed_at),
        "deadline": {"kind": case.deadline.kind, "at": case.deadline.at.isoformat()} if case.deadline else None,
        "lines": [{"line": line_id, "quantity": count} for line_id, count in case.plan.units],
        "refund": case.plan.refund.decimal(),
        "currency": case.plan.refund.currency,
        "return_no": case.return_no or None,
    }


def _parcels(case: Case) -> Iterable[dict[str, Any]]:
    parcel, sent = case.parcel, case.replacement
    if parcel and (there := parcel.there):
        facts = _parcel("there", there.carrier, there.tracking_no, there.sent_at, parcel.received_at)
        yield facts | {"status": there.status or None}
    if parcel and (back := parcel.back):
        yield _parcel("back", back.carrier, back.tracking_no, back.sent_at, back.delivered_at)
    if sent and sent.tracking_no:
        yield _parcel("replacement", sent.carrier, sent.tracking_no, sent.shipped_at, sent.delivered_at)


def _parcel(
    way: str, carrier: str, tracking_no: str, sent_at: datetime | None, arrived_at: datetime | None
) -> dict[str, Any]:
    named = {"way": way, "carrier": carrier, "tracking_no": tracking_no}
    return named | {"sent_at": _iso(sent_at), "status": None, "arrived_at": _iso(arrived_at)}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
