"""The group robot that a shop's notices to staff are posted to: where, in which form, and which of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden, Invalid
from portal.domain.identity.access import Actor, may
from portal.domain.messages.robots import FORMS, KINDS, OFF, SIGNED, tail_of
from portal.domain.records.events import NewEvent
from portal.domain.sent import RequestKey
from portal.domain.shops.results import RobotSet
from portal.domain.typed_url import host_of, read_url
from portal.ports import Deps
from portal.repos.robots import KeptRobot
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.identity.fresh_code import FreshCode, counting_wrong_codes, spend_code
from portal.services.notify_staff import notify_admins

SEAL = "robot"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRobot:
    """`form`: one of FORMS, or OFF. `url`, `secret`: "" keeps what is stored, as long as the form stays the same."""

    form: str
    url: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    kinds: Sequence[str] = ()


def set_robot(*, typed: TypedRobot, code: FreshCode, actor: Actor, request_id: RequestKey, deps: Deps) -> RobotSet:
    """Takes a code of this moment, since what waits in the shop is told there; to end it takes none. Other
    administrators are told by mail of its host alone, and the trail names that.

    Errors: Forbidden, Invalid (form, url: required or a code of `read_url`, kinds), WrongCode, TooMany, Reused.
    """
    if not may(actor, "write", "settings"):
        raise Forbidden("settings")
    is_on = typed.form != OFF
    said = fingerprint(["robot", typed.form, typed.url, typed.secret, sorted(typed.kinds)])
    with counting_wrong_codes(actor, code, deps), unit_of_work(deps) as work:
        if done := work.requests.claim(actor, request_id, said, RobotSet):
            return done
        work.shops.lock(actor.shop_id)
        before = work.robots.find(actor.shop_id)
        if is_on:
            values = _values(typed, before, deps)
            spend_code(work, actor, code, deps)
            work.robots.set(actor.shop_id, **values)
            _tell(work, actor, "robot_set", values["host"], typed)
        elif before:
            work.robots.remove(actor.shop_id)
            _tell(work, actor, "robot_ended", before.host, typed)
        return work.requests.finish(actor, request_id, RobotSet(what="set" if is_on else "ended"))


def _values(typed: TypedRobot, before: KeptRobot | None, deps: Deps) -> dict[str, Any]:
    """Raises Invalid."""
    if typed.form not in FORMS:
        raise Invalid((("form", "required"),))
    if not typed.kinds or set(typed.kinds) - set(KINDS):
        raise Invalid((("kinds", "required"),))
    kept = before if before and before.form == typed.form else None
    values = {"form": typed.form, "kinds": [kind for kind in KINDS if kind in typed.kinds]}
    if not typed.url:
        if kept is None:
            raise Invalid((("url", "required"),))
        secret = deps.vault.encrypt(SEAL, typed.secret) if typed.secret else kept.sealed_secret
        return values | {
            "sealed_url": kept.sealed_url,
            "sealed_secret": secret,
            "host": kept.host,
            "tail": kept.tail,
        }
    try:
        url = read_url(typed.url)
    except ValueError as error:
        raise Invalid((("url", str(error)),)) from None
    is_signed = typed.form in SIGNED and typed.secret
    secret = deps.vault.encrypt(SEAL, typed.secret) if is_signed else ""
    sealed = deps.vault.encrypt(SEAL, url)
    return values | {"sealed_url": sealed, "sealed_secret": secret, "host": host_of(url), "tail": tail_of(url)}


def _tell(work: UnitOfWork, actor: Actor, what: str, host: str, typed: TypedRobot) -> None:
    data = {"form": typed.form, "host": host, "kinds": list(typed.kinds)}
    work.events.append_without_order(actor, NewEvent(kind=f"{actor.kind}:shop:robot", data=data))
    notify_admins(work, what, actor, about=host)
