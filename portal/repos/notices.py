"""Notices: collected by the service, written with its effect; listed, read, marked as sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, insert, select, update

from portal.domain.codec import to_plain
from portal.domain.messages.own_texts import Language, OwnText
from portal.models.account import Customer
from portal.models.case import Case
from portal.models.job import Notice
from portal.models.order import Order
from portal.models.shop import Shop
from portal.repos.notice_texts import NoticeTexts
from portal.repos.rows import row_or_none

NOTICES = Notice.__table__
CUSTOMERS = Customer.__table__
SHOPS = Shop.__table__
ORDERS = Order.__table__
CASES = Case.__table__
_OF_ORDER = (ORDERS.c.jurisdiction, ORDERS.c.country)
_ITS_ORDER = (ORDERS.c.shop_id == NOTICES.c.shop_id) & (ORDERS.c.number == NOTICES.c.order_no)
_TOLD = tuple(NOTICES.c[name] for name in ("id", "kind", "params", "order_no", "case_no", "created_at", "read_at"))
_TO_SEND = (
    *(NOTICES.c[name] for name in ("shop_id", "customer_id", "kind", "params", "order_no", "case_no")),
    *(NOTICES.c[name] for name in ("created_at", "mailed_at", "texted_at", "mail_refused_at", "text_refused_at")),
    *(CUSTOMERS.c[name] for name in ("mail", "phone", "locale", "zone", "notices_off", "unreachable")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldNotice:
    """A notice as its customer reads it: the words are written from `kind` and `params`. `jurisdiction`, `country`: of
    its order, None for none."""

    id: int
    kind: str
    params: dict[str, Any]
    order_no: str
    case_no: str
    created_at: datetime
    read_at: datetime | None
    jurisdiction: str | None
    country: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeOfCase:
    """What was told of a case and how it went out, to the contacts that its customer has now."""

    kind: str
    created_at: datetime
    mailed_at: datetime | None
    texted_at: datetime | None
    mail_refused_at: datetime | None
    text_refused_at: datetime | None
    mail: str | None
    phone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeToSend:
    """A notice with its customer's contacts and its shop's settings; what was sent already carries its time.

    `jurisdiction` and `country` are those of its order, None where it is about none. `notices_off`: what its customer
    does not want to be sent (`domain.messages.notice_choice`).
    """

    shop_id: int
    customer_id: int | None
    kind: str
    params: dict[str, Any]
    order_no: str
    case_no: str
    created_at: datetime
    mailed_at: datetime | None
    texted_at: datetime | None
    mail: str | None
    phone: str | None
    locale: str
    zone: str
    shop_name: str
    shop_key: str
    policy: str
    jurisdiction: str | None
    country: str | None
    settings: dict[str, Any]
    notices_off: list[str] | None = None
    unreachable: dict[str, str] | None = None
    mail_refused_at: datetime | None = None
    text_refused_at: datetime | None = None
    own: Mapping[Language, OwnText] | None = None
    """The shop's own words for it, by language."""
    is_for_guest: bool = False
    """A guest gets in by the number of the order alone."""


class Notices:
    """`work.notices`, with the shop's own words for them as `texts`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self.texts = NoticeTexts(connection, now)
        self._waiting: list[dict[str, Any]] = []
        self._for_guests: list[dict[str, Any]] = []

    def add(
        self,
        shop_id: int,
        customer_id: int | None,
        kind: str,
        params: dict[str, Any],
        *,
        order_no: str = "",
        case_no: str = "",
    ) -> None:
        """Shown in the portal and sent by mail and SMS (S15). Where the order has no customer it is only sent, to the
        contact that stands on the order."""
        if customer_id is None:
            told = {"shop": shop_id, "kind": kind, "params": to_plain(params), "order_no": order_no, "case_no": case_no}
            self._for_guests += [told | {"at": self._now.isoformat()}] if order_no else []
            return
        self._waiting.append(
            {
                "shop_id": shop_id,
                "customer_id": customer_id,
                "kind": kind,
                "params": to_plain(params),
                "order_no": order_no,
                "case_no": case_no,
                "created_at": self._now,
            }
        )

    def flush(self) -> list[int]:
        """Writes what was collected, in one statement; the ids, for the jobs that send them."""
        if not self._waiting:
            return []
        written = self._connection.execute(insert(NOTICES).returning(NOTICES.c.id), self._waiting)
        return list(written.scalars())

    def flush_for_guests(self) -> list[dict[str, Any]]:
        """What was collected for guests: no page shows it, so the jobs that send it carry it."""
        waiting, self._for_guests = self._for_guests, []
        return waiting

    def find_to_send(self, notice_id: int) -> NoticeToSend | None:
        """The notice with its customer's contacts and its shop; None where it was erased with its customer."""
        query = (
            select(*_TO_SEND, *_OF_ORDER, SHOPS.c.name.label("shop_name"), SHOPS.c.key.label("shop_key"))
            .add_columns(SHOPS.c.policy, SHOPS.c.settings)
            .join(CUSTOMERS, CUSTOMERS.c.id == NOTICES.c.customer_id)
            .join(SHOPS, SHOPS.c.id == NOTICES.c.shop_id)
            .outerjoin(ORDERS, _ITS_ORDER)
            .where(NOTICES.c.id == notice_id)
        )
        row = self._connection.execute(query).mappings().one_or_none()
        return NoticeToSend(**row) if row else None

    def to_guest(self, told: dict[str, Any], way: Literal["mail", "text"]) -> NoticeToSend | None:
        """What `flush_for_guests` gave, with the contact that stands on the order now; None where the order is gone.
        Only `way` is still to be sent."""
        mine = (ORDERS.c.shop_id == told["shop"]) & (ORDERS.c.number == told["order_no"])
        query = select(ORDERS.c.extra, *_OF_ORDER, SHOPS.c.key, SHOPS.c.name, SHOPS.c.policy, SHOPS.c.settings)
        query = query.join(SHOPS, SHOPS.c.id == ORDERS.c.shop_id).where(mine)
        row = row_or_none(self._connection.execute(query))
        if row is None:
            return None
        contact, at = row["extra"].get("contact") or {}, datetime.fromisoformat(told["at"])
        return NoticeToSend(
            shop_id=told["shop"],
            customer_id=None,
            kind=told["kind"],
            params=told["params"],
            order_no=told["order_no"],
            case_no=told["case_no"],
            created_at=at,
            mailed_at=None if way == "mail" else at,
            texted_at=None if way == "text" else at,
            mail=contact.get("mail"),
            phone=contact.get("phone"),
            locale="",
            zone="",
            shop_name=row["name"],
            shop_key=row["key"],
            policy=row["policy"],
            jurisdiction=row["jurisdiction"],
            country=row["country"],
            settings=row["settings"],
            is_for_guest=True,
        )

    def is_overtaken(self, notice_id: int) -> bool:
        """Whether its customer was told another thing of the same case, or of the same order, since."""
        this = NOTICES.alias("this")
        same = (NOTICES.c.customer_id == this.c.customer_id) & (NOTICES.c.id > this.c.id)
        same &= (NOTICES.c.order_no == this.c.order_no) & (NOTICES.c.case_no == this.c.case_no)
        query = select(NOTICES.c.id).join(this, same).where(this.c.id == notice_id).limit(1)
        return self._connection.execute(query).first() is not None

    def find_of_case(self, shop_id: int, case_no: str, kind: str) -> dict[str, Any] | None:
        """What the newest of that kind was told with, None where none was."""
        its = select(ORDERS.c.customer_id).join(CASES, CASES.c.order_id == ORDERS.c.id)
        its = its.where(CASES.c.shop_id == shop_id, CASES.c.case_no == case_no)
        this = (NOTICES.c.shop_id == shop_id) & (NOTICES.c.case_no == case_no) & (NOTICES.c.kind == kind)
        query = select(NOTICES.c.params).where(this, NOTICES.c.customer_id.in_(its)).order_by(NOTICES.c.id.desc())
        found: dict[str, Any] | None = self._connection.execute(query.limit(1)).scalar_one_or_none()
        return found

    def mark_sent(self, notice_id: int, way: Literal["mail", "text"]) -> None:
        """It has gone this way."""
        column = NOTICES.c.mailed_at if way == "mail" else NOTICES.c.texted_at
        self._connection.execute(update(NOTICES).where(NOTICES.c.id == notice_id).values({column: self._now}))

    def mark_refused(self, notice_id: int, way: Literal["mail", "text"]) -> bool:
        """It came back from there; False where that is known."""
        column = NOTICES.c.mail_refused_at if way == "mail" else NOTICES.c.text_refused_at
        this = (NOTICES.c.id == notice_id) & column.is_(None)
        return self._connection.execute(update(NOTICES).where(this).values({column: self._now})).rowcount > 0

    def of_customer(self, customer_id: int, *, before: int | None, limit: int) -> list[ToldNotice]:
        """Newest first, `limit` of them below the id `before`."""
        query = select(*_TOLD, *_OF_ORDER).outerjoin(ORDERS, _ITS_ORDER).where(NOTICES.c.customer_id == customer_id)
        if before:
            query = query.where(NOTICES.c.id < before)
        rows = self._connection.execute(query.order_by(NOTICES.c.id.desc()).limit(limit)).mappings()
        return [ToldNotice(**row) for row in rows]

    def find_told(self, customer_id: int, notice_id: int) -> ToldNotice | None:
        """One of a customer's; None also for another's."""
        query = select(*_TOLD, *_OF_ORDER).outerjoin(ORDERS, _ITS_ORDER)
        mine = (NOTICES.c.customer_id == customer_id) & (NOTICES.c.id == notice_id)
        row = self._connection.execute(query.where(mine)).mappings().one_or_none()
        return ToldNotice(**row) if row else None

    def unread(self, customer_id: int) -> int:
        query = select(func.count()).where(NOTICES.c.customer_id == customer_id, NOTICES.c.read_at.is_(None))
        return int(self._connection.execute(query).scalar_one())

    def mark_read(self, customer_id: int, *, only: int | None = None) -> None:
        """All of a customer's, or `only` that one."""
        mine = (NOTICES.c.customer_id == customer_id) & NOTICES.c.read_at.is_(None)
        if only is not None:
            mine &= NOTICES.c.id == only
        self._connection.execute(update(NOTICES).where(mine).values(read_at=self._now))
