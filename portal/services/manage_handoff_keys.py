"""Keys of signed tokens: added, rotated, retired. Two may live, so that one can be exchanged without a gap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.access import Actor
from portal.domain.errors import Invalid, NotFound
from portal.domain.events import Event
from portal.domain.handing_over import ALGORITHMS, MOST_KEYS, Algorithm
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work

SEAL = "handoff"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """A key as it is listed: never its secret."""

    kid: str
    algorithm: str
    created_at: datetime
    retired_at: datetime | None


def add_first_key(work: UnitOfWork, shop_id: int, secret: str, *, deps: Deps) -> None:
    """The key that a new shop is given: `k1`, for HS256."""
    work.handoffs.add_key(shop_id=shop_id, kid="k1", algorithm="HS256", sealed=deps.vault.encrypt(SEAL, secret))


def add_key(*, actor: Actor, algorithm: Algorithm, public_key: str = "", deps: Deps) -> tuple[str, str]:
    """Its `kid` and, for HS256, its secret, which is shown this once. EdDSA takes the merchant's public key (PEM).

    Raises Invalid: two are live already, or the key is none.
    """
    if algorithm not in ALGORITHMS:
        raise Invalid((("algorithm", f"must be one of: {', '.join(ALGORITHMS)}"),))
    secret = deps.random.token() if algorithm == "HS256" else public_key.strip()
    if not deps.signatures.is_key(secret, algorithm):
        raise Invalid((("public_key", "must be an Ed25519 public key in PEM"),))
    with unit_of_work(deps) as work:
        work.shops.lock(actor.shop_id)
        rows = work.handoffs.keys(actor.shop_id)
        if sum(row["retired_at"] is None for row in rows) >= MOST_KEYS:
            raise Invalid((("key", f"{MOST_KEYS} are live already: retire one first"),))
        kid = f"k{len(rows) + 1}"
        sealed = deps.vault.encrypt(SEAL, secret)
        work.handoffs.add_key(shop_id=actor.shop_id, kid=kid, algorithm=algorithm, sealed=sealed)
        data = {"kid": kid, "algorithm": algorithm}
        work.events.append_loose(actor, Event(kind=f"{actor.kind}:handoff_key:added", data=data))
    return kid, secret if algorithm == "HS256" else ""


def retire_key(*, actor: Actor, kid: str, deps: Deps) -> None:
    """Tokens of this key are refused from now on. Raises NotFound."""
    with unit_of_work(deps) as work:
        found = work.handoffs.find_live_key(actor.shop_id, kid)
        if found is None:
            raise NotFound("hand-off key")
        work.handoffs.retire_key(found["id"])
        work.events.append_loose(actor, Event(kind=f"{actor.kind}:handoff_key:retired", data={"kid": kid}))


def list_keys(*, actor: Actor, deps: Deps) -> tuple[KeyRow, ...]:
    with reading(deps) as work:
        rows = work.handoffs.keys(actor.shop_id)
    return tuple(KeyRow(**{name: row[name] for name in KeyRow.__dataclass_fields__}) for row in rows)
