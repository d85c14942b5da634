"""Our Mail as a MIME message."""

from __future__ import annotations

import re
from datetime import datetime
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8, Policy
from email.utils import format_datetime, parseaddr

from portal.ports import Mail


class _OneLine(UnstructuredHeader, BaseHeader):
    """An address in angle brackets, or a name: folded it would be written as encoded words, which nobody follows."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
for _name in ("list-unsubscribe", "references", "in-reply-to", "message-id", "x-message-name"):
    _HEADERS.map_to_type(_name, _OneLine)
_SMTP, _SMTPUTF8 = SMTP.clone(header_factory=_HEADERS), SMTPUTF8.clone(header_factory=_HEADERS)


def as_mime(mail: Mail, at: datetime, *, transfer: str | None = None) -> EmailMessage:
    """`transfer` is the body's transfer encoding, None for what any mail server takes.

    The Message-ID follows from `mail.message_id`, so a mail sent twice can be recognised where it arrives.
    Raises ValueError for a header with a line break.
    """
    domain = _domain(mail.sender)
    # An address that is more than ASCII is written as it is (RFC 6532): folded, it would be another's.
    message = EmailMessage(policy=_SMTP if mail.to.isascii() else _SMTPUTF8)
    message["From"] = mail.sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{name_of(mail)}@{domain}>"
    # Where a server on the way gives a Message-ID of its own.
    message["X-Message-Name"] = name_of(mail)
    if mail.thread:
        # Nobody has the mail that is named: programs gather by it all the same (RFC 5322, 3.6.4).
        message["References"] = message["In-Reply-To"] = f"<{_plain(mail.thread)}@{domain}>"
    if mail.unsubscribe:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Keeps out-of-office answers away (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, charset="utf-8", cte=transfer)
    if mail.html:
        message.add_alternative(mail.html, subtype="html", charset="utf-8", cte=transfer)
    return message


def name_of(mail: Mail) -> str:
    """By which it is known outside, of characters that need no quoting anywhere."""
    return _plain(mail.message_id)


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", ".", name)


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
