"""All tables, so that one import registers them with the metadata."""

from portal.models import (
    account,
    case,
    credit,
    declaration,
    event,
    evidence,
    fee,
    handoff,
    job,
    message,
    order,
    pickup,
    product,
    refund,
    shop,
    tombstone,
)

__all__ = [
    "account",
    "case",
    "credit",
    "declaration",
    "event",
    "evidence",
    "fee",
    "handoff",
    "job",
    "message",
    "order",
    "pickup",
    "product",
    "refund",
    "shop",
    "tombstone",
]
