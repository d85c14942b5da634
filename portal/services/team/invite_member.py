"""Somebody is invited: an account without password, and a link that is shown once and lets them make one."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.codec import fingerprint
from portal.domain.errors import Forbidden, Invalid
from portal.domain.identity.access import Actor, Role, may
from portal.domain.sent import RequestKey
from portal.domain.team.member import INVITATION_LIFE
from portal.domain.team.results import MemberInvited
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, unit_of_work
from portal.services.identity.fresh_code import FreshCode, counting_wrong_codes, spend_code
from portal.services.identity.visits import hash_token
from portal.services.notify_staff import notify_admins
from portal.services.team.note_member import note_member


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """`shop_keys`: the shops they may enter, of those that whoever invites may enter."""

    login: str
    mail: str
    role: Role
    shop_keys: tuple[str, ...]


def invite_member(
    *, actor: Actor, invitation: Invitation, typed: FreshCode, request_id: RequestKey, deps: Deps
) -> tuple[str, str]:
    """Their login, and the token of the link: shown this once, "" where the same form came before.

    Whoever invites types a code of this moment, as for whatever lets somebody in; other administrators are told.
    Errors: Forbidden, Invalid (login: taken; shops: not_granted), WrongCode, TooMany, Reused.
    """
    if not may(actor, "write", "team"):
        raise Forbidden("team")
    token = deps.random.token()
    with counting_wrong_codes(actor, typed, deps), unit_of_work(deps) as work:
        digest = fingerprint(["invite", invitation.login, invitation.mail, invitation.role, invitation.shop_keys])
        if done := work.requests.claim(actor, request_id, digest, MemberInvited):
            return done.login, ""
        shop_ids = granted_ids(work, actor, invitation.shop_keys)
        spend_code(work, actor, typed, deps)
        staff_id = work.accounts.add_staff(
            shop_ids,
            login=invitation.login,
            role=invitation.role,
            mail=invitation.mail or None,
            password_hash="",
            totp_secret="",
        )
        work.team.invite(staff_id, invite_hash=hash_token(token), until=work.now + INVITATION_LIFE)
        note_member(work, actor, staff_id, "invited", shop_ids, role=invitation.role)
        notify_admins(work, "member_invited", actor, about=invitation.login, page="team")
        work.requests.finish(actor, request_id, MemberInvited(login=invitation.login))
    return invitation.login, token


def granted_ids(work: UnitOfWork, actor: Actor, keys: tuple[str, ...]) -> tuple[int, ...]:
    """Ids of shops that `actor` may enter. Raises Invalid (shops: required, not_granted)."""
    if not keys:
        raise Invalid((("shops", "required"),))
    granted = {shop.key: shop.id for shop in work.staff_sessions.shops_of(actor.id)}
    if not granted.keys() >= set(keys):
        raise Invalid((("shops", "not_granted"),))
    return tuple(sorted(granted[key] for key in keys))
