"""Who works in a shop: what an account is at a moment, and which changes of it are refused.

Nobody locks themselves out, and no shop is left without somebody who can let others in (SECURITY, access).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from portal.domain.identity.access import Role

INVITATION_LIFE = timedelta(hours=72)
RECOVERY_CODES = 10
MemberState = Literal["disabled", "invited", "invitation_over", "away", "active"]
RefusedChange = Literal["self", "last_admin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody granted a shop. `has_joined`: they have set a password or come with a company account (`is_linked`), and
    have a second factor; until then `invited_until` is the end of their invitation. `away_until`: nothing is given to
    them before. Moments are aware UTC."""

    id: int
    login: str
    role: Role
    mail: str
    has_joined: bool
    invited_until: datetime | None
    disabled_at: datetime | None
    away_until: datetime | None
    seen_at: datetime | None = None
    shop_ids: tuple[int, ...] = ()
    is_linked: bool = False
    has_password: bool = False


def state_of(member: Member, now: datetime) -> MemberState:
    """What keeps them out comes first."""
    if member.disabled_at:
        return "disabled"
    if not member.has_joined:
        is_over = member.invited_until is None or member.invited_until <= now
        return "invitation_over" if is_over else "invited"
    return "away" if member.away_until and member.away_until > now else "active"


def refused_change(
    member: Member, *, by: int, role: Role, shop_ids: Sequence[int], members: Sequence[Member], shop_id: int
) -> RefusedChange | None:
    """Whether `member` may become `role` in `shop_ids`; `by` is the staff id of who changes it, `members` all of the
    shop `shop_id`. None where nothing stands against it.

    `self`: nobody changes their own role or takes their own shop away. `last_admin`: the shop would have no
    administrator left who can sign in.
    """
    stays_admin = role == "admin" and shop_id in shop_ids
    if member.id == by and (role != member.role or shop_id not in shop_ids):
        return "self"
    return None if stays_admin or _has_other_admin(member, members) else "last_admin"


def refused_end(member: Member, *, by: int, members: Sequence[Member]) -> RefusedChange | None:
    """Whether `member` may be disabled, or have their second factor and password taken; as `refused_change`."""
    if member.id == by:
        return "self"
    return None if _has_other_admin(member, members) else "last_admin"


def _has_other_admin(member: Member, members: Sequence[Member]) -> bool:
    """True as well where `member` is none that counts: then nothing is lost by it."""
    counts = [one for one in members if one.role == "admin" and one.has_joined and not one.disabled_at]
    return member.id not in {one.id for one in counts} or len(counts) > 1
