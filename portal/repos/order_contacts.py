"""The phones and mails that an order itself names: its recipient's, and the contact of a guest who has no account."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func

from portal.domain.identity.logins import Login
from portal.models.order import Order

ORDERS = Order.__table__


def is_reached_by_phone(login: Login) -> list[ColumnElement[bool]]:
    """Conditions for the orders that go to a number that is typed whole; none for what is no number."""
    if not login.phone_keys:
        return []
    forms = [login.text, *login.phone_keys, *(f"+{key}" for key in login.phone_keys)]
    phones = (ORDERS.c.ship_to["phone"], ORDERS.c.extra["contact"]["phone"])
    return [phone.as_string().in_(forms) for phone in phones]


def is_reached_by_mail(login: Login) -> list[ColumnElement[bool]]:
    """The same of an address: letters count alike in either case."""
    if not login.mail:
        return []
    return [func.lower(ORDERS.c.extra["contact"]["mail"].as_string()) == login.mail]
