"""Rows of fees and of tries to pay them, as values."""

from __future__ import annotations

from portal.domain.fees.charged import ChargedFee, FeePayment
from portal.domain.fees.payer import Payer
from portal.domain.money import Money
from portal.repos.rows import Row


def fee_of(row: Row) -> ChargedFee:
    """From a fee's row."""
    return ChargedFee(
        id=row["id"],
        shop_id=row["shop_id"],
        fee_no=row["fee_no"],
        amount=Money(row["amount_minor"], row["currency"]),
        state=row["state"],
        reason=row["choice"].get("reason", ""),
        due_at=row["due_at"],
        settled_at=row["settled_at"],
        version=row["version"],
        created_at=row["created_at"],
        for_what=row["for_what"],
    )


def payment_of(row: Row, prefix: str = "") -> FeePayment:
    """From a row that carries the columns of a try under `prefix`."""
    return FeePayment(
        id=row[f"{prefix}id"],
        number=row[f"{prefix}number"],
        method=row[f"{prefix}method"],
        state=row[f"{prefix}state"],
        problem=row[f"{prefix}problem"] or "",
        got_minor=row[f"{prefix}got_minor"],
        polls=row[f"{prefix}polls"],
        refund_number=row[f"{prefix}refund_number"] or "",
        rail=row[f"{prefix}rail"],
        pay_url=row[f"{prefix}pay_url"],
        is_qr=row[f"{prefix}is_qr"],
        payer=Payer(is_phone=row[f"{prefix}is_phone"], ip=row[f"{prefix}payer_ip"]),
        created_at=row[f"{prefix}created_at"],
        settled_at=row[f"{prefix}settled_at"],
    )
