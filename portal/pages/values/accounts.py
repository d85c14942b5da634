"""The frame of every page, signing in, notices, help, contact, account and errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.domain.credit.ledger import Balance, CreditEntry
from portal.domain.messages.notice_choice import Way
from portal.domain.money import Money
from portal.domain.policy.legal_buttons import LegalButtons
from portal.pages.values.cancelling import Changed


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopContact:
    """How the shop can be reached; empty where it has not said."""

    name: str
    phone: str = ""
    hours: str = ""
    mail: str = ""
    complaint_line: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActedFor:
    """Staff read these pages in a customer's place: `by`, their login; `name` masked; `order_no` of a guest's order;
    `end`: where the button that ends it posts."""

    by: str
    name: str
    order_no: str
    end: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What the layouts show around a page: the context variable `shell`. `shop` is None before one is known.

    home, contact and help are addresses, given here because an error page may stand outside every blueprint.
    unread: notices not yet read. shop_key: carried as `?shop=` on public pages where the host does not say which shop.
    path: this page's own address with its query, for coming back after a change of language. new_tab: where
    在新窗口打开 leads, "" outside a frame. locale: BCP 47, zh-Hans or en. is_staff: theirs. is_framed: below /embed/;
    has_lists: of orders and cases, which a guest has not; has_account: all of it is theirs, not some orders only.
    is_lent: a tab that a frame opened for some orders.
    withdraw: where 撤回合同 is, "" where the shop does not lead there; buttons: its words.
    behalf: staff act in the customer's place. origins: the sites that may frame it. mode: auto, light, dark.
    is_sandbox: no refund here is real.
    """

    shop: ShopContact | None
    is_signed_in: bool = False
    unread: int = 0
    shop_key: str = ""
    path: str = ""
    new_tab: str = ""
    home: str = ""
    contact: str = ""
    help: str = ""
    withdraw: str = ""
    buttons: LegalButtons | None = None
    locale: str = "zh-Hans"
    is_staff: bool = False
    is_framed: bool = False
    has_lists: bool = False
    has_account: bool = False
    is_by_ticket: bool = False
    origins: tuple[str, ...] = ()
    behalf: ActedFor | None = None
    mode: str = "auto"
    is_sandbox: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPage:
    """Both ways in. `is_expired`: a session ended while something was being typed (WORDS 9). has_codes: a code alone
    lets in."""

    shop_name: str
    has_codes: bool = True
    is_expired: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPage:
    """A code is on its way, or would be: the same words whether or not the account exists. may_resend: another one can
    be asked for, from when on says `resend_at`, None for at once. is_remembered: they asked to stay signed in."""

    login: str
    may_resend: bool = True
    resend_at: datetime | None = None
    is_remembered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FindOrderPage:
    """A guest's search. step: ask, code. `resend_at`: when another code may be asked for, None for at once."""

    shop_name: str
    step: str = "ask"
    resend_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """A notice in the reader's language, as it was mailed."""

    id: int
    at: datetime
    subject: str
    body: str
    order_no: str = ""
    case_no: str = ""
    is_new: bool = False
    zone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticesPage:
    """Newest first; `next_after` is the cursor of the next page, "" on the last."""

    notices: tuple[NoticeRow, ...]
    next_after: str = ""
    is_first: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSettingsPage:
    """Groups of notices that can be switched off, the ways they are sent, and which are on by way. unreachable: ways
    for which the shop knows no address of the customer."""

    groups: tuple[str, ...]
    ways: tuple[Way, ...]
    on: Mapping[Way, tuple[str, ...]]
    unreachable: tuple[Way, ...] = ()
    returned: tuple[Way, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPage:
    """联系我们, with the order's facts filled in where the reader came from one (and owns it)."""

    shop: ShopContact
    order_no: str = ""
    order_state: str = ""
    order_total: Money | None = None
    case_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRow:
    """Where somebody is signed in: `place` tab or frame; `is_this`: where the page is read; `until`: where they asked
    to stay signed in, for how long, None elsewhere."""

    id: int
    place: str
    since: datetime
    seen: datetime
    is_this: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPage:
    """The customer's own data, in clear; the templates mask it. sessions: the newest first. has_credit: the shop gives
    credit, or the customer has some; balances: one for each currency, entries: the newest first."""

    customer_no: str
    name: str = ""
    phone: str = ""
    mail: str = ""
    has_password: bool = False
    sessions: tuple[SessionRow, ...] = ()
    has_credit: bool = False
    balances: tuple[Balance, ...] = ()
    entries: tuple[CreditEntry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseShopPage:
    """Several shops and none is meant: the page asks for the shop's key. `wrong`: what was typed and not found."""

    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """status: 400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 503. reference: the request's number, to be read out.

    seconds: until another try is welcome (429). back: an address of ours to return to, or "". changed: 409.
    again, typed: where the same submission can be sent once more, and its fields (name, value) in clear.
    onward: where a form that was kept waits, by way of signing in. is_opened: nothing was submitted.
    code: csrf, again, kept, signed_out (403), origin (403), role (403), reused (422), link (410),
    archived, archived_staff (409).
    """

    status: int
    reference: str = ""
    seconds: int = 0
    back: str = ""
    code: str = ""
    changed: Changed | None = None
    again: str = ""
    typed: tuple[tuple[str, str], ...] = ()
    onward: str = ""
    is_opened: bool = False
