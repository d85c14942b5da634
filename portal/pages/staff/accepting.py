"""One summary before several applications are accepted: what happens to each, how much, and which cannot be (P5)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from portal.domain.cases.case import Case
from portal.domain.identity.access import Actor
from portal.domain.money import Money, total
from portal.domain.shops.settings import ShopSettings
from portal.pages.staff.deciding import deciding
from portal.pages.values.accepting import AcceptableCase, AcceptPage
from portal.pages.values.deciding import Deciding
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.act import CaseAct
from portal.services.cases.accept_cases import MOST_ACCEPTED


def accept_page(*, case_nos: Sequence[str], actor: Actor, settings: ShopSettings, deps: Deps) -> AcceptPage:
    """In the order of the queue's page. Of each that waits for an answer its order is read: twenty of them at most."""
    numbers = tuple(dict.fromkeys(case_nos))
    with reading(deps) as work:
        found = {case.case_no: case for case in work.queue.called(actor, numbers[:MOST_ACCEPTED])}
        cases = tuple(_row(work, found[no], actor, settings, deps) for no in numbers if no in found)
    able = [case for case in cases if not case.why_not]
    return AcceptPage(
        cases=cases,
        totals=_totals(case.amount for case in able if case.amount),
        count=len(able),
        most=MOST_ACCEPTED,
        is_cut=len(numbers) > MOST_ACCEPTED,
    )


def _row(work: UnitOfWork, case: Case, actor: Actor, settings: ShopSettings, deps: Deps) -> AcceptableCase:
    known: dict[str, Any] = {
        "case_no": case.case_no,
        "order_no": case.order_no,
        "kind": case.kind,
        "label": case.label,
        "reason": case.reason,
    }
    if why := _why_not(case, actor):
        return AcceptableCase(**known, why_not=why)
    act = CaseAct(work, work.orders.get(case.order_no, actor), case, actor, deps, settings=settings)
    choice = deciding(act, "zh")
    if choice is None:
        return AcceptableCase(**known, why_not="decided")
    return AcceptableCase(
        **known,
        why_not="needs_payout" if choice.needs_payout else "awaits" if choice.awaits else "",
        remedy=choice.remedy,
        amount=_amount(choice),
        shown=choice.shown,
        is_over_limit=choice.is_over_limit,
    )


def _amount(choice: Deciding) -> Money | None:
    return choice.whole.total if choice.is_paid else None


def _why_not(case: Case, actor: Actor) -> str:
    """An appeal is read by itself, and what a colleague has is theirs."""
    if case.kind in ("cancel", "question"):
        return case.kind
    if case.open_offer:
        return "offered"
    if case.is_under_appeal:
        return "appeal"
    if not case.may("reject"):
        return "answered" if case.outcome.answer == "accept" and case.decided_by == actor.key else "decided"
    return "claimed" if case.assignee_id not in (None, actor.id) else ""


def _totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    by_currency: dict[str, list[Money]] = {}
    for amount in amounts:
        by_currency.setdefault(amount.currency, []).append(amount)
    return tuple(total(found, currency) for currency, found in sorted(by_currency.items()))
