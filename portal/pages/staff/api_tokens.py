"""The page of a shop's tokens, and the one before a token ends."""

from __future__ import annotations

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.identity.scopes import MOST_TOKENS
from portal.pages.values.api_tokens import RetireTokenPage, TokensPage
from portal.ports import Deps
from portal.services.shops.api_tokens import list_tokens, live_tokens, tokens_digest


def tokens_page(*, actor: Actor, deps: Deps) -> TokensPage:
    """The newest first: what was retired years ago is at the end. Raises Forbidden."""
    tokens = list_tokens(actor=actor, deps=deps)
    in_order = sorted(tokens, key=lambda token: (token.retired_at is not None, -token.id))
    return TokensPage(
        tokens=tuple(in_order),
        live=len(live_tokens(tokens)),
        most=MOST_TOKENS,
        may_act=may(actor, "write", "settings"),
    )


def retire_token_page(*, token_id: int, actor: Actor, deps: Deps) -> RetireTokenPage:
    """Raises NotFound for one that is not there, or is retired already."""
    live = live_tokens(list_tokens(actor=actor, deps=deps))
    token = next((token for token in live if token.id == token_id), None)
    if token is None:
        raise NotFound("token")
    return RetireTokenPage(
        id=token.id,
        scopes=token.scopes,
        last_used_at=token.last_used_at,
        is_last=len(live) == 1,
        shown=tokens_digest(live),
    )
