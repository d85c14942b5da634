"""Origins: which site a page belongs to. Scheme, host and port count, nothing else does (RFC 6454)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_NAME = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\Z")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_USUAL_PORT = {"https": 443, "http": 80}


def read_origin(text: str) -> str:
    """`https://shop.example[:port]` as browsers write it: lower case, no usual port, no slash; http on a loopback name.

    No wildcards and no sign that means something in a header: what is read here stands in `frame-ancestors`.
    Raises ValueError with what is expected.
    """
    expected = "must be https://host[:port], or http:// on a loopback name"
    try:
        parts = urlsplit(text.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise ValueError(expected) from None
    is_loopback = host in _LOOPBACK or host.endswith(".localhost")
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback)
    has_more = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if not is_secure or has_more or not (host == "::1" or _NAME.match(host)):
        raise ValueError(expected)
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + (f":{port}" if port and port != _USUAL_PORT[parts.scheme] else "")
