"""团队: who works in the shop, one of them, and the reader's own account."""

from __future__ import annotations

from datetime import datetime

from portal.domain.errors import NotFound
from portal.domain.identity.access import Actor, may
from portal.domain.messages.staff_notices import DEFAULTS
from portal.domain.team.member import Member, refused_end, state_of
from portal.pages.values.accounts import SessionRow
from portal.pages.values.team import MemberPage, MemberRow, StaffAccountPage, TeamPage
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading
from portal.services.identity.staff_visits import STAFF_IDLE

_COUNTED = 1_000


def team_page(*, actor: Actor, deps: Deps) -> TeamPage:
    """Who works, by login; then those who left."""
    with reading(deps) as work:
        members = work.team.members(actor.shop_id)
        shops = work.staff_sessions.shops_of(actor.id)
        now = work.now
    names = {shop.id: shop.name for shop in shops}
    ordered = sorted(members, key=lambda member: (member.disabled_at is not None, member.login))
    return TeamPage(
        members=tuple(_row(member, names, now) for member in ordered),
        may_act=may(actor, "write", "team"),
        shops=tuple((shop.key, shop.name) for shop in shops),
    )


def member_page(*, login: str, actor: Actor, deps: Deps) -> MemberPage:
    """Raises NotFound for somebody of another shop."""
    with reading(deps) as work:
        members = work.team.members(actor.shop_id)
        member = next((one for one in members if one.login == login), None)
        if member is None:
            raise NotFound("staff")
        shops = work.staff_sessions.shops_of(actor.id)
        cases = len(work.team.cases_of(member.id, actor.shop_id, limit=_COUNTED))
        now = work.now
    return MemberPage(
        row=_row(member, {shop.id: shop.name for shop in shops}, now),
        may_act=may(actor, "write", "team"),
        is_self=member.id == actor.id,
        may_end=refused_end(member, by=actor.id, members=members) is None,
        keys=tuple(shop.key for shop in shops if shop.id in member.shop_ids),
        shops=tuple((shop.key, shop.name) for shop in shops),
        colleagues=tuple(one.login for one in members if one.id != member.id and _answers(one, actor, now)),
        cases=cases,
    )


def staff_account_page(*, actor: Actor, session_id: int, deps: Deps) -> StaffAccountPage:
    """Raises NotFound."""
    with reading(deps) as work:
        member = _own(work, actor)
        sessions = work.team.sessions_of(actor.id, seen_after=work.now - STAFF_IDLE)
        codes = work.team.count_recovery_codes(actor.id)
        wanted = work.staff_notes.wanted(actor.id)
    return StaffAccountPage(
        notices=tuple((group, wanted.get(group, how)) for group, how in DEFAULTS.items()),
        login=member.login,
        role=member.role,
        mail=member.mail,
        codes=codes,
        is_linked=member.is_linked,
        has_password=member.has_password,
        sessions=tuple(
            SessionRow(
                id=one.id,
                place=one.place,
                since=one.created_at,
                seen=one.last_seen_at,
                is_this=one.id == session_id,
            )
            for one in sessions
        ),
    )


def _own(work: UnitOfWork, actor: Actor) -> Member:
    member = next((one for one in work.team.members(actor.shop_id) if one.id == actor.id), None)
    if member is None:
        raise NotFound("staff")
    return member


def _row(member: Member, names: dict[int, str], now: datetime) -> MemberRow:
    state = state_of(member, now)
    until = {"invited": member.invited_until, "away": member.away_until, "disabled": member.disabled_at}.get(state)
    return MemberRow(
        login=member.login,
        role=member.role,
        mail=member.mail,
        state=state,
        until=until,
        seen_at=member.seen_at,
        shops=tuple(names[shop_id] for shop_id in member.shop_ids if shop_id in names),
    )


def _answers(member: Member, actor: Actor, now: datetime) -> bool:
    theirs = Actor(kind="staff", shop_id=actor.shop_id, id=member.id, role=member.role)
    return state_of(member, now) == "active" and may(theirs, "write", "cases")
