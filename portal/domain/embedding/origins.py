"""Origins: which site a page belongs to. Scheme, host and port count, nothing else does (RFC 6454)."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

from portal.domain.loopback import is_loopback

MOST_ORIGINS = 20
"""Of one shop: all of them stand in a header of every answer."""
_EXPECTED = "must be https://host[:port], or http:// on a loopback name"
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?){0,126}\Z")
_USUAL_PORT = {"https": 443, "http": 80}


class BadOrigin(ValueError):
    """What was written is no origin. `code`: wildcard, more (a path, a query, a user), insecure, unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(_EXPECTED)
        self.code = code


def read_origin(text: str) -> str:
    """`https://shop.example[:port]` as browsers write it: lower case, no usual port, no slash; http on a loopback name.

    No wildcards and no sign that means something in a header: what is read here stands in `frame-ancestors`.
    Raises BadOrigin, a ValueError with what is expected.
    """
    if "*" in text:
        raise BadOrigin("wildcard")
    parts = _parts(text)
    host, port = (parts.hostname or "").lower(), parts.port
    if parts.scheme not in _USUAL_PORT or not (host == "::1" or _NAME.match(host)):
        raise BadOrigin("unreadable")
    if parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadOrigin("more")
    if parts.scheme == "http" and not is_loopback(host):
        raise BadOrigin("insecure")
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + (f":{port}" if port and port != _USUAL_PORT[parts.scheme] else "")


def origin_of(address: str) -> str:
    """The origin of a page; an address without a scheme is taken for https. Raises BadOrigin."""
    written = address.strip()
    parts = _parts(written if "://" in written else f"https://{written}")
    return read_origin(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")


def _parts(text: str) -> SplitResult:
    try:
        parts = urlsplit(text.strip())
        _ = parts.port
    except ValueError:
        raise BadOrigin("unreadable") from None
    return parts
