"""Delivery status notifications read out of a mail: RFC 3464, and what servers write that keep to it by halves."""

from __future__ import annotations

import base64
import binascii
import quopri
from collections.abc import Iterator
from email import message_from_string
from email.message import Message
from itertools import islice

from portal.adapters.mail_text import text_of_html
from portal.domain.inbox.reports import LONGEST_DIAGNOSTIC, DeliveryReport, spoken_report
from portal.domain.messages.mail_names import SealedName, names_in

MOST_PARTS, MOST_BLOCKS, LONGEST = 40, 50, 20_000
NAMES = ("message-id", "x-message-name", "original-message-id", "original-envelope-id", "in-reply-to", "references")
"""Where a name of ours may stand, in the report itself and in what it gives back."""
_CALLED = ("mailer-daemon", "postmaster")


def delivery_report(message: Message) -> DeliveryReport | None:
    """None for anything that is no report, or names no mail of ours. Never raises for odd input."""
    parts = list(islice(message.walk(), MOST_PARTS))
    blocks = [block for part in parts if _kind(part) == "message/delivery-status" for block in _blocks(part)]
    names = names_in("\n".join(_named(parts, blocks)))
    if not names:
        return None
    if said := _worst(blocks):
        return _report(names, said)
    return spoken_report(names, _words(parts)) if _is_from_a_server(message) else None


def is_report(message: Message) -> bool:
    """Of any kind (RFC 6522): of a delivery, of a mail that was read, of an abuse. No person wrote it."""
    return _kind(message) == "multipart/report"


def _worst(blocks: list[Message]) -> Message | None:
    """Of several recipients (of a list that the address led to) the one that got nothing."""
    of_recipients = [block for block in blocks if _header(block, "action")]
    failed = [block for block in of_recipients if _action(block) == "failed"]
    return next(iter(failed or of_recipients), None)


def _report(names: tuple[SealedName, ...], block: Message) -> DeliveryReport:
    return DeliveryReport(
        names=names,
        action=_action(block),
        status=_header(block, "status")[:20],
        diagnostic=_header(block, "diagnostic-code")[:LONGEST_DIAGNOSTIC],
    )


def _action(block: Message) -> str:
    return _header(block, "action").split(" ")[0].split(";")[0].lower()


def _named(parts: list[Message], blocks: list[Message]) -> Iterator[str]:
    for part in (*parts, *blocks):
        yield from (_header(part, name) for name in NAMES)
    for part in parts:
        if _kind(part) in ("text/rfc822-headers", "text/rfc822", "message/rfc822-headers"):
            yield _text(part)


def _blocks(part: Message) -> list[Message]:
    """Of the whole mail, and of each recipient. The parser splits them, but for what is encoded, which may not be."""
    payload = part.get_payload()
    found = [one for one in payload[:MOST_BLOCKS] if isinstance(one, Message)] if isinstance(payload, list) else []
    encoding = _header(part, "content-transfer-encoding").lower()
    if encoding in ("base64", "quoted-printable") or not found:
        raw = "".join(str(one.get_payload()) for one in found) if found else str(payload)
        return [message_from_string(block) for block in _decoded(raw[:LONGEST], encoding).split("\n\n")[:MOST_BLOCKS]]
    return found


def _decoded(raw: str, encoding: str) -> str:
    data = raw.encode("ascii", "replace")
    try:
        data = base64.b64decode(data) if encoding == "base64" else data
    except (binascii.Error, ValueError):
        return ""
    data = quopri.decodestring(data) if encoding == "quoted-printable" else data
    return data.decode("utf-8", "replace").replace("\r\n", "\n")


def _words(parts: list[Message]) -> str:
    """What the server itself says: the first of its texts, before what it gives back."""
    for part in parts:
        if _kind(part) == "message/rfc822":
            break
        if _kind(part) in ("text/plain", "text/html"):
            said = _text(part)
            return text_of_html(said) if _kind(part) == "text/html" else said
    return ""


def _text(part: Message) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data[:LONGEST].decode(str(part.get_param("charset", "utf-8")), "replace")
    except (LookupError, ValueError):
        return data[:LONGEST].decode("latin-1")


def _is_from_a_server(message: Message) -> bool:
    """RFC 5321, 4.5.5: what a server writes has no sender to return to; or it says what it is."""
    sender = _header(message, "from").lower()
    return _header(message, "return-path") == "<>" or any(name in sender for name in _CALLED)


def _kind(part: Message) -> str:
    return part.get_content_type()


def _header(part: Message, name: str) -> str:
    """On one line: some fold in the middle of a name."""
    return " ".join(str(part.get(name, ""))[:2000].split())
