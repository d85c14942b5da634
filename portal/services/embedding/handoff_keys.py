"""Keys of signed tokens: added, rotated, retired. Two may live, so that one can be exchanged without a gap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.codec import fingerprint
from portal.domain.embedding.hand_over import ALGORITHMS, MOST_KEYS, Algorithm
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.domain.shops.results import KeyAdded, KeyRetired
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.fresh_code import NO_CODE, FreshCode, counting_wrong_codes, spend_code
from portal.services.notify_staff import notify_admins

SEAL = "handoff"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffKeyRow:
    """A key as it is listed: never its secret."""

    kid: str
    algorithm: str
    since: datetime
    retired_at: datetime | None = None


def add_first_key(work: UnitOfWork, shop_id: int, secret: str, *, deps: Deps) -> None:
    """The key that a new shop is given: `k1`, for HS256."""
    work.handoffs.add_key(shop_id=shop_id, kid="k1", algorithm="HS256", sealed=deps.vault.encrypt(SEAL, secret))


def add_key(
    *,
    actor: Actor,
    algorithm: Algorithm,
    public_key: str = "",
    typed: FreshCode = NO_CODE,
    request_id: RequestKey = "",
    deps: Deps,
) -> tuple[str, str]:
    """Its `kid` and, for HS256, its secret, which is shown this once. EdDSA takes the merchant's public key (PEM).

    The same `request_id` makes one key: whoever asks again gets its `kid` and no secret.
    Staff give a code of this moment: whoever has a key can act as any customer; other administrators are told.
    Errors: Forbidden, Invalid (two are live already, or the key is none), WrongCode, TooMany, Reused.
    """
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    if algorithm not in ALGORITHMS:
        raise Invalid((("algorithm", f"must be one of: {', '.join(ALGORITHMS)}"),))
    secret = deps.random.token() if algorithm == "HS256" else public_key.strip()
    if not deps.signatures.is_key(secret, algorithm):
        raise Invalid((("public_key", "must be an Ed25519 public key in PEM"),))
    with counting_wrong_codes(actor, typed, deps), unit_of_work(deps) as work:
        digest = fingerprint(["handoff_key", algorithm, public_key.strip()])
        if request_id and (done := work.requests.claim(actor, request_id, digest, KeyAdded)):
            return done.kid, ""
        work.shops.lock(actor.shop_id)
        rows = key_rows(work, actor.shop_id)
        if len(live_of(rows)) >= MOST_KEYS:
            raise Invalid((("key", f"{MOST_KEYS} are live already: retire one first"),))
        spend_code(work, actor, typed, deps)
        kid = f"k{len(rows) + 1}"
        sealed = deps.vault.encrypt(SEAL, secret)
        work.handoffs.add_key(shop_id=actor.shop_id, kid=kid, algorithm=algorithm, sealed=sealed)
        data = {"kid": kid, "algorithm": algorithm}
        work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:handoff_key:added", data=data))
        notify_admins(work, "key_added", actor, about=kid)
        if request_id:
            work.requests.finish(actor, request_id, KeyAdded(kid=kid))
    return kid, secret if algorithm == "HS256" else ""


def retire_key(*, actor: Actor, kid: str, request_id: RequestKey = "", shown: str | None = None, deps: Deps) -> int:
    """Tokens of this key are refused from now on. How many keys are still live.

    `shown`: the live keys as the confirmation page had them (`keys_digest`).
    Errors: Forbidden, NotFound, Conflict, Reused.
    """
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    with unit_of_work(deps) as work:
        is_repeat = request_id and work.requests.claim(actor, request_id, fingerprint(["retire", kid]), KeyRetired)
        work.shops.lock(actor.shop_id)
        live = live_of(key_rows(work, actor.shop_id))
        if is_repeat:
            return len(live)
        if shown is not None and shown != keys_digest(live):
            raise Conflict("changed")
        found = work.handoffs.find_live_key(actor.shop_id, kid)
        if found is None:
            raise NotFound("hand-off key")
        work.handoffs.retire_key(found.id)
        work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:handoff_key:retired", data={"kid": kid}))
        if request_id:
            work.requests.finish(actor, request_id, KeyRetired(kid=kid))
        return len(live) - 1


def list_keys(*, actor: Actor, deps: Deps) -> tuple[HandoffKeyRow, ...]:
    with reading(deps) as work:
        return key_rows(work, actor.shop_id)


def key_rows(work: UnitOfWork, shop_id: int) -> tuple[HandoffKeyRow, ...]:
    """All the shop ever had, oldest first."""
    return tuple(
        HandoffKeyRow(kid=row.kid, algorithm=row.algorithm, since=row.created_at, retired_at=row.retired_at)
        for row in work.handoffs.keys(shop_id)
    )


def live_of(keys: tuple[HandoffKeyRow, ...]) -> tuple[HandoffKeyRow, ...]:
    return tuple(key for key in keys if key.retired_at is None)


def keys_digest(live: tuple[HandoffKeyRow, ...]) -> str:
    """Of the live keys that a page showed, to tell whether they are still the same."""
    return fingerprint(["handoff_keys", [key.kid for key in live]])
