"""A merchant hands its customer over: a one-time code asked for by its server, or a token it has signed (EMBEDDING).

Either is spent by one statement: however many send it at once, one of them comes in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.embedding.hand_over import CODE_LIFE, LONGEST_TOKEN, Handover, read_claims
from portal.domain.errors import Expired, Invalid, Reused
from portal.domain.identity.access import Actor
from portal.domain.results import Done
from portal.ports import BadSignature, Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.embedding.handoff_keys import SEAL
from portal.services.identity.sessions import open_session
from portal.services.identity.sign_in import Caller
from portal.services.identity.visits import VisitedShop, hash_token


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """`code` is shown this once: what is kept is its hash."""

    code: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A frame's session: the token of its cookie, and where the merchant wants to lead, "" for the orders."""

    token: str
    path: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """How the merchant sends somebody: in which language, where to, and under which key, "" for a code."""

    locale: str
    path: str
    key: str = ""


def issue_code(*, handover: Handover, shop_id: int, deps: Deps, idempotency_key: str = "") -> Issued:
    """A code for the merchant's page. The same `idempotency_key` gives the same code again.

    Raises Invalid where the customer is unknown or an order is not theirs; Reused for the same key with another body.
    """
    code = deps.random.token()
    if idempotency_key:
        code = deps.vault.digest("handoff code", f"{shop_id}:{idempotency_key}")
    with unit_of_work(deps) as work:
        customer_id = _customer_of(work, shop_id, handover)
        values = {
            "customer_id": customer_id,
            "orders": list(handover.orders) if handover.orders is not None else None,
            "locale": handover.locale,
            "path": handover.path,
        }
        expires_at = work.now + CODE_LIFE
        if not work.handoffs.add_code(shop_id=shop_id, code_hash=hash_token(code), expires_at=expires_at, **values):
            expires_at = _same_again(work, shop_id, code, values)
    return Issued(code=code, expires_at=expires_at)


def is_live_code(*, code: str, shop: VisitedShop, deps: Deps) -> bool:
    """Whether it could be spent now."""
    with reading(deps) as work:
        kept = work.handoffs.find_code(shop.id, hash_token(code))
        return bool(kept and kept.used_at is None and kept.expires_at > work.now)


def start_with_code(*, code: str, shop: VisitedShop, caller: Caller, deps: Deps) -> Started:
    """Spends the code. Raises Expired where it was used, is too old or was never one."""
    if not is_live_code(code=code, shop=shop, deps=deps):
        # Guesses must not queue up for the one writer.
        raise Expired("handoff")
    with unit_of_work(deps) as work:
        kept = work.handoffs.spend_code(shop.id, hash_token(code))
        if kept is None:
            raise Expired("handoff")
        orders = tuple(kept.orders) if kept.orders is not None else None
        actor = Actor(kind="shopper", shop_id=shop.id, id=kept.customer_id, only=orders)
        return _start(work, actor, caller, Arrival(kept.locale, kept.path), deps)


def start_with_token(*, token: str, shop: VisitedShop, caller: Caller, deps: Deps) -> Started:
    """Spends the `jti` of a token signed under a live key of the shop. Raises Expired, or Invalid."""
    kid, claims = _signed_claims(token, shop, deps)
    with unit_of_work(deps) as work:
        read = read_claims(claims, issuer=shop.key, audience=deps.base_url, now=work.now)
        actor = Actor(
            kind="shopper", shop_id=shop.id, id=_customer_of(work, shop.id, read.handover), only=read.handover.orders
        )
        if not work.handoffs.spend(_digest(f"jti:{shop.id}:{kid}:{read.jti}"), read.ends_at):
            raise Expired("handoff")
        return _start(work, actor, caller, Arrival(read.handover.locale, read.handover.path, key=kid), deps)


def _start(work: UnitOfWork, actor: Actor, caller: Caller, arrival: Arrival, deps: Deps) -> Started:
    token = open_session(
        work,
        actor=actor,
        old_token=caller.token,
        locale=arrival.locale or caller.locale,
        place=caller.place,
        by={"handoff": "token", "kid": arrival.key} if arrival.key else {"handoff": "code"},
        deps=deps,
    )
    return Started(token=token, path=arrival.path)


def _customer_of(work: UnitOfWork, shop_id: int, handover: Handover) -> int:
    """Raises Invalid."""
    customer = work.accounts.find_by_external_id(shop_id, handover.customer)
    if customer is None:
        raise Invalid((("customer", "is not known: a customer exists as soon as an order of theirs is in"),))
    if handover.orders is not None:
        own = work.handoffs.own_orders(shop_id, customer.id, handover.orders)
        if foreign := [number for number in handover.orders if number not in own]:
            raise Invalid((("orders", f"{foreign[0]} is not an order of this customer"),))
    return customer.id


def _same_again(work: UnitOfWork, shop_id: int, code: str, values: Mapping[str, Any]) -> datetime:
    kept = work.handoffs.find_code(shop_id, hash_token(code))
    if kept is None or any(getattr(kept, name) != value for name, value in values.items()):
        raise Reused(Done())
    return kept.expires_at


def _signed_claims(token: str, shop: VisitedShop, deps: Deps) -> tuple[str, dict[str, Any]]:
    """The key's id and the claims, once the signature is found good. Raises Invalid."""
    try:
        if len(token) > LONGEST_TOKEN:
            raise BadSignature("too long")
        kid = deps.signatures.key_id(token)
        with reading(deps) as work:
            key = work.handoffs.find_live_key(shop.id, kid)
        if key is None:
            raise BadSignature("kid")
        return kid, deps.signatures.verify(token, deps.vault.decrypt(SEAL, key.sealed), key.algorithm)
    except BadSignature:
        raise Invalid(
            (("token", "is not signed with a live key of this shop and the algorithm of that key"),)
        ) from None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
