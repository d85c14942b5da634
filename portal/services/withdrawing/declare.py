"""撤回合同 by anybody (EU-9): taken down as it is said, whether or not an order fits; found out about afterwards.

The answer and the work are the same whether there is such an order (TRAPS T32): a job looks for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from portal.domain.errors import TooMany
from portal.domain.identity.access import Actor
from portal.domain.identity.throttles import network_of
from portal.domain.records.events import NewEvent, text_digest
from portal.domain.results import DeclarationMade
from portal.domain.sent import RequestKey
from portal.domain.withdrawing.declaration import Typed
from portal.ports import Deps
from portal.repos.declarations import COVERED
from portal.repos.kept_texts import new_salt
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.identity.throttle import Caller

PER_NETWORK, SPAN = 30, timedelta(hours=1)
"""New declarations: an office may have many customers, nobody has as many contracts."""


def declare_withdrawal(
    *, said: Typed, actor: Actor, caller: Caller, request_id: RequestKey, deps: Deps
) -> DeclarationMade:
    """The time counts from the first one: the same values again are answered with it.

    Errors: TooMany, Reused.
    """
    keys = deps.vault.digests("declaration", f"{actor.shop_id}:{said.same_again}")
    network = deps.vault.digest("declarations of network", network_of(caller.address))
    with unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, said.digest, DeclarationMade):
            return done
        found = work.declarations.find_again(actor.shop_id, keys)
        if found is None:
            _count(work, network)
            found = _keep(work, said, actor, keys[0], caller.locale, deps)
            found = found or work.declarations.find_again(actor.shop_id, keys)
        return work.requests.finish(actor, request_id, DeclarationMade(public_id=found or ""))


def _count(work: UnitOfWork, network: str) -> None:
    work.failures.lock_digests(network)
    if wait := work.failures.seconds_until_free(network, most=PER_NETWORK, span=SPAN):
        raise TooMany(wait)
    work.failures.add(network)


def _keep(work: UnitOfWork, said: Typed, actor: Actor, repeat_key: str, locale: str, deps: Deps) -> str | None:
    known = {"repeat_key": repeat_key, "locale": locale, "state": "received"}
    kept = keep_declaration(work, said, actor, known, deps)
    if kept is None:
        return None
    declaration_id, public_id = kept
    work.jobs.enqueue("declaration", {"declaration": declaration_id}, dedup_key=f"declaration:{declaration_id}")
    return public_id


def keep_declaration(
    work: UnitOfWork, said: Typed, actor: Actor, known: Mapping[str, Any], deps: Deps
) -> tuple[int, str] | None:
    """Its row and its event, which starts a chain of its own, so that a signed head can be asked for it alone.

    (row id, public id); None where the same is there already. `known`: its state, and what else is known of it.
    """
    salt, public_id = new_salt(), deps.random.letters(26)
    typed = {name: getattr(said, name) for name in COVERED}
    contact_key = deps.vault.digest("declaration contact", f"{actor.shop_id}:{said.contact_key}")
    row = {"shop_id": actor.shop_id, "public_id": public_id, "salt": salt, "contact_key": contact_key}
    declaration_id = work.declarations.add({**row, **typed, **known})
    if declaration_id is None:
        return None
    by = declarant(actor.shop_id, declaration_id, on_behalf_of=actor.id if actor.kind == "shopper" else None)
    data = {"declaration": public_id, "text": text_digest(salt, typed)}
    work.events.append_without_order(by, NewEvent(kind="shopper:declaration:made", data=data))
    return declaration_id, public_id


def declarant(shop_id: int, declaration_id: int = 0, on_behalf_of: int | None = None) -> Actor:
    """Whoever makes a declaration; nobody has shown who that is, so it reaches no order."""
    return Actor(kind="declarant", shop_id=shop_id, id=declaration_id, on_behalf_of=on_behalf_of)


def address_of_declaration(public_id: str, deps: Deps) -> str:
    """Where its acknowledgement can be verified for good."""
    return f"{deps.base_url}/verify/{public_id}"
