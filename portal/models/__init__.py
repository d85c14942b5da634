"""All tables, so that one import registers them with the metadata."""

from portal.models import (
    account,
    case,
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
