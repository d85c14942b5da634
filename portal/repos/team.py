"""Who works in a shop: their accounts, grants, invitations and recovery codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from portal.domain.cases.saved_views import SavedView
from portal.domain.codec import to_plain
from portal.domain.identity.access import Role
from portal.domain.team.member import Member
from portal.models.account import RecoveryCode, Session, Staff, StaffShop
from portal.models.case import Case
from portal.repos.rows import all_rows, row_or_none, value_of
from portal.repos.sessions import OpenSession
from portal.repos.staff_sessions import saved_views

CASES = Case.__table__
CODES = RecoveryCode.__table__
GRANTS = StaffShop.__table__
SESSIONS = Session.__table__
STAFF = Staff.__table__
_SEEN = select(func.max(SESSIONS.c.last_seen_at)).where(SESSIONS.c.staff_id == STAFF.c.id).scalar_subquery()


class Team:
    """`work.team`."""

    def __init__(self, connection: Connection, now: datetime) -> None:
        self._connection, self._now = connection, now

    def members(self, shop_id: int) -> list[Member]:
        """Everybody granted the shop, by login; those who left too."""
        granted = _members().join(GRANTS, GRANTS.c.staff_id == STAFF.c.id).where(GRANTS.c.shop_id == shop_id)
        rows = all_rows(self._connection.execute(granted.order_by(STAFF.c.login)))
        shops = self._shops_of([row["id"] for row in rows])
        return [_member(row, shops[row["id"]]) for row in rows]

    def find(self, shop_id: int, login: str) -> Member | None:
        """None for somebody of another shop."""
        return next((member for member in self.members(shop_id) if member.login == login), None)

    def find_invited(self, invite_hash: str) -> Member | None:
        """Whose invitation it is, over or not; None once it was used or another was made."""
        row = row_or_none(self._connection.execute(_members().where(STAFF.c.invite_hash == invite_hash)))
        return _member(row, self._shops_of([row["id"]])[row["id"]]) if row else None

    def invite(self, staff_id: int, *, invite_hash: str, until: datetime) -> None:
        """The password, the second factor and the company account they had end, with all sessions and codes: they begin
        anew."""
        self.set(staff_id, password_hash="", totp_secret="", totp_step=0, invite_hash=invite_hash, invited_until=until)
        self.set(staff_id, provider_issuer=None, provider_subject=None)
        self._connection.execute(delete(SESSIONS).where(SESSIONS.c.staff_id == staff_id))
        self._connection.execute(delete(CODES).where(CODES.c.staff_id == staff_id))

    def join(self, staff_id: int, invite_hash: str, **values: Any) -> bool:
        """password_hash, totp_secret, totp_step; the invitation is spent. False where it was spent or replaced before:
        one statement, so two at once cannot both win."""
        mine = (STAFF.c.id == staff_id) & (STAFF.c.invite_hash == invite_hash)
        spent = update(STAFF).where(mine).values(values | {"invite_hash": None, "invited_until": None})
        return self._connection.execute(spent).rowcount == 1

    def set(self, staff_id: int, **values: Any) -> None:
        self._connection.execute(update(STAFF).where(STAFF.c.id == staff_id).values(values))

    def set_shops(self, staff_id: int, shop_ids: Sequence[int]) -> None:
        """All of their grants. A session in a shop that is taken away finds nothing from then on."""
        self._connection.execute(delete(GRANTS).where(GRANTS.c.staff_id == staff_id))
        grants = [{"staff_id": staff_id, "shop_id": shop_id} for shop_id in shop_ids]
        self._connection.execute(insert(GRANTS), grants)

    def views_of(self, staff_id: int) -> tuple[SavedView, ...]:
        """Of the queue, in every shop, in the order they were saved in."""
        query = select(STAFF.c.views).where(STAFF.c.id == staff_id)
        return saved_views(self._connection.execute(query).scalar_one())

    def keep_views(self, staff_id: int, views: tuple[SavedView, ...]) -> None:
        self.set(staff_id, views=[to_plain(view) for view in views])

    def set_role(self, staff_id: int, role: Role) -> None:
        self.set(staff_id, role=role)

    def set_recovery_codes(self, staff_id: int, digests: Sequence[str]) -> None:
        """In place of all they had."""
        self._connection.execute(delete(CODES).where(CODES.c.staff_id == staff_id))
        self._connection.execute(insert(CODES), [{"staff_id": staff_id, "digest": digest} for digest in digests])

    def spend_recovery_code(self, staff_id: int, digests: Sequence[str]) -> bool:
        """False where it is none of theirs, or spent: one statement, so two at once cannot both win."""
        mine = (CODES.c.staff_id == staff_id) & CODES.c.digest.in_(digests) & CODES.c.used_at.is_(None)
        return self._connection.execute(update(CODES).where(mine).values(used_at=self._now)).rowcount == 1

    def count_recovery_codes(self, staff_id: int) -> int:
        """Those that are left."""
        mine = (CODES.c.staff_id == staff_id) & CODES.c.used_at.is_(None)
        return int(self._connection.execute(select(func.count()).select_from(CODES).where(mine)).scalar_one())

    def sessions_of(self, staff_id: int, *, seen_after: datetime) -> list[OpenSession]:
        """Those that still work, the newest first."""
        shown = [SESSIONS.c[field.name] for field in fields(OpenSession)]
        live = (SESSIONS.c.expires_at > self._now) & (SESSIONS.c.last_seen_at > seen_after)
        own = (SESSIONS.c.staff_id == staff_id) & (SESSIONS.c.kind == "staff")
        query = select(*shown).where(own, live).order_by(SESSIONS.c.id.desc())
        return [value_of(OpenSession, row) for row in all_rows(self._connection.execute(query))]

    def end_other_sessions(self, staff_id: int, *, but: int) -> int:
        """How many there were beside the one that is kept."""
        others = (SESSIONS.c.staff_id == staff_id) & (SESSIONS.c.id != but)
        return self._connection.execute(delete(SESSIONS).where(others)).rowcount

    def cases_of(self, staff_id: int, shop_id: int, *, limit: int) -> list[str]:
        """Numbers of open cases that are theirs."""
        mine = (CASES.c.assignee_id == staff_id) & (CASES.c.shop_id == shop_id) & CASES.c.closed_at.is_(None)
        query = select(CASES.c.case_no).where(mine).order_by(CASES.c.id).limit(limit)
        return list(self._connection.execute(query).scalars())

    def _shops_of(self, staff_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
        query = select(GRANTS.c.staff_id, GRANTS.c.shop_id).where(GRANTS.c.staff_id.in_(staff_ids))
        found: dict[int, tuple[int, ...]] = dict.fromkeys(staff_ids, ())
        for row in self._connection.execute(query.order_by(GRANTS.c.shop_id)):
            found[row.staff_id] += (row.shop_id,)
        return found


def _members() -> Select[Any]:
    shown = "id login role mail password_hash provider_subject invited_until disabled_at away_until".split()
    return select(*(STAFF.c[name] for name in shown), _SEEN.label("seen_at"))


def _member(row: Any, shop_ids: tuple[int, ...]) -> Member:
    return Member(
        id=row["id"],
        login=row["login"],
        role=row["role"],
        mail=row["mail"] or "",
        has_joined=bool(row["password_hash"] or row["provider_subject"]),
        is_linked=bool(row["provider_subject"]),
        has_password=bool(row["password_hash"]),
        invited_until=row["invited_until"],
        disabled_at=row["disabled_at"],
        away_until=row["away_until"],
        seen_at=row["seen_at"],
        shop_ids=shop_ids,
    )
