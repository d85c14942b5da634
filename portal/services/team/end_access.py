"""Somebody is out at once: disabled, signed out everywhere, or given a new link in place of lost credentials."""

from __future__ import annotations

from portal.domain.codec import fingerprint
from portal.domain.errors import Conflict
from portal.domain.identity.access import Actor
from portal.domain.sent import RequestKey
from portal.domain.team.member import INVITATION_LIFE, refused_end
from portal.domain.team.results import MemberChanged, MemberReset
from portal.ports import Deps
from portal.repos.unit_of_work import unit_of_work
from portal.services.identity.fresh_code import FreshCode, counting_wrong_codes, spend_code
from portal.services.identity.visits import hash_token
from portal.services.notify_staff import notify_admins
from portal.services.team.change_member import hand_over_cases, lock_member
from portal.services.team.note_member import note_member


def disable_member(*, login: str, actor: Actor, request_id: RequestKey, deps: Deps) -> MemberChanged:
    """Their sessions end, no password or code lets them in, and their open cases go back into the queues of all their
    shops. Errors: Forbidden, NotFound, Conflict (self, last_admin)."""
    with unit_of_work(deps) as work:
        digest = fingerprint(["disable", login])
        if done := work.requests.claim(actor, request_id, digest, MemberChanged):
            return done
        member, members = lock_member(work, actor, login)
        if refusal := refused_end(member, by=actor.id, members=members):
            raise Conflict(refusal)
        work.accounts.set_staff(member.id, disabled_at=member.disabled_at or work.now)
        for shop_id in member.shop_ids:
            hand_over_cases(work, member.id, shop_id, to=None)
        note_member(work, actor, member.id, "disabled", member.shop_ids)
        return work.requests.finish(actor, request_id, MemberChanged(login=login, what="disabled"))


def enable_member(*, login: str, actor: Actor, request_id: RequestKey, deps: Deps) -> MemberChanged:
    """In again, with the password and second factor they had. Errors: Forbidden, NotFound."""
    with unit_of_work(deps) as work:
        digest = fingerprint(["enable", login])
        if done := work.requests.claim(actor, request_id, digest, MemberChanged):
            return done
        member, _members = lock_member(work, actor, login)
        work.team.set(member.id, disabled_at=None)
        note_member(work, actor, member.id, "enabled", member.shop_ids)
        return work.requests.finish(actor, request_id, MemberChanged(login=login, what="enabled"))


def sign_out_member(*, login: str, actor: Actor, request_id: RequestKey, deps: Deps) -> MemberChanged:
    """Everywhere: a desk that was left open, a stolen laptop. Errors: Forbidden, NotFound."""
    with unit_of_work(deps) as work:
        digest = fingerprint(["sign_out", login])
        if done := work.requests.claim(actor, request_id, digest, MemberChanged):
            return done
        member, _members = lock_member(work, actor, login)
        work.accounts.end_staff_sessions(member.id)
        note_member(work, actor, member.id, "signed_out", member.shop_ids)
        return work.requests.finish(actor, request_id, MemberChanged(login=login, what="signed_out"))


def reset_member(*, login: str, typed: FreshCode, actor: Actor, request_id: RequestKey, deps: Deps) -> tuple[str, str]:
    """Their login and the token of a new link, as when they were invited: password, second factor, recovery codes and
    sessions end. Also for an invitation that is over. Errors: as `disable_member`, WrongCode, TooMany."""
    token = deps.random.token()
    with counting_wrong_codes(actor, typed, deps), unit_of_work(deps) as work:
        digest = fingerprint(["reset", login])
        if work.requests.claim(actor, request_id, digest, MemberReset):
            return login, ""
        member, members = lock_member(work, actor, login)
        if refusal := refused_end(member, by=actor.id, members=members):
            raise Conflict(refusal)
        spend_code(work, actor, typed, deps)
        work.team.invite(member.id, invite_hash=hash_token(token), until=work.now + INVITATION_LIFE)
        note_member(work, actor, member.id, "reset", member.shop_ids)
        notify_admins(work, "member_reset", actor, about=login, page="team")
        work.requests.finish(actor, request_id, MemberReset(login=login))
    return login, token
