"""What a token of the machine API may do (INTERFACE: `shops tokens`)."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, get_args

Scope = Literal[
    "orders:read",
    "orders:write",
    "products:write",
    "cases:read",
    "refunds:write",
    "embed",
    "customers:read",
    "credit:read",
    "credit:write",
    "events:read",
]
SCOPES: tuple[Scope, ...] = get_args(Scope)

MOST_TOKENS = 10
"""Live tokens of one shop: a handful of programs, each with a successor while its token is changed."""

USE_NOTED_EVERY = timedelta(hours=1)
