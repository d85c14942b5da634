"""A mailbox by IMAP: `imaps://user:password@host/INBOX`, by imap-tools."""

from __future__ import annotations

import hashlib
import imaplib
import io
import re
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from imap_tools import AND, BaseMailBox, MailBox, MailboxLoginError, MailBoxUnencrypted, MailMessage, MailMessageFlags
from imap_tools.errors import ImapToolsError

from portal.adapters.mail_reports import delivery_report, is_report
from portal.adapters.mail_text import text_of_html
from portal.domain.errors import ProviderUnavailable
from portal.domain.evidence.files import MOST_FILES, Upload
from portal.domain.inbox.mail import ReceivedMail

LARGEST = 30 * 1024 * 1024
LONGEST_SUBJECT, LONGEST_TEXT, LONGEST = 300, 100_000, 20_000
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]+")
_ADDRESS = re.compile(r"[^\s<>,;:\"@]{1,64}@[^\s<>,;:\"@]{1,255}")
_SMALL_PICTURE = 20_000
"""Bytes of a picture within the text that is a logo rather than a photo."""
_AUTOMATIC = ("x-autoreply", "x-autorespond", "x-auto-response-suppress", "list-id", "list-unsubscribe")

_AWAY = re.compile(r"(?:自动回复|自動回覆|automatic reply|auto(?:matic)? response|out of office)", re.IGNORECASE)


class ImapMailbox:
    """The port `Mailbox`. Nothing is unencrypted but to loopback (`imap://`)."""

    def __init__(
        self, url: str, *, timeout: float = 20.0, largest: int = LARGEST, tls: ssl.SSLContext | None = None
    ) -> None:
        parts = urlsplit(url)
        self._is_plain = parts.scheme == "imap"
        self._host, self._port = parts.hostname or "", parts.port or (143 if self._is_plain else 993)
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._folder = unquote(parts.path.strip("/")) or "INBOX"
        self._timeout, self._largest, self._tls = timeout, largest, tls

    def try_out(self) -> None:
        """Signs in and opens the folder. Raises ProviderUnavailable."""
        with self._answering(), self._signed_in():
            """Nothing more."""

    def read(self, take: Callable[[ReceivedMail], bool], *, most: int) -> int:
        done, failed = 0, None
        with self._answering(), self._signed_in() as mailbox:
            for uid in mailbox.uids(AND(seen=False)):
                if done >= most:
                    break
                if (mail := _received(mailbox, uid, self._largest)) is None:
                    continue
                try:
                    flags = [MailMessageFlags.SEEN] if take(mail) else [MailMessageFlags.SEEN, MailMessageFlags.FLAGGED]
                except ProviderUnavailable:
                    raise
                except Exception as error:
                    # One that nobody can take in holds up none that comes after it.
                    failed = failed or error
                    continue
                mailbox.flag(uid, flags, value=True)
                done += 1
        if failed:
            raise failed
        return done

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except MailboxLoginError as error:
            raise ProviderUnavailable("mailbox", "refused the login") from error
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
            raise ProviderUnavailable("mailbox", type(error).__name__) from error

    @contextmanager
    def _signed_in(self) -> Iterator[BaseMailBox]:
        """Its connection is closed whatever happens; one that failed is not said goodbye to."""
        mailbox = self._mailbox()
        try:
            mailbox.login(self._user, self._password, self._folder)
            yield mailbox
        except BaseException:
            with suppress(OSError):
                mailbox.client.shutdown()
            raise
        mailbox.logout()

    def _mailbox(self) -> BaseMailBox:
        if self._is_plain:
            return MailBoxUnencrypted(self._host, self._port, timeout=self._timeout)
        context = self._tls or ssl.create_default_context()
        return MailBox(self._host, self._port, timeout=self._timeout, ssl_context=context)


def _received(mailbox: BaseMailBox, uid: str, largest: int) -> ReceivedMail | None:
    """None where it is gone meanwhile."""
    head = next(iter(mailbox.fetch(AND(uid=uid), mark_seen=False, headers_only=True)), None)
    if head is None:
        return None
    if head.size_rfc822 > largest:
        return _value(head, is_too_large=True)
    whole = next(iter(mailbox.fetch(AND(uid=uid), mark_seen=False)), None)
    return _value(whole) if whole else None


def _value(message: MailMessage, *, is_too_large: bool = False) -> ReceivedMail:
    """Whatever anybody has sent: the parsers below raise what they like, for a name that is encoded wrongly already."""
    try:
        return _as_it_says(message, is_too_large=is_too_large)
    except Exception:
        return _unreadable(message)


def _unreadable(message: MailMessage) -> ReceivedMail:
    """Who it is from and to, as far as that stands there plainly. The rest is read by people, in the mailbox."""
    lines = [(name.lower(), _clean(str(value))[:LONGEST]) for name, value in message.obj.raw_items()]
    sender = next((found[0] for name, value in lines if name == "from" and (found := _ADDRESS.findall(value))), "")
    sent_to = [address for name, value in lines if name in ("to", "cc") for address in _ADDRESS.findall(value)]
    return ReceivedMail(
        key=hashlib.sha256(repr(lines).encode()).hexdigest(),
        sender=sender[:320],
        recipients=tuple(address[:320] for address in sent_to[:20]),
        subject="",
        text="",
        is_unreadable=True,
    )


def _clean(text: str) -> str:
    """Without what no database keeps: NUL and its like, and halves of characters."""
    return _UNFIT.sub("", text)


def _as_it_says(message: MailMessage, *, is_too_large: bool) -> ReceivedMail:
    text = message.text or text_of_html(message.html)
    return ReceivedMail(
        key=_key(message),
        sender=_clean(message.from_ or "")[:320],
        recipients=tuple(_clean(address)[:320] for address in (*message.to, *message.cc)[:20]),
        subject=_clean(" ".join(message.subject.split()))[:LONGEST_SUBJECT],
        text=_clean(text[:LONGEST_TEXT]),
        attachments=() if is_too_large else tuple(_attachments(message)),
        is_automatic=_is_automatic(message),
        is_too_large=is_too_large,
        sent_at=_aware(message.date),
        report=delivery_report(message.obj),
    )


def _key(message: MailMessage) -> str:
    """By its Message-ID; of one without, by all of it."""
    said = str(message.obj.get("Message-ID", "")).strip()
    raw = said.encode() if said else message.obj.as_bytes()
    return hashlib.sha256(raw).hexdigest()


def _is_automatic(message: MailMessage) -> bool:
    """RFC 3834, and what came before it; bounces have no sender, and some that are away say so in the subject alone."""
    said = {name.lower(): str(value).strip().lower() for name, value in message.obj.items()}
    submitted = said.get("auto-submitted", "no").split(";")[0].strip()
    if submitted not in ("", "no") or said.get("precedence") in ("bulk", "junk", "list", "auto_reply"):
        return True
    if is_report(message.obj) or _AWAY.match(message.subject):
        return True
    if said.get("return-path") == "<>" or not message.from_ or any(name in said for name in _AUTOMATIC):
        return True
    return message.from_.partition("@")[0].lower() in ("mailer-daemon", "postmaster", "no-reply", "noreply")


def _attachments(message: MailMessage) -> list[Upload]:
    """At most as many as an application takes, and one more, so that it is told that there were too many."""
    found = []
    for one in message.attachments:
        if one.content_id and one.content_disposition != "attachment" and one.size < _SMALL_PICTURE:
            continue
        payload = one.payload
        name = _clean(one.filename or "") or "attachment"
        found.append(Upload(name=name, size=len(payload), content=io.BytesIO(payload)))
    return found[: MOST_FILES + 1]


def _aware(at: datetime) -> datetime | None:
    """A date that is no date comes as 1900."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) if at.year > 1970 else None
