"""A guest finds an order: its number, a contact that stands on it, and a one-time code sent there (P11).

The answer is the same whether there is such an order and whether the contact fits (TRAPS T32).
"""

from __future__ import annotations

from typing import Any

from portal.domain.errors import Invalid, TooMany
from portal.domain.identity.access import Actor
from portal.domain.identity.logins import Login, read_login
from portal.domain.identity.phones import country_of, digits_of, may_be_texted, read_phone
from portal.domain.typed import as_key, folded_mail, typed_digits
from portal.ports import Deps
from portal.repos.archive_contacts import archived_contacts
from portal.repos.orders import OrderContacts
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.one_time_codes import NOBODY, CodeAsk, Destination, check_code, issue_code
from portal.services.identity.sessions import open_session
from portal.services.identity.throttle import Caller, Throttle
from portal.services.identity.visits import VisitedShop


def ask_for_order_code(*, order_no: str, contact: str, shop: VisitedShop, caller: Caller, deps: Deps) -> None:
    """Raises TooMany."""
    who = read_login(contact)
    with reading(deps) as work:
        found, destination = _find(work, shop, order_no, who)
    ask = CodeAsk(
        shop_id=shop.id,
        purpose="find_order",
        subject=_typed(order_no, who),
        owner=_owner(found, destination),
        destination=destination,
        network_of=caller.address,
    )
    with unit_of_work(deps) as work:
        wait = issue_code(work, ask, deps=deps)
    if wait:
        raise TooMany(wait)


def open_order_with_code(
    *, order_no: str, contact: str, code: str, shop: VisitedShop, caller: Caller, deps: Deps
) -> tuple[str, str]:
    """The token of a guest's session, which reaches this one order, and the order's number as it is written.

    Raises Invalid(code: wrong), TooMany.
    """
    who = read_login(contact)
    order = f"{shop.id}:order:{as_key(order_no)}"
    throttle = Throttle("code", typed=order, account="", caller=caller, deps=deps)
    with unit_of_work(deps) as work:
        throttle.check(work)
        found, destination = _find(work, shop, order_no, who)
        is_right = check_code(
            work,
            shop_id=shop.id,
            purpose="find_order",
            typed=_typed(order_no, who),
            owner=_owner(found, destination),
            code=typed_digits(code),
            deps=deps,
        )
    with unit_of_work(deps) as work:
        if found is None or not is_right:
            throttle.failed(work)
        else:
            throttle.succeeded(work)
            guest = Actor(kind="guest", shop_id=shop.id, order_no=found.number)
            token = open_session(
                work,
                actor=guest,
                old_token=caller.token,
                locale=caller.locale,
                place=caller.place,
                deps=deps,
            )
            return token, found.number
    raise Invalid((("code", "wrong"),))


_NOBODYS = OrderContacts(id=0, number="", ship_to={}, extra={}, phone=None, mail=None, locale=None, zone=None)
"""What is looked through where there is no such order, so that it takes as long."""


def _find(work: UnitOfWork, shop: VisitedShop, order_no: str, who: Login) -> tuple[OrderContacts | None, Destination]:
    """The order and where its code goes; NOBODY where the contact does not stand on it. The same work either way."""
    found = _contacts(work, shop.id, order_no.strip())
    order = found or _NOBODYS
    said: dict[str, Any] = {"locale": order.locale or "", "zone": order.zone or ""}
    mail, phone = contact_on(order, who, shop.settings.zone)
    if not phone:
        return found, Destination(mail=mail, **said) if mail else NOBODY
    if may_be_texted(phone):
        return found, Destination(phone=phone, **said)
    # A number that no SMS reaches: the code goes to the mail address that stands beside it.
    mails = mails_of(order)
    return found, Destination(mail=mails[0], **said) if mails else NOBODY


def _contacts(work: UnitOfWork, shop_id: int, number: str) -> OrderContacts | None:
    """Of the order of that very number, else of the only one that differs in how it is written; those in the archive
    are read as before (decision 93). Two statements, whatever there is."""
    hot = work.orders.find_contacts(shop_id, number)
    found = [*([hot] if hot else []), *archived_contacts(work.connection, shop_id, number)]
    only = [one for one in found if one.number == number] or found
    return only[0] if len(only) == 1 else None


def contact_on(order: OrderContacts, who: Login, zone: str) -> tuple[str, str]:
    """(mail, phone) of the order that is `who`, as the order has it: one of them, or neither where it does not stand on
    it. `zone`: the shop's, whose country a number without one is read by."""
    if who.mail:
        return next((mail for mail in mails_of(order) if folded_mail(mail) == who.mail), ""), ""
    country = country_of_order(order, zone)
    mine = {digits_of(read_phone(who.typed, country) or who.typed), digits_of(who.phone or "")} - {""}
    for phone in phones_of(order):
        number = read_phone(phone, country) or phone
        if digits_of(number) in mine:
            return "", number
    return "", ""


def country_of_order(order: OrderContacts, zone: str) -> str:
    """By which a number without one is read: where the order goes, else the shop's."""
    return str((order.ship_to or {}).get("country") or country_of(zone))


def mails_of(order: OrderContacts) -> list[str]:
    """The customer's, then the one that the order names."""
    contact = (order.extra or {}).get("contact") or {}
    return [mail for mail in (order.mail, contact.get("mail")) if mail]


def phones_of(order: OrderContacts) -> list[str]:
    """The customer's, the one that the order names, the recipient's."""
    contact = (order.extra or {}).get("contact") or {}
    return [phone for phone in (order.phone, contact.get("phone"), (order.ship_to or {}).get("phone")) if phone]


def _typed(order_no: str, who: Login) -> str:
    return f"{as_key(order_no)}|{who.key}"


def _owner(found: OrderContacts | None, destination: Destination) -> str:
    return f"order:{found.id}" if found and destination.address else ""
