"""Our Mail as a MIME message."""

from __future__ import annotations

import re
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from portal.ports import Mail


def as_mime(mail: Mail, at: datetime, *, transfer: str | None = None) -> EmailMessage:
    """`transfer` is the body's transfer encoding, None for what any mail server takes.

    The Message-ID follows from `mail.message_id`, so a mail sent twice can be recognised where it arrives.
    Raises ValueError for a header with a line break.
    """
    # An address that is more than ASCII is written as it is (RFC 6532): folded, it would be another's.
    message = EmailMessage(policy=SMTP if mail.to.isascii() else SMTPUTF8)
    message["From"] = mail.sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{re.sub(r'[^A-Za-z0-9._-]', '.', mail.message_id)}@{_domain(mail.sender)}>"
    # Keeps out-of-office answers away (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body, charset="utf-8", cte=transfer)
    return message


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"
