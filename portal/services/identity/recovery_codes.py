"""Codes on paper in place of a lost authenticator: each good once, kept as HMAC (ASVS 6.5)."""

from __future__ import annotations

from portal.domain.errors import Forbidden
from portal.domain.identity.access import Actor
from portal.domain.records.events import NewEvent
from portal.domain.typed import plain
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.identity.fresh_code import FreshCode, counting_wrong_codes, spend_code

_PURPOSE = "recovery code"
_HALF = 5


def new_codes(count: int, deps: Deps) -> tuple[str, ...]:
    """`7K3QZ-M8N2P`: fifty bits each, without letters that are mistaken for digits."""
    return tuple(f"{deps.random.letters(_HALF)}-{deps.random.letters(_HALF)}" for _ in range(count))


def digest_of(staff_id: int, code: str, deps: Deps) -> str:
    return deps.vault.digest(_PURPOSE, f"{staff_id}:{_read(code)}")


def spend_recovery_code(work: UnitOfWork, staff_id: int, typed: str, deps: Deps) -> bool:
    """However it was typed: in small letters, full width, with or without the dash."""
    code = _read(typed)
    if len(code) != 2 * _HALF:
        return False
    return work.team.spend_recovery_code(staff_id, deps.vault.digests(_PURPOSE, f"{staff_id}:{code}"))


def renew_recovery_codes(*, actor: Actor, typed: FreshCode, count: int, deps: Deps) -> tuple[str, ...]:
    """New ones in place of all there were, shown this once. Raises Forbidden, WrongCode, TooMany."""
    if actor.kind != "staff":
        raise Forbidden("recovery codes")
    codes = new_codes(count, deps)
    with counting_wrong_codes(actor, typed, deps), unit_of_work(deps) as work:
        spend_code(work, actor, typed, deps)
        work.team.set_recovery_codes(actor.id, [digest_of(actor.id, code, deps) for code in codes])
        work.events.append_without_order(actor, NewEvent(kind="staff:recovery_codes:renewed", data={}))
    return codes


def _read(typed: str) -> str:
    """Crockford's alphabet has neither I, L nor O: they were meant as digits."""
    text = plain(typed).upper().replace("-", "").replace(" ", "")
    return text.translate(str.maketrans("ILO", "110"))
