"""What somebody may do, and in which shops; and when they are away."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden, Invalid, NotFound
from portal.domain.identity.access import Actor, Role, may
from portal.domain.sent import RequestKey
from portal.domain.team.member import Member, refused_change
from portal.domain.team.results import MemberChanged
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.team.invite_member import granted_ids
from portal.services.team.note_member import note_member


def change_member(
    *, login: str, role: Role, shop_keys: tuple[str, ...], actor: Actor, request_id: RequestKey, deps: Deps
) -> MemberChanged:
    """Their role, and which of the actor's shops they may enter; grants of other shops stay.

    A role holds in all of their shops. Errors: Forbidden, NotFound, Invalid (shops: required, not_granted; role: self,
    last_admin).
    """
    with unit_of_work(deps) as work:
        digest = fingerprint(["change_member", login, role, list(shop_keys)])
        if done := work.requests.claim(actor, request_id, digest, MemberChanged):
            return done
        member, members = lock_member(work, actor, login)
        mine = {shop.id for shop in work.staff_sessions.shops_of(actor.id)}
        kept = [shop_id for shop_id in member.shop_ids if shop_id not in mine]
        shop_ids = tuple(sorted({*kept, *granted_ids(work, actor, shop_keys)}))
        refusal = refused_change(
            member, by=actor.id, role=role, shop_ids=shop_ids, members=members, shop_id=actor.shop_id
        )
        if refusal:
            raise Invalid((("role", refusal),))
        work.team.set_role(member.id, role)
        work.team.set_shops(member.id, shop_ids)
        noted = sorted({*member.shop_ids, *shop_ids})
        note_member(work, actor, member.id, "changed", noted, role=role, shops=list(shop_ids))
        return work.requests.finish(actor, request_id, MemberChanged(login=login, what="changed"))


def set_away(
    *, login: str, until: datetime | None, to: str, actor: Actor, request_id: RequestKey, deps: Deps
) -> MemberChanged:
    """Until then (aware UTC) they are away, None: here again. Their open cases of this shop go to the colleague `to`,
    "" back into the queue, by a job. Errors: Forbidden, NotFound, Invalid (to: unknown)."""
    with unit_of_work(deps) as work:
        digest = fingerprint(["away", login, until, to])
        if done := work.requests.claim(actor, request_id, digest, MemberChanged):
            return done
        member, members = lock_member(work, actor, login)
        receiver = next((one for one in members if one.login == to and to != login), None)
        if to and (receiver is None or not _may_answer(receiver, actor.shop_id)):
            raise Invalid((("to", "unknown"),))
        work.team.set(member.id, away_until=until)
        what: Literal["away", "back"] = "away" if until else "back"
        note_member(work, actor, member.id, what, [actor.shop_id])
        if until:
            hand_over_cases(work, member.id, actor.shop_id, to=receiver.id if receiver else None)
        return work.requests.finish(actor, request_id, MemberChanged(login=login, what=what))


def lock_member(work: UnitOfWork, actor: Actor, login: str) -> tuple[Member, list[Member]]:
    """The member and everybody of the shop, held so that two changes at once cannot leave it without administrator.
    Raises Forbidden, NotFound."""
    if not may(actor, "write", "team"):
        raise Forbidden("team")
    work.shops.lock(actor.shop_id)
    members = work.team.members(actor.shop_id)
    member = next((one for one in members if one.login == login), None)
    if member is None:
        raise NotFound("staff")
    return member, members


def hand_over_cases(work: UnitOfWork, staff_id: int, shop_id: int, *, to: int | None) -> None:
    """In the caller's transaction: a job does it, since there may be hundreds."""
    work.jobs.enqueue("hand_over_cases", {"staff": staff_id, "shop": shop_id, "to": to})


def _may_answer(member: Member, shop_id: int) -> bool:
    actor = Actor(kind="staff", shop_id=shop_id, id=member.id, role=member.role)
    return member.has_joined and not member.disabled_at and may(actor, "write", "cases")
