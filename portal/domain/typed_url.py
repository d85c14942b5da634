"""An address on the web that an administrator typed, for the portal to send something to."""

from __future__ import annotations

from urllib.parse import urlsplit

from portal.domain.loopback import is_loopback

LONGEST_URL = 1_000


def read_url(typed: str) -> str:
    """As it is kept. Raises ValueError with a code: `characters`, `https`, `host`, `user`. Where its host is, the
    adapter finds out when it posts: names lead elsewhere tomorrow."""
    if not typed.isascii() or not typed.isprintable() or " " in typed or "\\" in typed:
        raise ValueError("characters")
    try:
        parts = urlsplit(typed)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("host") from None
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ValueError("https")
    if not host:
        raise ValueError("host")
    if "@" in parts.netloc:
        raise ValueError("user")
    return typed.partition("#")[0]


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def without_query(url: str) -> str:
    """What is shown of it: whatever opens the receiver often stands behind the question mark."""
    address, mark, _query = url.partition("?")
    return f"{address}?…" if mark else address
