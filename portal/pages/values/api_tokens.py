"""Tokens of the machine API as the staff see them: never a token but in the one answer that made it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.identity.scopes import Scope
from portal.services.shops.api_tokens import ApiToken


@dataclass(frozen=True, slots=True, kw_only=True)
class TokensPage:
    """`most`: how many may live. `may_act`: the reader may change them."""

    tokens: tuple[ApiToken, ...]
    live: int
    most: int
    may_act: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireTokenPage:
    """A token before it is retired. `is_last`: no live one would be left."""

    id: int
    scopes: tuple[Scope, ...]
    last_used_at: datetime | None
    is_last: bool
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMadePage:
    """One that was just made. `token` is seen this once, "" where it was seen before."""

    scopes: tuple[str, ...]
    token: str
