"""The decision that cancelling would get at this moment: for the order page, the confirmation and the quote (N2)."""

from __future__ import annotations

from portal.domain.cancelling.decide import CancelAsk, CancelTerms, decide_cancel
from portal.domain.orders.decisions import Decision
from portal.domain.policy.pack import Policy
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.order_record import OrderRecord
from portal.repos.unit_of_work import UnitOfWork
from portal.services.cancelling.terms import cancel_terms


def decide_cancel_now(
    work: UnitOfWork, record: OrderRecord, ask: CancelAsk, settings: ShopSettings, deps: Deps
) -> tuple[Decision, Policy, CancelTerms]:
    """Loads the order's policy (one query) and decides."""
    policy = work.policies.of(record)
    terms = cancel_terms(policy, settings, work.now, deps)
    return decide_cancel(record.order, ask, terms, work.now), policy, terms
