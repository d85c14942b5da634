"""The sites that may frame a shop's pages: named or no longer, at once for every answer of every process.

Pages know a shop by its version, which rises in the transaction of the change: nobody goes on with the old sites.
"""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.embedding.origins import MOST_ORIGINS, BadOrigin, read_origin
from portal.domain.errors import Conflict, Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.domain.shops.results import OriginsSet
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.identity.fresh_code import NO_CODE, FreshCode, counting_wrong_codes, spend_code
from portal.services.notify_staff import notify_admins


def set_origins(
    *,
    add: tuple[str, ...] = (),
    remove: tuple[str, ...] = (),
    actor: Actor,
    request_id: RequestKey = "",
    shown: str | None = None,
    typed: FreshCode = NO_CODE,
    deps: Deps,
) -> tuple[str, ...]:
    """Those named from now on. To add what is there changes nothing.

    `request_id`: the same one acts once; `shown`: what the confirmation page was about (`origins_digest`).
    To add one, staff give a code of this moment, and other administrators are told.
    Errors: Forbidden, WrongCode, TooMany, Invalid (one is no origin, or they are too many), NotFound (to remove what is
    not there), Conflict, Reused.
    """
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    coming, going = _read(add), _read(remove)
    with counting_wrong_codes(actor, typed, deps), unit_of_work(deps) as work:
        is_repeat = bool(request_id) and work.requests.claim(
            actor, request_id, fingerprint(["origins", sorted(coming), sorted(going)]), OriginsSet
        )
        work.shops.lock(actor.shop_id)
        before = tuple(work.shops.get_by_id(actor.shop_id).origins)
        if is_repeat:
            return before
        if shown is not None and shown != origins_digest(before):
            raise Conflict("changed")
        after = _after(before, coming, going)
        if set(after) - set(before):
            spend_code(work, actor, typed, deps)
        if after != before:
            work.shops.set(actor.shop_id, origins=list(after))
            _tell(work, actor, before, after)
        if request_id:
            work.requests.finish(actor, request_id, OriginsSet(added=len(coming), removed=len(going)))
        return after


def _tell(work: UnitOfWork, actor: Actor, before: tuple[str, ...], after: tuple[str, ...]) -> None:
    data = {"added": [o for o in after if o not in before], "removed": [o for o in before if o not in after]}
    work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:shop:origins", data=data))
    for origin in data["added"]:
        notify_admins(work, "origin_added", actor, about=origin)


def _after(before: tuple[str, ...], coming: tuple[str, ...], going: tuple[str, ...]) -> tuple[str, ...]:
    """Raises NotFound, Invalid."""
    if missing := [origin for origin in going if origin not in before]:
        raise NotFound(missing[0])
    after = tuple(origin for origin in dict.fromkeys((*before, *coming)) if origin not in going)
    if len(after) > MOST_ORIGINS:
        raise Invalid((("origin", f"at most {MOST_ORIGINS} can be named"),))
    return after


def origins_digest(origins: tuple[str, ...]) -> str:
    """Of what a page showed, to tell whether it is still so."""
    return fingerprint(["origins", list(origins)])


def _read(origins: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(map(read_origin, origins)))
    except BadOrigin as bad:
        raise Invalid((("origin", str(bad)),)) from bad
