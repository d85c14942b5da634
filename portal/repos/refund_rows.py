"""Rows of refunds as values."""

from __future__ import annotations

from portal.domain.money import Money
from portal.domain.refunds.refund import Refund
from portal.repos.rows import Row


def refund_of(row: Row, payment_id: str = "") -> Refund:
    """From a refund's row, with what of its payment was read."""
    return Refund(
        id=row["id"],
        refund_id=row["refund_id"],
        number=row["number"],
        series=row["series"],
        order_id=row["order_id"],
        case_id=row["case_id"],
        payment_row_id=row["payment_row_id"],
        payment_id=payment_id or row.get("payment_id", ""),
        payment_reference=row.get("reference") or "",
        captured_minor=row.get("captured_minor", 0),
        amount=Money(row["amount_minor"], row["currency"]),
        method=row["method"],
        to_credit=row["to_credit"],
        bonus_minor=row["bonus_minor"],
        credit_days=row["credit_days"],
        state=row["state"],
        reason=row["reason"],
        account=row["account"],
        quote_no=row["quote_no"],
        trace=row["trace"],
        rail=row["rail"],
        rail_reference=row["rail_reference"],
        parked_at=row["parked_at"],
        confirmed_at=row["confirmed_at"],
        is_unseen=row["is_unseen"],
        why=row["why"],
        attempts=row["attempts"],
        polls=row["polls"],
        created_at=row["created_at"],
        submitted_at=row["submitted_at"],
        pending_at=row["pending_at"],
        failed_at=row["failed_at"],
        settled_at=row["settled_at"],
        arrival_from=row["arrival_from"],
        arrival_to=row["arrival_to"],
    )
