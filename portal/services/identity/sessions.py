"""Sessions of shoppers: opened at sign-in under a fresh token, renewed at a change of privilege, ended (SECURITY)."""

from __future__ import annotations

from collections.abc import Mapping

from portal.domain.identity.access import Actor
from portal.domain.records.events import NewEvent
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.identity.visits import AT_MOST, REMEMBERED, Place, hash_token


def open_session(
    work: UnitOfWork,
    *,
    actor: Actor,
    old_token: str,
    locale: str,
    deps: Deps,
    place: Place = "tab",
    by: Mapping[str, str] | None = None,
) -> str:
    """A new session for `actor` in the caller's transaction; whatever `old_token` stood for ends. The new token.

    It works in its own `place` only, and reaches no order but those that `actor` is limited to. `by`: what let them
    in where it was not they who signed in; whoever holds such a key can act as any customer, so the event names it.
    """
    token = deps.random.token()
    if old_token:
        work.sessions.end(hash_token(old_token))
    session_id = work.sessions.open(
        token_hash=hash_token(token),
        kind=actor.kind,
        shop_id=actor.shop_id,
        customer_id=actor.id or None,
        order_no=actor.order_no,
        place=place,
        orders=list(actor.only) if actor.only is not None else None,
        locale=locale,
        expires_at=work.now + AT_MOST,
    )
    work.events.append_without_order(
        actor, NewEvent(kind=f"{actor.kind}:session:opened", data={"session": session_id, **(by or {})})
    )
    return token


def remember_session(work: UnitOfWork, token: str) -> None:
    """It lasts for 30 days from now on, however long nobody comes. For a tab alone: what a frame keeps belongs to the
    page around it."""
    work.sessions.remember(hash_token(token), until=work.now + REMEMBERED)


def renew_session(work: UnitOfWork, *, session_id: int, deps: Deps) -> str:
    """The same session under a new token, which is returned."""
    token = deps.random.token()
    work.sessions.renew(session_id, hash_token(token))
    return token


def sign_out(*, actor: Actor, session_id: int, token: str, deps: Deps) -> None:
    """The row goes, so a copy of the cookie is worth nothing."""
    with unit_of_work(deps) as work:
        work.sessions.end(hash_token(token))
        work.events.append_without_order(
            actor, NewEvent(kind=f"{actor.kind}:session:ended", data={"session": session_id})
        )


def set_language(*, actor: Actor, session_id: int, locale: str, deps: Deps) -> None:
    """`locale` (zh-CN, en) for the rest of the session and, for a customer, for the notices from now on."""
    with unit_of_work(deps) as work:
        work.sessions.set_locale(session_id, locale)
        if actor.kind == "shopper" and not actor.by_staff:
            work.accounts.set_locale(actor.id, locale)
