"""What staff do about their own account: another password, and an end to all other sessions."""

from __future__ import annotations

from portal.domain.errors import Expired, Invalid
from portal.domain.identity.access import Actor
from portal.domain.identity.passwords import password_problem
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.unit_of_work import reading, unit_of_work
from portal.services.identity.throttle import Caller, Throttle


def change_own_password(
    *, old_password: str, password: str, actor: Actor, session_id: int, address: str, deps: Deps
) -> None:
    """All other sessions end. Raises Invalid: old_password wrong, or password too_short, too_long, is_login, common;
    TooMany after too many; Expired where the account was disabled meanwhile."""
    own = f"staff:{actor.id}"
    throttle = Throttle("password", typed=own, account=own, caller=Caller(address=address), deps=deps)
    with reading(deps) as work:
        account = work.staff_sessions.get(actor.id)
        throttle.check(work)
    if account is None:
        raise Expired("session")
    if not deps.passwords.verify(account.password_hash or None, old_password):
        with unit_of_work(deps) as work:
            throttle.failed(work)
        raise Invalid((("old_password", "wrong"),))
    is_easy = deps.passwords.is_easy_to_guess(password)
    if wrong := password_problem(password, logins=(account.login,), is_easy_to_guess=is_easy):
        raise Invalid((("password", wrong),))
    hashed = deps.passwords.hash(password)
    with unit_of_work(deps) as work:
        throttle.succeeded(work)
        work.team.set(actor.id, password_hash=hashed)
        work.team.end_other_sessions(actor.id, but=session_id)
        work.events.append_without_order(actor, NewEvent(kind="staff:password:changed", data={"staff": actor.id}))


def end_other_sessions(*, actor: Actor, session_id: int, deps: Deps) -> int:
    """Everywhere but here; how many that were."""
    with unit_of_work(deps) as work:
        count = work.team.end_other_sessions(actor.id, but=session_id)
        ended = NewEvent(kind="staff:session:others_ended", data={"count": count})
        work.events.append_without_order(actor, ended)
        return count
