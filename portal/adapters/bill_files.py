"""A provider's bill, fetched to disk where it is long: a day may hold more than memory."""

from __future__ import annotations

import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import IO, Any
from urllib.parse import urlsplit

from portal.domain.errors import ProviderUnavailable
from portal.domain.loopback import is_loopback

_LARGEST, _IN_MEMORY, _PIECE = 2_000_000_000, 1_000_000, 65_536
_LONGEST_DOWNLOAD = 300.0


class _Stay(urllib.request.HTTPRedirectHandler):
    """What was signed for one address is sent to no other: the answer is an error then."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@contextmanager
def fetched(
    url: str, *, provider: str, timeout: float, headers: Mapping[str, str] | None = None
) -> Iterator[IO[bytes]]:
    """The file at that address, at its beginning; at most 2 GB, within five minutes. With `headers`, from there alone.
    Raises ProviderUnavailable, OSError and HTTPException."""
    parts = urlsplit(url)
    on_this_machine = is_loopback(parts.hostname)
    if parts.scheme != "https" and not (parts.scheme == "http" and on_this_machine):
        raise ProviderUnavailable(provider, "bill: no https")
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})] if on_this_machine else []
    opener = urllib.request.build_opener(*handlers, *([_Stay()] if headers else []))
    started, length = time.monotonic(), 0
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        with opener.open(urllib.request.Request(url, headers=dict(headers or {})), timeout=timeout) as answer:
            while piece := answer.read1(_PIECE):
                length += len(piece)
                if length > _LARGEST or time.monotonic() - started > _LONGEST_DOWNLOAD:
                    raise ProviderUnavailable(provider, "bill: too long")
                file.write(piece)
        file.seek(0)
        yield file
