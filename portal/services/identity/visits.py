"""Who comes to which shop: session, customer and shop in one statement (ARCHITECTURE, one shop among several)."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal
from weakref import WeakKeyDictionary

from portal.domain.errors import NotFound, ProviderUnavailable
from portal.domain.identity.access import Actor
from portal.domain.shops.settings import ShopSettings
from portal.ports import Database, Deps
from portal.repos.behalf import FoundBehalf
from portal.repos.sessions import FoundSession
from portal.repos.shops import StoredShop
from portal.repos.staff_sessions import FoundStaffSession
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work

IDLE = timedelta(minutes=30)
AT_MOST = timedelta(hours=12)
REMEMBERED = timedelta(days=30)
"""From signing in, on a device of the customer's own, where the shop allows it and the customer asked for it."""
SEEN_EVERY = timedelta(minutes=1)

Place = Literal["tab", "frame"]
"""Where a session lives: in a window of its own, or in a frame of the shop's page. Its token works nowhere else."""
Way = Literal["host", "path", "session", "query", "only", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitedShop:
    """A shop as pages need it, parsed once a version."""

    id: int
    key: str
    name: str
    policy: str
    version: int
    settings: ShopSettings
    origins: tuple[str, ...]
    image_origins: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitSession:
    """A live session and what is shown of its customer. `unread` counts notices. `by`: the login of whoever of the
    staff acts in their place."""

    id: int
    actor: Actor
    locale: str
    name: str = ""
    customer_locale: str = ""
    zone: str = ""
    customer_version: int = 0
    unread: int = 0
    place: Place = "tab"
    is_remembered: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """`way` is how the shop was found; `wrong_key` a shop that was asked for and is not there. `expired`: whose session
    it was, where one came that is over. `granted`: (key, name) of the shops that staff may switch to, where several.
    `is_behalf_over`: staff acted for a customer, and that has ended."""

    shop: VisitedShop | None = None
    session: VisitSession | None = None
    expired: Actor | None = None
    way: Way = "none"
    wrong_key: str = ""
    granted: tuple[tuple[str, str], ...] = ()
    is_behalf_over: bool = False


_shops: WeakKeyDictionary[Database, dict[int, VisitedShop]] = WeakKeyDictionary()


def hash_token(token: str) -> str:
    """What is stored of a session's token: SHA-256, enough for 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_visit(*, token: str, hosts: tuple[str, str], path_key: str | None, query_key: str, deps: Deps) -> Visit:
    """The visit of a request. A session counts in its own shop only.

    hosts: the request's host with and without port. path_key: from /embed/<shop>; raises NotFound where there is no
    such shop. query_key: from ?shop=. Writes nothing but `last_seen_at`, at most once a minute, in its own transaction.
    """
    with reading(deps) as work:
        visit, is_stale = _find(work, token, hosts, path_key, query_key, deps)
    if visit.session and is_stale:
        # The page can be shown without it: a database that only answers readers just now is no reason not to.
        with suppress(ProviderUnavailable), unit_of_work(deps) as work:
            work.sessions.touch(visit.session.id, older_than=work.now - SEEN_EVERY)
    return visit


def _find(
    work: UnitOfWork, token: str, hosts: tuple[str, str], path_key: str | None, query_key: str, deps: Deps
) -> tuple[Visit, bool]:
    found = work.sessions.find(hash_token(token), hosts) if token else None
    if found is None or found.place != ("tab" if path_key is None else "frame"):
        return _without_session(work, hosts, path_key, query_key, deps), False
    shop = shop_of_session(work, found, deps)
    if _is_over(work, found, shop):
        visit = _without_session(work, hosts, path_key, query_key, deps)
        return replace(visit, shop=visit.shop or shop, expired=_actor(found)), False
    if not _may_stand_in(found, shop, path_key):
        return _without_session(work, hosts, path_key, query_key, deps), False
    way: Way = "host" if found.host_shop_id else "path" if path_key else "session"
    return Visit(shop=shop, session=session_of(found), way=way), found.last_seen_at <= work.now - SEEN_EVERY


def _is_over(work: UnitOfWork, found: FoundSession, shop: VisitedShop) -> bool:
    """A shop that lets nobody be remembered any more ends what was remembered as any other session."""
    if found.is_remembered and shop.settings.remembered_sign_in:
        return found.expires_at <= work.now
    return found.expires_at <= work.now or found.last_seen_at <= work.now - IDLE


def _may_stand_in(found: FoundSession, shop: VisitedShop, path_key: str | None) -> bool:
    by_host = found.host_shop_id
    if by_host is not None and by_host != shop.id:
        return False
    return path_key is None or path_key == shop.key


def _without_session(
    work: UnitOfWork, hosts: tuple[str, str], path_key: str | None, query_key: str, deps: Deps
) -> Visit:
    if stored := next(filter(None, map(work.shops.find_by_host, dict.fromkeys(hosts))), None):
        if path_key not in (None, stored.key):
            # The frame of one shop is not to be had under the name of another.
            raise NotFound("shop")
        return Visit(shop=visited_shop(stored, deps), way="host")
    if path_key is not None:
        return Visit(shop=visited_shop(work.shops.get(path_key), deps), way="path")
    if query_key:
        try:
            return Visit(shop=visited_shop(work.shops.get(query_key), deps), way="query")
        except NotFound:
            return Visit(wrong_key=query_key)
    stored = work.shops.only_one()
    return Visit(shop=visited_shop(stored, deps), way="only") if stored else Visit()


def shop_of_session(
    work: UnitOfWork, session: FoundSession | FoundStaffSession | FoundBehalf, deps: Deps
) -> VisitedShop:
    """The shop named by `shop_id`, parsed once for each `shop_version`."""
    known = _shops.setdefault(deps.database, {}).get(session.shop_id)
    if known and known.version == session.shop_version:
        return known
    return visited_shop(work.shops.get_by_id(session.shop_id), deps)


def visited_shop(stored: StoredShop, deps: Deps) -> VisitedShop:
    """The shop with its settings read, once for each version."""
    cache = _shops.setdefault(deps.database, {})
    known = cache.get(stored.id)
    if known is None or known.version != stored.version:
        known = cache[stored.id] = _shop(stored, deps)
    return known


def _shop(stored: StoredShop, deps: Deps) -> VisitedShop:
    return VisitedShop(
        id=stored.id,
        key=stored.key,
        name=stored.name,
        policy=stored.policy,
        version=stored.version,
        settings=deps.schemas.read_settings(stored.settings),
        origins=tuple(stored.origins),
        image_origins=tuple(stored.image_origins),
    )


def session_of(found: FoundSession) -> VisitSession:
    return VisitSession(
        id=found.id,
        actor=_actor(found),
        locale=found.locale,
        name=found.name or "",
        customer_locale=found.customer_locale or "",
        zone=found.zone or "",
        customer_version=found.customer_version or 0,
        unread=found.unread if found.orders is None else 0,
        place=found.place,
        is_remembered=found.is_remembered,
    )


def _actor(found: FoundSession) -> Actor:
    if found.customer_id is None:
        return Actor(kind="guest", shop_id=found.shop_id, order_no=found.order_no)
    only = tuple(found.orders) if found.orders is not None else None
    return Actor(kind="shopper", shop_id=found.shop_id, id=found.customer_id, only=only)


def find_shop(*, key: str, deps: Deps) -> VisitedShop | None:
    """None where there is no such shop. While the database does not answer, what was last known of it."""
    try:
        return get_shop(key=key, deps=deps)
    except NotFound:
        return None
    except Exception:  # whatever a database that is gone raises: an error page in a frame has to say who may frame it
        return next((shop for shop in _shops.get(deps.database, {}).values() if shop.key == key), None)


def find_holder(work: UnitOfWork, session_id: int, deps: Deps) -> tuple[VisitSession, VisitedShop] | None:
    """A live session and its shop, for a ticket given out in its name; None once it has ended."""
    found = work.sessions.find_by_id(session_id)
    if found is None:
        return None
    shop = shop_of_session(work, found, deps)
    return None if _is_over(work, found, shop) else (session_of(found), shop)


def get_shop(*, key: str, deps: Deps) -> VisitedShop:
    """Raises NotFound."""
    with reading(deps) as work:
        return visited_shop(work.shops.get(key), deps)
