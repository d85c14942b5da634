"""Whom staff are to act for: a customer, or whoever bought an order without an account, and how they are reached."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.errors import Forbidden, NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.identity.phones import may_be_texted, read_phone
from portal.repos.unit_of_work import UnitOfWork
from portal.services.identity.find_order import country_of_order, mails_of, phones_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """As an address names them: a customer's id; else the number of an order that has no customer."""

    customer_id: int = 0
    order_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Represented:
    """In clear; `phone` and `mail` are the contacts on file, "" for none. `order_id` only of an order without a
    customer."""

    shop_id: int
    customer_id: int | None
    order_id: int | None
    order_no: str
    number: str
    name: str
    phone: str
    mail: str
    locale: str
    zone: str

    @property
    def key(self) -> str:
        """What a code is bound to, beside the purpose and who asks for it."""
        return f"customer:{self.customer_id}" if self.customer_id else f"order:{self.order_id}"

    @property
    def reachable(self) -> tuple[str, ...]:
        """The ways a code can go."""
        ways = {"phone": may_be_texted(self.phone), "mail": bool(self.mail)}
        return tuple(way for way, can in ways.items() if can)

    def acting(self, staff: Actor, proof: int) -> Actor:
        """`staff` in their place."""
        if self.customer_id is None:
            return Actor(kind="guest", shop_id=self.shop_id, order_no=self.order_no, by_staff=staff.id, proof=proof)
        return Actor(kind="shopper", shop_id=self.shop_id, id=self.customer_id, by_staff=staff.id, proof=proof)


def represented(work: UnitOfWork, whom: Whom, actor: Actor) -> Represented:
    """Raises Forbidden for a role that may not act for anybody; NotFound: another shop's, erased, or an order that has
    a customer, who is to be named instead."""
    if not may(actor, "write", "customers"):
        raise Forbidden("customers")
    if whom.customer_id:
        return _customer(work, whom, actor)
    record = work.orders.get(whom.order_no, actor)
    found = work.orders.find_contacts(actor.shop_id, record.order.no)
    if record.customer_id is not None or found is None:
        raise NotFound("order")
    country = country_of_order(found, work.shops.settings_of(actor.shop_id).zone)
    phones = [read_phone(phone, country) or phone for phone in phones_of(found)]
    return Represented(
        shop_id=actor.shop_id,
        customer_id=None,
        order_id=record.id,
        order_no=record.order.no,
        number=record.order.no,
        name=record.kept.recipient,
        phone=phones[0] if phones else "",
        mail=next(iter(mails_of(found)), ""),
        locale=found.locale or "",
        zone=found.zone or "",
    )


def _customer(work: UnitOfWork, whom: Whom, actor: Actor) -> Represented:
    account = work.accounts.get(whom.customer_id, actor.shop_id)
    if account.erased_at:
        raise NotFound("customer")
    return Represented(
        shop_id=actor.shop_id,
        customer_id=account.id,
        order_id=None,
        order_no="",
        number=account.external_id,
        name=account.name,
        phone=account.phone or "",
        mail=account.mail or "",
        locale=account.locale,
        zone=account.zone,
    )
