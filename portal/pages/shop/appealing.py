"""申诉: the page of one, what a case says of what can be done after a no, and what the desk sees of it."""

from __future__ import annotations

from datetime import datetime

from portal.domain.cases.after_refusal import after_refusal, why_no_appeal
from portal.domain.deadlines.spans import ROUND_THE_CLOCK, due
from portal.domain.errors import Refused as RefusedError
from portal.domain.identity.access import Actor
from portal.domain.orders.decisions import Refused
from portal.domain.shops.settings import ShopSettings
from portal.pages.shop.order import refusal_of
from portal.pages.values.appealing import AfterRefusalView, AppealPage
from portal.pages.values.cancelling import RefusedPage
from portal.ports import Deps
from portal.repos.rows import Row
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.applying.resubmit import not_again
from portal.services.cases.appeal import no_appeal
from portal.services.situation import situation_of


class AppealRefused(RefusedError):
    """Not on offer: `page` says why and what to do instead."""

    def __init__(self, decision: Refused, page: RefusedPage) -> None:
        super().__init__(decision)
        self.page = page


def appeal_page(*, case_no: str, actor: Actor, settings: ShopSettings, locale: str, deps: Deps) -> AppealPage:
    """Raises NotFound, AppealRefused."""
    with reading(deps) as work:
        row = work.cases.get(case_no, actor)
        record, cases = work.orders.get(row["number"], actor), work.cases.of_order(row["order_id"])
        found = situation_of(work, record, settings, deps)
        refused = no_appeal(work, record, work.cases.with_claims(row), found)
        now = work.now
        is_again = not_again(row, cases, settings, now) is None
    if refused:
        words = refusal_of("appeal", refused, record.order, found.policy, locale)
        page = RefusedPage(order_no=record.order.no, state=record.order.state, refusal=words)
        raise AppealRefused(refused, page)
    facts, line = after_refusal(row), found.policy.complaint_line
    return AppealPage(
        case_no=case_no,
        order_no=record.order.no,
        about="inspection" if facts.holds_rejected else "refusal",
        until=facts.appeal_by or now,
        answer_by=due(found.policy.timers.appeal_decided, now, zone=found.around.zone, hours=ROUND_THE_CLOCK),
        refusal_code=row["outcome"].get("reason_code", ""),
        refusal_reason=row["outcome"].get("reason", ""),
        complaint_line=line.zh if line else "",
        may_resubmit=is_again,
    )


def after_refusal_view(work: UnitOfWork, row: Row, settings: ShopSettings) -> AfterRefusalView | None:
    """None where nobody ever said no. One query."""
    if not (row["state"] == "rejected" or row["appeal"] or row["follows_id"]):
        return None
    cases, appeal = work.cases.of_order(row["order_id"]), row["appeal"] or {}
    again = next((other["case_no"] for other in cases if other["follows_id"] == row["id"]), "")
    facts = after_refusal(row, again=again)
    may_appeal = why_no_appeal(facts, work.now) is None
    may_resubmit = not_again(row, cases, settings, work.now) is None
    at, is_over = appeal.get("at"), row["state"] == "rejected" and row["closed_at"] is not None
    return AfterRefusalView(
        may_appeal=may_appeal,
        may_resubmit=may_resubmit,
        until=facts.appeal_by if may_appeal or may_resubmit else None,
        appeal=appeal.get("state", ""),
        at=datetime.fromisoformat(at) if at else None,
        reason=appeal.get("reason", ""),
        follows=next((other["case_no"] for other in cases if other["id"] == row["follows_id"]), ""),
        again=again,
        is_final=is_over and row["kind"] != "cancel" and not (may_appeal or may_resubmit or again),
    )
