"""Signed heads of the audit trail in a bucket: each a file, written once, whole.

What the portal's own rights there are (to put and to read, not to delete) and that versions are kept is the bucket's
to say; `If-None-Match` alone keeps one worker from writing over what another has written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from portal.adapters.places import Counter
from portal.adapters.s3_bucket import open_bucket
from portal.domain.errors import ProviderUnavailable

if TYPE_CHECKING:
    from obstore.store import S3Store

_SUFFIX = ".heads"
_CHUNK = 1024 * 1024


class AuditBucket:
    """`s3://bucket/prefix`. The lines of a head are held in memory while it is written: some 80 bytes for every order
    that something happened to since the last one. Pages go on while one of them waits for it."""

    def __init__(self, url: str, endpoint: str = "") -> None:
        self._url, self._endpoint = url, endpoint
        self._store: S3Store | None = None
        self._counter = Counter("audit", at_once=2, waiting=0, seconds=0)

    def _opened(self) -> S3Store:
        if self._store is None:
            self._store = open_bucket(self._url, self._endpoint)
        return self._store

    def names(self) -> tuple[str, ...]:
        with self._counter.served(), _unavailable():
            paths = [entry["path"] for batch in self._opened().list() for entry in batch]
        return tuple(sorted(path.removesuffix(_SUFFIX) for path in paths if path.endswith(_SUFFIX)))

    def write(self, name: str, lines: Iterable[str]) -> bool:
        """A try that was cut off and tried again may find its own file: False then, and the file is whole."""
        from obstore.exceptions import AlreadyExistsError

        content = "".join(f"{line}\n" for line in lines).encode()
        with self._counter.served(), _unavailable():
            try:
                self._opened().put(f"{name}{_SUFFIX}", content, mode="create")
            except AlreadyExistsError:
                return False
        return True

    def read(self, name: str) -> Iterator[str]:
        rest = b""
        with self._counter.served(), _unavailable():
            for chunk in self._opened().get(f"{name}{_SUFFIX}").stream(min_chunk_size=_CHUNK):
                *whole, rest = (rest + bytes(chunk)).split(b"\n")
                yield from (line.decode() for line in whole)
        if rest:
            yield rest.decode()


@contextmanager
def _unavailable() -> Iterator[None]:
    from obstore.exceptions import BaseError

    try:
        yield
    except (BaseError, OSError) as error:
        raise ProviderUnavailable("audit", type(error).__name__) from error
