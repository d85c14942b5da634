"""Sessions of staff: found with the person and the shop they are in, switched between granted shops, codes spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, select, update

from portal.domain.cases.drafts import Draft
from portal.domain.cases.saved_views import SavedView
from portal.domain.codec import from_plain
from portal.domain.identity.access import Actor, Role
from portal.domain.macros.macro import Macro
from portal.models.account import Session, Staff, StaffShop
from portal.models.desk import DeskDraft, DeskPresence
from portal.models.shop import Shop, ShopHost
from portal.repos.accounts import StaffAccount
from portal.repos.desk_drafts import draft_of
from portal.repos.macros import macros_in, with_macros
from portal.repos.rows import all_rows, row_or_none, value_of

SESSIONS = Session.__table__
STAFF = Staff.__table__
GRANTS = StaffShop.__table__
SHOPS = Shop.__table__
DRAFTS = DeskDraft.__table__
PRESENCES = DeskPresence.__table__
HOSTS = ShopHost.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundStaffSession:
    """A session of staff. `grants`: how many shops they may enter; `host_shop_id` as of customers' sessions."""

    id: int
    shop_id: int
    staff_id: int
    locale: str
    last_seen_at: datetime
    expires_at: datetime
    login: str
    role: Role
    shop_version: int
    grants: int
    host_shop_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantedShop:
    """A shop that somebody may enter."""

    id: int
    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody granted a shop; `disabled_at`: since when they are gone; `is_away`: they told when they are back;
    `views`: of the queue, that they have saved in any shop."""

    id: int
    login: str
    role: Role
    mail: str | None
    disabled_at: datetime | None
    is_away: bool
    views: tuple[SavedView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskColleague(Colleague):
    """The same at the desk of a case; `draft`: of the reader alone; `seen_at`: when they had the case open last."""

    draft: Draft
    seen_at: datetime | None


def saved_views(rows: list[Any]) -> tuple[SavedView, ...]:
    """As they stand with a member of staff."""
    return tuple(from_plain(SavedView, row) for row in rows)


class StaffSessions:
    """`work.staff_sessions`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def find(self, token_hash: str, hosts: tuple[str, ...]) -> FoundStaffSession | None:
        """The session with its person, its shop's version, how many shops they are granted, and the shop of `hosts`.

        None as well where the account was disabled or the grant of that shop taken back. Age is not judged.
        """
        theirs = GRANTS.alias()
        grants = select(func.count()).where(theirs.c.staff_id == STAFF.c.id).scalar_subquery()
        by_host = select(HOSTS.c.shop_id).where(HOSTS.c.host.in_(hosts)).limit(1).scalar_subquery()
        granted = and_(GRANTS.c.staff_id == SESSIONS.c.staff_id, GRANTS.c.shop_id == SESSIONS.c.shop_id)
        query = (
            select(
                SESSIONS.c.id,
                SESSIONS.c.shop_id,
                SESSIONS.c.staff_id,
                SESSIONS.c.locale,
                SESSIONS.c.last_seen_at,
                SESSIONS.c.expires_at,
                STAFF.c.login,
                STAFF.c.role,
                SHOPS.c.version.label("shop_version"),
                grants.label("grants"),
                by_host.label("host_shop_id"),
            )
            .join(STAFF, STAFF.c.id == SESSIONS.c.staff_id)
            .join(GRANTS, granted)
            .join(SHOPS, SHOPS.c.id == SESSIONS.c.shop_id)
            .where(SESSIONS.c.token_hash == token_hash, SESSIONS.c.kind == "staff", STAFF.c.disabled_at.is_(None))
        )
        row = row_or_none(self._connection.execute(query))
        return value_of(FoundStaffSession, row) if row else None

    def get(self, staff_id: int) -> StaffAccount | None:
        """The account that a code is typed for; None where it was disabled meanwhile."""
        query = select(STAFF).where(STAFF.c.id == staff_id, STAFF.c.disabled_at.is_(None))
        row = row_or_none(self._connection.execute(query))
        return value_of(StaffAccount, row) if row else None

    def shops_of(self, staff_id: int) -> list[GrantedShop]:
        """The shops granted, the oldest first."""
        query = select(SHOPS.c.id, SHOPS.c.key, SHOPS.c.name).join(GRANTS, GRANTS.c.shop_id == SHOPS.c.id)
        rows = all_rows(self._connection.execute(query.where(GRANTS.c.staff_id == staff_id).order_by(SHOPS.c.id)))
        return [value_of(GrantedShop, row) for row in rows]

    def colleagues(self, shop_id: int) -> list[Colleague]:
        """Everybody granted the shop, those who left too."""
        rows = all_rows(self._connection.execute(self._colleagues(shop_id)))
        return [value_of(Colleague, {**row, "views": saved_views(row["views"])}) for row in rows]

    def colleagues_at(self, case_id: int, reader: Actor) -> tuple[list[DeskColleague], tuple[Macro, ...]]:
        """The same with what the desk of a case keeps for its reader, and the macros they see: one statement, with a
        row for each of these."""
        mine = and_(DRAFTS.c.case_id == case_id, DRAFTS.c.staff_id == STAFF.c.id, STAFF.c.id == reader.id)
        seen = and_(PRESENCES.c.case_id == case_id, PRESENCES.c.staff_id == STAFF.c.id)
        query = self._colleagues(reader.shop_id).add_columns(DRAFTS.c.parts, PRESENCES.c.seen_at)
        query = query.outerjoin(DRAFTS, mine).outerjoin(PRESENCES, seen)
        rows = all_rows(self._connection.execute(with_macros(query, reader)))
        people = {
            row["id"]: value_of(
                DeskColleague, {**row, "views": saved_views(row["views"]), "draft": draft_of(row["parts"])}
            )
            for row in rows
        }
        return list(people.values()), macros_in(rows)

    def colleagues_looking(self, shop_id: int, since: datetime) -> tuple[list[Colleague], dict[int, tuple[int, ...]]]:
        """The same, and who has which cases open since then: ids of people by the id of the case. One statement."""
        seen = and_(PRESENCES.c.staff_id == STAFF.c.id, PRESENCES.c.shop_id == shop_id, PRESENCES.c.seen_at >= since)
        query = self._colleagues(shop_id).add_columns(PRESENCES.c.case_id).outerjoin(PRESENCES, seen)
        people: dict[int, Colleague] = {}
        looking: dict[int, tuple[int, ...]] = {}
        for row in all_rows(self._connection.execute(query)):
            people.setdefault(row["id"], value_of(Colleague, {**row, "views": saved_views(row["views"])}))
            if row["case_id"] is not None:
                looking[row["case_id"]] = (*looking.get(row["case_id"], ()), row["id"])
        return list(people.values()), looking

    def _colleagues(self, shop_id: int) -> Select[Any]:
        is_away = and_(STAFF.c.away_until.is_not(None), STAFF.c.away_until > self._now).label("is_away")
        shown = (STAFF.c.id, STAFF.c.login, STAFF.c.role, STAFF.c.mail, STAFF.c.disabled_at, is_away, STAFF.c.views)
        query = select(*shown).join(GRANTS, GRANTS.c.staff_id == STAFF.c.id).where(GRANTS.c.shop_id == shop_id)
        return query.order_by(STAFF.c.login)

    def switch(self, session_id: int, shop_id: int) -> None:
        self._connection.execute(update(SESSIONS).where(SESSIONS.c.id == session_id).values(shop_id=shop_id))

    def spend_step(self, staff_id: int, step: int) -> bool:
        """False where this code, or a later one, was spent before: one statement, so two at once cannot both win."""
        unspent = (STAFF.c.id == staff_id) & (STAFF.c.totp_step < step)
        return self._connection.execute(update(STAFF).where(unspent).values(totp_step=step)).rowcount == 1
