"""What goes out to people: mail, SMS, and the words of notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from portal.domain.shops.colours import Paint
from portal.domain.shops.profile import Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """To one address, in plain text, and as `html` where there is one. `message_id` is the same for every attempt at
    this mail. `thread`: what mails about the same thing have in common; `unsubscribe`: where mails of its kind are
    stopped by a POST, "" for what is owed."""

    to: str
    sender: str
    subject: str
    body: str
    message_id: str
    html: str = ""
    thread: str = ""
    unsubscribe: str = ""


class Mailer(Protocol):
    """Sends mail; at least once, told apart by `message_id`."""

    def send(self, mail: Mail) -> None:
        """Raises ProviderUnavailable. The same message_id twice is one mail where the adapter can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMessage:
    """An SMS to one number. `message_id` is the same for every attempt. `template_id`: of the text that the gateway has
    approved, with what goes into its blanks in their order; "": the gateway takes `body` as it is."""

    to: str
    sender: str
    body: str
    message_id: str
    template_id: str = ""
    params: tuple[str, ...] = ()


class TextSender(Protocol):
    """Sends SMS; at least once, told apart by `message_id`."""

    def send(self, message: TextMessage) -> None:
        """Raises ProviderUnavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenNotice:
    """A notice in the customer's language: `subject` and `body` for mail and the portal, `text` for SMS. The
    body is `main` and its `foot`."""

    subject: str
    body: str
    text: str
    main: str = ""
    foot: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailLook:
    """How a mail looks, and where it leads: `link` is the one next step, "" for none; `withdraw` the line that leads to
    撤回合同; `unsubscribe` where mails of its kind are stopped."""

    kind: str
    locale: str
    shop_name: str
    theme: Theme
    link: str = ""
    withdraw: str = ""
    unsubscribe: str = ""


class Paints(Protocol):
    """A theme's colours, moved as far as they must be to be readable in each scheme (WCAG 2.2)."""

    def light(self, theme: Theme) -> Paint: ...

    def dark(self, theme: Theme) -> Paint: ...


class NoticeWriter(Protocol):
    """Words of a notice, from its kind and the codes, amounts and times kept with it.

    `zone` is the reader's; deadlines name it where its clock is not that of `home`, the shop's ("": the same).
    """

    def write(
        self,
        *,
        kind: str,
        params: Mapping[str, Any],
        locale: str,
        zone: str,
        shop_name: str,
        home: str = "",
        withdraw: str = "",
    ) -> WrittenNotice: ...

    def in_html(self, written: WrittenNotice, look: MailLook) -> str:
        """The same mail as HTML, all of it escaped: one next step as a button, readable without images and in the
        dark."""
        ...

    def fields(
        self, *, kind: str, params: Mapping[str, Any], locale: str, zone: str, shop_name: str, home: str = ""
    ) -> Mapping[str, str]:
        """The fields of `kind` as texts (`domain.messages.notice_kinds`), for words that are not ours."""
        ...


class Vocabulary(Protocol):
    """The words of codes, the same for pages and for what is sent: `family` as in words, `language` zh or en."""

    def find_word(self, code: str, family: str, language: str) -> str | None:
        """None where the family has no word for the code."""
        ...
