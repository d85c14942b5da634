"""Finding who calls, and what staff see before they act in a customer's place (S43)."""

from __future__ import annotations

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.identity.logins import read_login
from portal.domain.identity.phones import country_of
from portal.domain.shops.settings import ShopSettings
from portal.pages.staff.facts import HISTORY, history_count, past_orders, person_of, proof_row
from portal.pages.values.behalf import ActPage, CustomerPage, CustomersPage, FoundCustomer
from portal.pages.values.staff import CustomerShown
from portal.ports import Deps
from portal.repos.unit_of_work import reading
from portal.services.identity.represented import Represented, Whom, represented

MOST = 20
_LONGEST_SEARCH = 80
_PROOFS = 10


def customers_page(*, q: str, actor: Actor, settings: ShopSettings, deps: Deps) -> CustomersPage:
    """The newest first; nobody until something is asked for."""
    search = q.strip()[:_LONGEST_SEARCH]
    login = read_login(search, country_of(settings.zone))
    with reading(deps) as work:
        found = work.customer_lists.called(actor.shop_id, login, limit=MOST + 1) if search else []
    return CustomersPage(
        query=search,
        customers=tuple(
            FoundCustomer(
                id=one.id,
                shown=CustomerShown(number=one.number, name=one.name, phone=one.phone or "", mail=one.mail or ""),
                orders=one.orders,
                last_at=one.last_at,
            )
            for one in found[:MOST]
        ),
        is_cut=len(found) > MOST,
        may_act=may(actor, "write", "customers"),
    )


def customer_page(*, customer_id: int, actor: Actor, deps: Deps) -> CustomerPage:
    """Raises NotFound, also for one who was erased."""
    with reading(deps) as work:
        account = work.accounts.get(customer_id, actor.shop_id)
        if account.erased_at:
            raise NotFound("customer")
        history = work.staff_lists.history(actor, customer_id, limit=HISTORY)
        proofs = work.behalf.newest(actor.shop_id, customer_id=customer_id, limit=_PROOFS)
    return CustomerPage(
        id=account.id,
        shown=person_of(account),
        history=past_orders(history, ""),
        history_count=history_count(history),
        proofs=tuple(map(proof_row, proofs)),
        may_act=may(actor, "write", "customers"),
    )


def act_page(*, whom: Whom, actor: Actor, deps: Deps, sent: str = "", wait: int = 0, number: str = "") -> ActPage:
    """Raises NotFound, Forbidden."""
    with reading(deps) as work:
        them = represented(work, whom, actor)
        found = work.staff_lists.history(actor, them.customer_id, limit=HISTORY) if them.customer_id else []
    return ActPage(
        customer_id=whom.customer_id,
        order_no=whom.order_no,
        shown=_shown(them),
        reachable=them.reachable,
        history=past_orders(found, ""),
        history_count=history_count(found),
        sent=sent if sent in them.reachable else "",
        wait=wait,
        number=number,
    )


def _shown(them: Represented) -> CustomerShown:
    return CustomerShown(number=them.number, name=them.name, phone=them.phone, mail=them.mail)
