"""Who was invited, or whose access was reset, makes a password and a second factor of their own."""

from __future__ import annotations

from portal.domain.errors import Expired, Invalid
from portal.domain.identity.access import Actor
from portal.domain.identity.passwords import password_problem
from portal.domain.team.member import RECOVERY_CODES, Member, state_of
from portal.domain.typed import typed_digits
from portal.ports import Deps
from portal.repos.unit_of_work import UnitOfWork, reading, unit_of_work
from portal.services.identity.recovery_codes import digest_of, new_codes
from portal.services.identity.visits import hash_token
from portal.services.team.note_member import note_member


def invited(*, token: str, deps: Deps) -> Member:
    """Whose link it is. Raises Expired for one that was used, replaced, taken back, or is over."""
    with reading(deps) as work:
        return _invited(work, token)


def join(*, token: str, password: str, totp_secret: str, code: str, deps: Deps) -> tuple[str, ...]:
    """Recovery codes, shown this once; the link is spent. `totp_secret` (base32) is the one whose QR code was shown,
    `code` what the authenticator makes of it now: so nobody ends up with an authenticator that does not work.

    Errors: Expired, Invalid (password: too_short, too_long, is_login, common; code: wrong).
    """
    with reading(deps) as work:
        login = _invited(work, token).login
    is_easy = deps.passwords.is_easy_to_guess(password)
    problems = []
    if wrong := password_problem(password, logins=(login,), is_easy_to_guess=is_easy):
        problems.append(("password", wrong))
    step = deps.one_time_passwords.matching_step(totp_secret, typed_digits(code), deps.clock.now())
    if step is None:
        problems.append(("code", "wrong"))
    if problems:
        raise Invalid(tuple(problems))
    # Between transactions: a hash takes as long as a page does, and longer.
    hashed = deps.passwords.hash(password)
    codes = new_codes(RECOVERY_CODES, deps)
    with unit_of_work(deps) as work:
        member = _invited(work, token)
        sealed = deps.vault.encrypt("totp", totp_secret)
        if not work.team.join(member.id, hash_token(token), password_hash=hashed, totp_secret=sealed, totp_step=step):
            raise Expired("invitation")
        work.team.set_recovery_codes(member.id, [digest_of(member.id, code, deps) for code in codes])
        who = Actor(kind="staff", shop_id=0, id=member.id, role=member.role)
        note_member(work, who, member.id, "joined", member.shop_ids)
    return codes


def _invited(work: UnitOfWork, token: str) -> Member:
    member = work.team.find_invited(hash_token(token))
    if member is None or state_of(member, work.now) != "invited":
        raise Expired("invitation")
    return member
