"""Mail to a server: `smtp://user:password@host:587` with STARTTLS, `smtps://…` with TLS from the first byte."""

from __future__ import annotations

import re
import smtplib
import ssl
from urllib.parse import unquote, urlsplit

from portal.adapters.mail_message import as_mime, name_of
from portal.domain.errors import ProviderUnavailable, Undeliverable
from portal.domain.loopback import is_loopback
from portal.ports import Clock, Mail

_ENHANCED = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}", re.ASCII)
_ABOUT_US = frozenset({*range(500, 505), 521, 530, 534, 535, 538})
"""Codes by which a server says that it does not speak with us, or not before we sign in."""
_REPORTS, _LONGEST_ENVID = ("NOTIFY=FAILURE",), 100
"""A report comes where a mail has failed, names it, and holds no more of it than its headers (RFC 3461)."""
_DONE = 250
_PORTS = {"smtp": 587, "smtps": 465}


class SmtpMailer:
    """Nothing leaves this machine unencrypted: only a server on loopback may lack STARTTLS."""

    def __init__(self, url: str, clock: Clock, *, timeout: float = 10.0, tls: ssl.SSLContext | None = None) -> None:
        """`tls` is for a server whose certificate the system does not know. Raises ValueError for a bad url."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("must be smtp://host or smtps://host")
        self._scheme, self._host = parts.scheme, parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._clock, self._timeout = clock, timeout
        self._tls = tls or ssl.create_default_context()

    def send(self, mail: Mail) -> None:
        message = as_mime(mail, self._clock.now())
        try:
            with self._connect() as server:
                server.ehlo_or_helo_if_needed()
                reports = _REPORTS if server.has_extn("dsn") else ()
                envelope = [f"ENVID={name_of(mail)[:_LONGEST_ENVID]}", "RET=HDRS"] if reports else []
                server.send_message(message, mail_options=envelope, rcpt_options=reports)
        except (smtplib.SMTPException, OSError) as error:
            if refused := _refused_for_good(error):
                raise Undeliverable("mail", refused) from error
            raise ProviderUnavailable("mail", _reason(error)) from error

    def try_out(self) -> None:
        """Connects and signs in, and sends nothing. Raises ProviderUnavailable."""
        try:
            with self._connect() as server:
                server.ehlo_or_helo_if_needed()
                code, said = server.noop()
                if code != _DONE:
                    raise smtplib.SMTPResponseException(code, said)
        except (smtplib.SMTPException, OSError) as error:
            raise ProviderUnavailable("mail", _reason(error)) from error

    def _connect(self) -> smtplib.SMTP:
        if self._scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=self._tls)
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
        try:
            self._secure(server)
            if self._user:
                server.login(self._user, self._password)
        except BaseException:
            server.close()
            raise
        return server

    def _secure(self, server: smtplib.SMTP) -> None:
        if self._scheme == "smtps":
            return
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=self._tls)
        elif not is_loopback(self._host):
            raise smtplib.SMTPNotSupportedError("the server offers no STARTTLS")


def _reason(error: Exception) -> str:
    """What went wrong without what was sent: a server's answer may repeat the address."""
    code = f" {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else ""
    return f"{type(error).__name__}{code}"


def _refused_for_good(error: Exception) -> str:
    """The codes of a server that will not take this mail whenever it is asked (RFC 5321, 5yz), "" for any other error.

    5.7.z (RFC 3463) is about us, not about the address: we may not send there, or not like this. It is tried again,
    and an operator sees it.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused) and error.recipients:
        answers: tuple[int, bytes | str] = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPDataError):
        answers = (error.smtp_code, error.smtp_error)
    else:
        return ""
    code, said = answers
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else str(said)
    enhanced = found[0] if (found := _ENHANCED.match(text)) else ""
    is_for_good = 500 <= code < 600 and code not in _ABOUT_US and not enhanced.startswith("5.7.")
    return f"{code} {enhanced}".strip() if is_for_good else ""
