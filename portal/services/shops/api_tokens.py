"""Tokens of the machine API: each with scopes and an end, several live so that one is exchanged without a gap."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound, ProviderUnavailable
from portal.domain.identity.access import Actor, may
from portal.domain.identity.scopes import MOST_TOKENS, SCOPES, USE_NOTED_EVERY, Scope
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.domain.shops.results import TokenAdded, TokenRetired
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.fresh_code import NO_CODE, FreshCode, counting_wrong_codes, spend_code
from portal.services.identity.visits import VisitedShop, visited_shop
from portal.services.notify_staff import notify_admins


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """A token as it is listed: never the token itself."""

    id: int
    scopes: tuple[Scope, ...]
    since: datetime
    last_used_at: datetime | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Whose program asks, and what its token lets it do."""

    shop: VisitedShop
    scopes: tuple[Scope, ...]


def token_hash(token: str) -> str:
    """SHA-256, hex: tokens are stored as this alone."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_first_token(work: UnitOfWork, shop_id: int, token: str) -> None:
    """The token that a new shop is given, with every scope."""
    work.tokens.add(shop_id, token_hash(token), SCOPES)


def add_token(
    *,
    actor: Actor,
    scopes: tuple[str, ...],
    typed: FreshCode = NO_CODE,
    request_id: RequestKey = "",
    deps: Deps,
) -> str:
    """The token, which is shown this once: the same `request_id` again makes none, and gets "".

    Staff give a code of this moment, and other administrators are told: whoever has it reads what its scopes say.
    Errors: Forbidden, Invalid (no such scope, none, too many live tokens), WrongCode, TooMany, Reused.
    """
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    known = tuple(scope for scope in SCOPES if scope in scopes)
    if not known or set(scopes) - set(known):
        raise Invalid((("scope", f"must be of: {', '.join(SCOPES)}"),))
    fresh = deps.random.token()
    with counting_wrong_codes(actor, typed, deps), unit_of_work(deps) as work:
        digest = fingerprint(["api_token", list(known)])
        if request_id and work.requests.claim(actor, request_id, digest, TokenAdded):
            return ""
        work.shops.lock(actor.shop_id)
        if len(live_tokens(_tokens(work, actor.shop_id))) >= MOST_TOKENS:
            raise Invalid((("token", f"{MOST_TOKENS} are live already: retire one first"),))
        spend_code(work, actor, typed, deps)
        token_id = work.tokens.add(actor.shop_id, token_hash(fresh), known)
        data = {"token": token_id, "scopes": list(known)}
        work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:api_token:added", data=data))
        notify_admins(work, "token_added", actor, about=str(token_id))
        if request_id:
            work.requests.finish(actor, request_id, TokenAdded(token=token_id))
    return fresh


def list_tokens(*, actor: Actor, deps: Deps) -> tuple[ApiToken, ...]:
    """All the shop ever had, oldest first. Raises Forbidden."""
    if not may(actor, "read", "settings"):
        raise Forbidden("settings")
    with reading(deps) as work:
        return _tokens(work, actor.shop_id)


def live_tokens(tokens: tuple[ApiToken, ...]) -> tuple[ApiToken, ...]:
    return tuple(token for token in tokens if token.retired_at is None)


def tokens_digest(live: tuple[ApiToken, ...]) -> str:
    """Of the live tokens that a page showed, to tell whether they are still the same."""
    return fingerprint(["api_tokens", [token.id for token in live]])


def _tokens(work: UnitOfWork, shop_id: int) -> tuple[ApiToken, ...]:
    return tuple(
        ApiToken(
            id=token.id,
            scopes=tuple(token.scopes),
            since=token.created_at,
            last_used_at=token.last_used_at,
            retired_at=token.retired_at,
        )
        for token in work.tokens.of_shop(shop_id)
    )


def retire_token(
    *, actor: Actor, token_id: int, request_id: RequestKey = "", shown: str | None = None, deps: Deps
) -> TokenRetired:
    """Refused from now on. `shown`: the live tokens as the confirmation page had them (`tokens_digest`).

    Errors: Forbidden, NotFound, Conflict, Reused.
    """
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    done = TokenRetired(token=token_id)
    with unit_of_work(deps) as work:
        if request_id and work.requests.claim(actor, request_id, fingerprint(["retire", token_id]), TokenRetired):
            return done
        work.shops.lock(actor.shop_id)
        tokens = _tokens(work, actor.shop_id)
        if token_id not in {token.id for token in tokens}:
            raise NotFound("token")
        if shown is not None and shown != tokens_digest(live_tokens(tokens)):
            raise Conflict("changed")
        work.tokens.retire(actor.shop_id, token_id)
        event = NewEvent(kind=f"{actor.kind}:api_token:retired", data={"token": token_id})
        work.events.append_without_order(actor, event)
        return work.requests.finish(actor, request_id, done) if request_id else done


def bearer_of(*, token: str, deps: Deps) -> Bearer | None:
    """Whose token this is; None for none that lives. Its use is noted once an hour, in a transaction of its own."""
    with reading(deps) as work:
        found = work.tokens.find_live(token_hash(token))
        if found is None:
            return None
        is_stale = found.last_used_at is None or found.last_used_at <= work.now - USE_NOTED_EVERY
    if is_stale:
        # The request can be answered without it.
        with suppress(ProviderUnavailable), unit_of_work(deps) as work:
            work.tokens.note_use(found.id, every=USE_NOTED_EVERY)
    return Bearer(shop=visited_shop(found.shop, deps), scopes=found.scopes)
