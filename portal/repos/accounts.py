"""People who sign in: customers by what they type, staff by their login."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, null, or_, select, update

from portal.domain.errors import Invalid, NotFound
from portal.domain.identity.access import Role
from portal.domain.identity.logins import Login
from portal.models.account import Customer, Session, Staff, StaffShop
from portal.models.case import Case
from portal.models.order import Order
from portal.repos.dialects import upsert
from portal.repos.rows import all_rows, row_or_none, value_of

CASES = Case.__table__
CUSTOMERS = Customer.__table__
ORDERS = Order.__table__
SESSIONS = Session.__table__
STAFF = Staff.__table__
STAFF_SHOPS = StaffShop.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerAccount:
    """A customer as kept: `external_id` is the shop's own; `phone` and `mail` as they may be written to."""

    id: int
    external_id: str
    name: str
    phone: str | None
    mail: str | None
    locale: str
    zone: str
    password_hash: str | None
    erased_at: datetime | None
    notices_off: list[str] | None = None
    unreachable: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAccount:
    """`totp_secret` is encrypted. `provider_issuer` and `provider_subject`: the company account that is linked."""

    id: int
    login: str
    role: Role
    password_hash: str
    totp_secret: str
    disabled_at: datetime | None
    provider_issuer: str | None = None
    provider_subject: str | None = None


class Accounts:
    """`work.accounts`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self._zones: dict[int, str] = {}

    def find_by_login(self, shop_id: int, login: Login) -> CustomerAccount | None:
        """The customer of that very id; else the only one of the shop with that id but for how it is written, that
        phone or that mail; else None."""
        mine = CUSTOMERS.c.shop_id == shop_id
        for name in dict.fromkeys((login.typed, login.text)):
            if row := row_or_none(
                self._connection.execute(select(CUSTOMERS).where(mine, CUSTOMERS.c.external_id == name))
            ):
                return value_of(CustomerAccount, row)
        ways = [CUSTOMERS.c.login_key == login.id_key]
        if login.phone_keys:
            ways.append(CUSTOMERS.c.phone_key.in_(login.phone_keys))
        if login.mail:
            ways.append(CUSTOMERS.c.mail_key == login.mail)
        found = all_rows(self._connection.execute(select(CUSTOMERS).where(mine, or_(*ways)).limit(2)))
        return value_of(CustomerAccount, found[0]) if len(found) == 1 else None

    def get_by_login(self, shop_id: int, login: Login) -> CustomerAccount:
        """Raises NotFound, also for one who was erased."""
        found = self.find_by_login(shop_id, login)
        if found is None or found.erased_at:
            raise NotFound("customer")
        return found

    def find_by_external_id(self, shop_id: int, external_id: str) -> CustomerAccount | None:
        """The customer as the shop calls them; None also for one who was erased."""
        mine = (CUSTOMERS.c.shop_id == shop_id) & (CUSTOMERS.c.external_id == external_id)
        query = select(CUSTOMERS).where(mine, CUSTOMERS.c.erased_at.is_(None))
        row = row_or_none(self._connection.execute(query))
        return value_of(CustomerAccount, row) if row else None

    def get(self, customer_id: int, shop_id: int) -> CustomerAccount:
        """Raises NotFound."""
        query = select(CUSTOMERS).where(CUSTOMERS.c.id == customer_id, CUSTOMERS.c.shop_id == shop_id)
        row = row_or_none(self._connection.execute(query))
        if row is None:
            raise NotFound("customer")
        self._zones[customer_id] = row["zone"] or ""
        return value_of(CustomerAccount, row)

    def get_with_counts(self, customer_id: int, shop_id: int, since: datetime) -> tuple[CustomerAccount, int, int]:
        """And how many orders they have placed since, and how many applications they made. Raises NotFound."""
        orders = select(func.count()).where(
            ORDERS.c.shop_id == shop_id, ORDERS.c.customer_id == customer_id, ORDERS.c.placed_at >= since
        )
        cases = select(func.count()).where(
            CASES.c.shop_id == shop_id, CASES.c.customer_id == customer_id, CASES.c.opened_at >= since
        )
        query = select(CUSTOMERS, orders.scalar_subquery().label("orders"), cases.scalar_subquery().label("cases"))
        mine = query.where(CUSTOMERS.c.id == customer_id, CUSTOMERS.c.shop_id == shop_id)
        row = row_or_none(self._connection.execute(mine))
        if row is None:
            raise NotFound("customer")
        self._zones[customer_id] = row["zone"] or ""
        return value_of(CustomerAccount, row), int(row["orders"]), int(row["cases"])

    def zone_of(self, customer_id: int) -> str:
        """IANA name, "" where it is not known. No query where the customer has been read already."""
        if customer_id in self._zones:
            return self._zones[customer_id]
        query = select(CUSTOMERS.c.zone).where(CUSTOMERS.c.id == customer_id)
        self._zones[customer_id] = self._connection.execute(query).scalar_one_or_none() or ""
        return self._zones[customer_id]

    def digest_key(self, customer_id: int, fresh: str) -> str:
        """Under which this customer's personal values are digested: theirs, else `fresh`, kept from now on."""
        mine = CUSTOMERS.c.id == customer_id
        self._connection.execute(
            update(CUSTOMERS).where(mine, CUSTOMERS.c.digest_key.is_(None)).values(digest_key=fresh)
        )
        return str(self._connection.execute(select(CUSTOMERS.c.digest_key).where(mine)).scalar_one())

    def set_password(self, customer_id: int, hashed: str) -> None:
        self._connection.execute(update(CUSTOMERS).where(CUSTOMERS.c.id == customer_id).values(password_hash=hashed))

    def bump(self, customer_id: int) -> None:
        """Their pages are no longer what a browser may have kept."""
        mine = update(CUSTOMERS).where(CUSTOMERS.c.id == customer_id)
        self._connection.execute(mine.values(version=CUSTOMERS.c.version + 1))

    def set_locale(self, customer_id: int, locale: str) -> None:
        self._connection.execute(update(CUSTOMERS).where(CUSTOMERS.c.id == customer_id).values(locale=locale))

    def set_notices_off(self, customer_id: int, off: tuple[str, ...]) -> None:
        """As `domain.messages.notice_choice` writes them; nothing is kept of who wants them all."""
        mine = update(CUSTOMERS).where(CUSTOMERS.c.id == customer_id)
        self._connection.execute(mine.values(notices_off=list(off) or null()))

    def set_unreachable(self, customer_id: int, unreachable: dict[str, str]) -> None:
        """By way, the digest of an address that a message came back from; nothing is kept of who is reached."""
        mine = update(CUSTOMERS).where(CUSTOMERS.c.id == customer_id)
        self._connection.execute(mine.values(unreachable=unreachable or null()))

    def add_staff(self, shop_ids: tuple[int, ...], **values: Any) -> int:
        """login, role, mail, password_hash, totp_secret. Raises Invalid where the login is taken, in whatever shop."""
        row = values | {"created_at": self._now, "totp_step": 0}
        statement = upsert(self._connection, STAFF).values(row).on_conflict_do_nothing().returning(STAFF.c.id)
        staff_id = self._connection.execute(statement).scalar_one_or_none()
        if staff_id is None:
            raise Invalid((("login", "taken"),))
        grants = [{"staff_id": staff_id, "shop_id": shop_id} for shop_id in shop_ids]
        self._connection.execute(insert(STAFF_SHOPS), grants)
        return int(staff_id)

    def set_staff(self, staff_id: int, **values: Any) -> None:
        """Changes of: password_hash, totp_secret, totp_step, disabled_at, provider_issuer, provider_subject. All their
        sessions end."""
        self._connection.execute(update(STAFF).where(STAFF.c.id == staff_id).values(values))
        self.end_staff_sessions(staff_id)

    def end_staff_sessions(self, staff_id: int) -> int:
        """How many there were."""
        return self._connection.execute(delete(SESSIONS).where(SESSIONS.c.staff_id == staff_id)).rowcount

    def find_staff(self, login: str) -> StaffAccount | None:
        row = row_or_none(self._connection.execute(select(STAFF).where(STAFF.c.login == login)))
        return value_of(StaffAccount, row) if row else None

    def find_staff_by_subject(self, issuer: str, subject: str) -> StaffAccount | None:
        """Whose company account that is."""
        theirs = (STAFF.c.provider_issuer == issuer) & (STAFF.c.provider_subject == subject)
        row = row_or_none(self._connection.execute(select(STAFF).where(theirs)))
        return value_of(StaffAccount, row) if row else None

    def link_staff(self, staff_id: int, issuer: str, subject: str) -> bool:
        """False where another company account was linked meanwhile: one statement, so two at once cannot both win."""
        free = (STAFF.c.id == staff_id) & STAFF.c.provider_subject.is_(None)
        linked = update(STAFF).where(free).values(provider_issuer=issuer, provider_subject=subject)
        return self._connection.execute(linked).rowcount == 1

    def shops_of_staff(self, staff_id: int) -> tuple[int, ...]:
        query = select(STAFF_SHOPS.c.shop_id).where(STAFF_SHOPS.c.staff_id == staff_id)
        return tuple(self._connection.execute(query.order_by(STAFF_SHOPS.c.shop_id)).scalars())
