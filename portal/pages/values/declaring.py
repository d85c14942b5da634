"""撤回合同 for anybody, its acknowledgement, and declarations as staff see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.policy.legal_buttons import LegalButtons
from portal.pages.values.cancelling import Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaringPage:
    """step: ask, confirm. `country`: whose law words the buttons, "" where the shop's or the reader's does."""

    shop_name: str
    step: str
    buttons: LegalButtons
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedPage:
    """An acknowledgement. `held`: signed, written, broken. The templates mask who declared; of what was typed only an
    order's number is shown, since anybody may have typed anything."""

    public_id: str
    made_at: datetime
    held: str
    name: str = ""
    contact: str = ""
    order_no: str = ""
    is_part: bool = False
    zone: str = ""
    signed_on: str = ""
    is_erased: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRow:
    """As on a row: `order` and `case_no` that it was matched to, "" for none; `order_no` as it was typed."""

    public_id: str
    made_at: datetime
    state: str
    why: str
    name: str
    order_no: str
    contact: str
    lines: str
    order: str
    case_no: str
    reason: str
    handled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationsPage:
    """Those that wait, the oldest first, then the newest of the others; at most 100 of each."""

    waiting: tuple[DeclarationRow, ...]
    handled: tuple[DeclarationRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationPage:
    """One of them. `unmasked`: in clear, once."""

    row: DeclarationRow
    may_act: bool
    unmasked: bool = False
    changed: Changed | None = None
