"""A form that was sent before: what it led to then, and the application that it made."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.cases.ask import ApplicationAsk
from portal.domain.identity.access import Actor
from portal.ports import Deps
from portal.repos.unit_of_work import reading


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstApplication:
    """What was asked for; `currency` (ISO 4217) is its order's, in which an amount is typed."""

    asked: ApplicationAsk
    currency: str


def first_answer(*, actor: Actor, request_id: str, deps: Deps) -> str | None:
    """Where this actor's request led (`order:<no>`, `case:<no>` …); None where it has not acted."""
    with reading(deps) as work:
        return work.requests.find(actor, request_id)


def first_application(*, actor: Actor, request_id: str, deps: Deps) -> FirstApplication | None:
    """The application that this actor's request made, edited or sent again; None where it did nothing of that kind."""
    with reading(deps) as work:
        kind, _, case_no = (work.requests.find(actor, request_id) or "").partition(":")
        case = work.cases.get(case_no, actor) if kind == "case" else None
        if case is None or case.asked is None:
            return None
        currency = work.orders.get(case.order_no, actor).order.currency
        return FirstApplication(asked=case.asked, currency=currency)
