"""Who of the staff comes, and in which of their shops they are (SECURITY, access: idle 15 minutes, 8 hours at most)."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from portal.domain.errors import ProviderUnavailable
from portal.domain.identity.access import Actor
from portal.ports import Deps
from portal.repos.staff_sessions import FoundStaffSession
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.visits import SEEN_EVERY, Visit, VisitSession, hash_token, shop_of_session

STAFF_IDLE = timedelta(minutes=15)
STAFF_AT_MOST = timedelta(hours=8)


def find_staff_visit(*, token: str, hosts: tuple[str, str], deps: Deps, is_somebody: bool = True) -> Visit:
    """The visit of a request to /staff. Without a session no shop is named, whatever the host.

    hosts: the request's host with and without port. `is_somebody`: a person does something, no page that stands open
    asks by itself, which keeps no session alive. Writes nothing but `last_seen_at`, at most once a minute.
    """
    with reading(deps) as work:
        found = work.staff_sessions.find(hash_token(token), hosts) if token else None
        if found is None:
            is_known = any(map(work.shops.find_by_host, dict.fromkeys(hosts)))
            return Visit(way="host" if is_known else "none")
        visit = _visit(work, found, deps)
    if is_somebody and visit.session and found.last_seen_at <= work.now - SEEN_EVERY:
        with suppress(ProviderUnavailable), unit_of_work(deps) as work:
            work.sessions.touch(visit.session.id, older_than=work.now - SEEN_EVERY)
    return visit


def _visit(work: UnitOfWork, found: FoundStaffSession, deps: Deps) -> Visit:
    actor = Actor(kind="staff", shop_id=found.shop_id, id=found.staff_id, role=found.role)
    if found.expires_at <= work.now or found.last_seen_at <= work.now - STAFF_IDLE:
        return Visit(expired=actor, way="host" if found.host_shop_id else "none")
    granted = work.staff_sessions.shops_of(found.staff_id) if found.grants > 1 else []
    return Visit(
        shop=shop_of_session(work, found, deps),
        session=VisitSession(id=found.id, actor=actor, locale=found.locale, name=found.login),
        way="host" if found.host_shop_id else "session",
        granted=tuple((shop.key, shop.name) for shop in granted),
    )
