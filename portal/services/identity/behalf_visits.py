"""Who of the staff comes to a customer's pages in the customer's place. It ends with their own session (S43)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from portal.domain.errors import ProviderUnavailable
from portal.domain.identity.access import Actor, may
from portal.domain.identity.behalf import IDLE
from portal.ports import Deps
from portal.repos.behalf import FoundBehalf
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.staff_visits import STAFF_IDLE
from portal.services.identity.visits import SEEN_EVERY, Visit, VisitSession, hash_token, shop_of_session


def find_behalf_visit(*, token: str, hosts: tuple[str, str], deps: Deps) -> Visit | None:
    """None where it is over: ended, idle, too long, or the member of staff is signed out, disabled, without the shop or
    no longer in a role that may. Writes nothing but `last_seen_at`, of both sessions, at most once a minute."""
    with reading(deps) as work:
        found = work.behalf.find(hash_token(token), hosts)
        if found is None or _is_over(work, found):
            return None
        visit = Visit(
            shop=shop_of_session(work, found, deps),
            session=_session(found),
            way="host" if found.host_shop_id else "session",
        )
    if min(found.last_seen_at, found.staff_seen_at) <= work.now - SEEN_EVERY:
        with suppress(ProviderUnavailable), unit_of_work(deps) as work:
            work.behalf.touch(found)
    return visit


def actor_of(found: FoundBehalf) -> Actor:
    """The customer or guest, with who acts for them."""
    by = Actor(kind="guest", shop_id=found.shop_id, by_staff=found.staff_id, proof=found.behalf_id)
    if found.customer_id is None:
        return replace(by, order_no=found.order_no)
    return replace(by, kind="shopper", id=found.customer_id)


def _is_over(work: UnitOfWork, found: FoundBehalf) -> bool:
    staff = Actor(kind="staff", shop_id=found.shop_id, id=found.staff_id, role=found.role)
    if not may(staff, "write", "customers") or min(found.expires_at, found.staff_expires_at) <= work.now:
        return True
    return found.last_seen_at <= work.now - IDLE or found.staff_seen_at <= work.now - STAFF_IDLE


def _session(found: FoundBehalf) -> VisitSession:
    return VisitSession(
        id=found.id,
        actor=actor_of(found),
        locale=found.locale,
        name=found.name or "",
        zone=found.zone or "",
        customer_version=found.customer_version or 0,
        by=found.login,
    )
