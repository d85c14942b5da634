"""A customer's sessions, seen and ended by themselves or an operator: a lent phone, a stolen cookie (SECURITY)."""

from __future__ import annotations

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor
from portal.domain.identity.behalf import check_own_act
from portal.domain.identity.logins import read_login
from portal.domain.records.events import NewEvent
from portal.domain.shops.settings import ShopSettings
from portal.ports import Deps
from portal.repos.sessions import OpenSession
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.visits import IDLE, visited_shop


def live_sessions(*, shop_key: str, login: str, deps: Deps) -> list[OpenSession]:
    """Where they are signed in just now, in tabs and frames, the newest first. Raises NotFound, also once erased."""
    with reading(deps) as work:
        shop = visited_shop(work.shops.get(shop_key), deps)
        customer = work.accounts.get_by_login(shop.id, read_login(login))
        return live_of_customer(work, customer.id, shop.settings)


def end_sessions(*, shop_key: str, login: str, session_ids: tuple[int, ...] = (), deps: Deps) -> int:
    """Ends those named, without any all of them; how many that were. Cookies and tickets of them are worth nothing.

    Raises NotFound: shop, customer (also once erased), session where one named is not a live one of theirs.
    """
    with unit_of_work(deps) as work:
        shop = visited_shop(work.shops.get(shop_key), deps)
        customer = work.accounts.get_by_login(shop.id, read_login(login))
        live = {session.id for session in live_of_customer(work, customer.id, shop.settings)}
        if not live.issuperset(session_ids):
            raise NotFound("session")
        ended = sorted(set(session_ids) or live)
        work.sessions.end_of(customer.id, ended)
        data = {"customer": customer.id, "sessions": ended}
        operator = Actor(kind="operator", shop_id=shop.id)
        work.events.append_without_order(operator, NewEvent(kind="operator:session:ended", data=data))
        return len(ended)


def end_own_session(*, session_id: int, actor: Actor, settings: ShopSettings, deps: Deps) -> None:
    """One that the customer sees on their own page. Raises NotFound where it is none of theirs, or over."""
    check_own_act(actor, "sessions")
    with unit_of_work(deps) as work:
        if session_id not in {session.id for session in live_of_customer(work, actor.id, settings)}:
            raise NotFound("session")
        work.sessions.end_of(actor.id, [session_id])
        ended = NewEvent(kind="shopper:session:ended", data={"session": session_id})
        work.events.append_without_order(actor, ended)


def live_of_customer(work: UnitOfWork, customer_id: int, settings: ShopSettings) -> list[OpenSession]:
    """Where they are signed in just now, the newest first. `settings`: of their shop."""
    is_remembering = settings.remembered_sign_in
    return work.sessions.live_of(customer_id, seen_after=work.now - IDLE, is_remembering=is_remembering)
