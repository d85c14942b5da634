"""账户: what we know of a customer."""

from __future__ import annotations

from portal.domain.identity.access import Actor
from portal.pages.values.accounts import AccountPage
from portal.ports import Deps
from portal.repos.unit_of_work import reading


def account_page(*, actor: Actor, deps: Deps) -> AccountPage:
    """The customer's own details, in clear. Raises NotFound."""
    with reading(deps) as work:
        row = work.accounts.get(actor.id, actor.shop_id)
    return AccountPage(
        customer_no=row.external_id,
        name=row.name,
        phone=row.phone or "",
        mail=row.mail or "",
        has_password=row.password_hash is not None,
    )
