"""A rail of a shop is set: its keys are kept encrypted and never shown again, and what waited for it goes out."""

from __future__ import annotations

import json
from typing import Any

from portal.domain.codec import fingerprint, to_plain
from portal.domain.errors import Conflict, Forbidden, Invalid, ProviderUnavailable
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.refunds.rails import RAIL_KINDS, RailConfig, RailFileError, account_of, kind_of
from portal.domain.sent import RequestKey
from portal.domain.shops.results import RailSet
from portal.ports import Deps
from portal.repos.rails import KeptRail
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.identity.fresh_code import NO_CODE, FreshCode, counting_wrong_codes, spend_code
from portal.services.notify_staff import notify_admins
from portal.services.refunds.choose_rail import SEAL, config_of

MOST_NAMED, MOST_WOKEN = 5, 1_000


def read_pasted(kind: str, text: str, *, deps: Deps) -> RailConfig:
    """What was pasted: a file of `portal rails set` that holds the keys themselves. Raises Invalid."""
    known = next((one for one in RAIL_KINDS if one == kind), None)
    if known is None:
        raise Invalid((("kind", "required"),))
    try:
        return deps.schemas.read_rail_text(known, text)
    except RailFileError as error:
        raise Invalid(error.problems) from None


def set_rail(
    *, config: RailConfig, actor: Actor, typed: FreshCode = NO_CODE, request_id: RequestKey = "", deps: Deps
) -> RailSet:
    """Instead of the one of its kind. Staff give a code of this moment; other administrators are told.

    Errors: Forbidden, Invalid (a method that another rail takes), Conflict("rail_in_use": another account, while
    refunds are on their way by the one it has), WrongCode, TooMany, Reused.
    """
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    kind, table = kind_of(config), _table(config)
    with counting_wrong_codes(actor, typed, deps), unit_of_work(deps) as work:
        if request_id and (done := work.requests.claim(actor, request_id, fingerprint(["rail", kind, table]), RailSet)):
            return done
        work.shops.lock(actor.shop_id)
        _check_methods(work, actor, config)
        kept = work.rails.find(actor.shop_id, kind)
        if kept and _is_another_account(kept, config, deps):
            check_unused(work, actor.shop_id, kind)
        spend_code(work, actor, typed, deps)
        sealed = deps.vault.encrypt(SEAL, json.dumps(table))
        work.rails.set(actor.shop_id, kind, methods=list(config.methods), sealed=sealed)
        data = {"rail": kind, "methods": list(config.methods)}
        work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:rail:set", data=data))
        notify_admins(work, "rail_set", actor, about=kind)
        waiting = work.rails.waiting(actor.shop_id, limit=MOST_WOKEN)
        work.jobs.make_all_due_now([f"refund:{refund_id}" for refund_id in waiting])
        done = RailSet(rail=kind)
        return work.requests.finish(actor, request_id, done) if request_id else done


def check_unused(work: UnitOfWork, shop_id: int, name: str) -> None:
    """Raises Conflict("rail_in_use") that names what only this rail, or this platform's gateway, can say more of."""
    if numbers := work.rails.under_way(shop_id, name, limit=MOST_NAMED):
        raise Conflict("rail_in_use", detail={"number": " ".join(numbers)})


def _table(config: RailConfig) -> dict[str, Any]:
    """As the schemas read it: what was not said is left out."""
    return {name: value for name, value in to_plain(config).items() if value not in ("", [])}


def _check_methods(work: UnitOfWork, actor: Actor, config: RailConfig) -> None:
    for other in work.rails.of_shop(actor.shop_id):
        both = set(other.methods) & set(config.methods)
        if other.kind != kind_of(config) and both:
            raise Invalid((("methods", f"{', '.join(sorted(both))}: the rail {other.kind} takes it already"),))


def _is_another_account(kept: KeptRail, config: RailConfig, deps: Deps) -> bool:
    """Numbers of one account mean nothing to another. What cannot be read any more is taken for another."""
    try:
        return account_of(config_of(kept, deps)) != account_of(config)
    except ProviderUnavailable:
        return True
