"""账户: what we know of a customer."""

from __future__ import annotations

from portal.domain.identity.access import Actor
from portal.domain.shops.settings import ShopSettings
from portal.pages.values.accounts import AccountPage, SessionRow
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.identity.customer_sessions import live_of_customer

_ENTRIES = 50


def account_page(*, actor: Actor, session_id: int, settings: ShopSettings, deps: Deps) -> AccountPage:
    """The customer's own details, in clear. Raises NotFound."""
    with reading(deps) as work:
        row, sessions = work.accounts.get(actor.id, actor.shop_id), live_of_customer(work, actor.id, settings)
        balances = work.credit.balances(actor.id)
        entries = work.credit.entries(actor.id, _ENTRIES) if balances else ()
    return AccountPage(
        customer_no=row.external_id,
        name=row.name,
        phone=row.phone or "",
        mail=row.mail or "",
        has_credit=settings.store_credit.refunds or bool(balances),
        balances=balances,
        entries=entries,
        has_password=row.password_hash is not None,
        sessions=tuple(
            SessionRow(
                id=one.id,
                place=one.place,
                since=one.created_at,
                seen=one.last_seen_at,
                is_this=one.id == session_id,
                until=one.expires_at if one.is_remembered and settings.remembered_sign_in else None,
            )
            for one in sessions
        ),
    )
