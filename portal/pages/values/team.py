"""Who works in a shop, as the staff see it; and one's own account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.identity.access import Role
from portal.domain.returning.slip import Drawing
from portal.domain.team.member import MemberState
from portal.pages.values.accounts import SessionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    """`until`: the end of an invitation or an absence, None for neither. `shops`: names, of those the reader knows."""

    login: str
    role: Role
    mail: str
    state: MemberState
    until: datetime | None
    seen_at: datetime | None
    shops: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """Everybody of the shop, those who left last. `may_act`: the reader may change them. `shops`: key and name of
    those that the reader may let others into."""

    members: tuple[MemberRow, ...]
    may_act: bool
    shops: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberPage:
    """One of them. `may_end`: they are neither the reader nor the shop's last administrator. `keys`: of the reader's
    shops those they may enter; `colleagues`: logins that their cases can go to; `cases`: how many are theirs now."""

    row: MemberRow
    may_act: bool
    is_self: bool
    may_end: bool
    keys: tuple[str, ...]
    shops: tuple[tuple[str, str], ...]
    colleagues: tuple[str, ...]
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """A link that was just made for somebody. `address` is seen this once, "" where it was seen before."""

    login: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinPage:
    """What who was invited sees: the authenticator's secret as a picture and to type. `address`: the link's own."""

    address: str
    login: str
    secret: str
    qr: Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAccountPage:
    """One's own account. sessions: the newest first; `codes`: how many recovery codes are left; `is_linked`: to a
    company account, `has_password`: there is one of ours; `notices`: groups of mails with how they are sent."""

    login: str
    role: Role
    mail: str
    codes: int
    sessions: tuple[SessionRow, ...]
    notices: tuple[tuple[str, str], ...] = ()
    is_linked: bool = False
    has_password: bool = True
