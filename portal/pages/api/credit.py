"""A customer's credit as the shop's program reads it (P10)."""

from __future__ import annotations

from typing import Any

from portal.domain.credit.ledger import CreditEntry
from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor
from portal.ports import Deps
from portal.repos.unit_of_work import reading

_ENTRIES = 100


def credit_facts(*, customer: str, actor: Actor, deps: Deps) -> dict[str, Any]:
    """`customer`: as the shop calls them. JSON-able. Raises NotFound."""
    with reading(deps) as work:
        found = work.accounts.find_by_external_id(actor.shop_id, customer)
        if found is None:
            raise NotFound("customer")
        balances, entries = work.credit.balances(found.id), work.credit.entries(found.id, _ENTRIES)
    return {
        "customer": customer,
        "balances": [
            {
                "balance": one.amount.decimal(),
                "currency": one.amount.currency,
                "next_expiry": one.next_expiry.isoformat() if one.next_expiry else None,
            }
            for one in balances
        ],
        "entries": [_entry(entry) for entry in entries],
    }


def _entry(entry: CreditEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "kind": entry.kind,
        "amount": entry.amount.decimal(),
        "currency": entry.amount.currency,
        "at": entry.at.isoformat() if entry.at else "",
        "expires_at": entry.expires_at.isoformat() if entry.expires_at else None,
        "order": entry.order_no,
        "case": entry.case_no,
    }
