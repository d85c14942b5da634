"""Files on this machine or in S3, by one API."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from portal.adapters.places import Counter
from portal.adapters.s3_bucket import open_bucket
from portal.domain.errors import NotFound, ProviderUnavailable

# The library takes 7 MB: it is imported by the first file, and most web processes serve pages alone.
if TYPE_CHECKING:
    from obstore.store import LocalStore, S3Store


class FileStore:
    """`file://…`: a directory that every process of the installation can reach."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._store: LocalStore | None = None

    def _opened(self) -> LocalStore:
        if self._store is None:
            from obstore.store import LocalStore

            self._store = LocalStore(self._directory, mkdir=True)
        return self._store

    def put(self, key: str, content: bytes) -> None:
        with _unavailable():
            self._opened().put(key, content)
            self._settle(key)

    def _settle(self, key: str) -> None:
        """The row that names the file is on the disk once it is committed, so the file has to be there before."""
        for path in (self._directory / key, (self._directory / key).parent):
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def get(self, key: str) -> bytes:
        with _unavailable():
            return bytes(self._opened().get(key).bytes())

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            try:
                with _unavailable():
                    self._opened().delete(key)
            except NotFound:
                continue

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        return _listed(self._opened(), prefix)


class BucketStore:
    """`s3://bucket/prefix`. An answer of S3 is the promise that a file is there to stay. Pages go on while a file is on
    its way; where the store is slow, so many wait for it at most, and the process keeps threads for them."""

    def __init__(self, url: str, endpoint: str = "") -> None:
        self._url, self._endpoint = url, endpoint
        self._store: S3Store | None = None
        self._counter = Counter("store", at_once=12, waiting=8, seconds=5.0)

    def _opened(self) -> S3Store:
        if self._store is None:
            self._store = open_bucket(self._url, self._endpoint)
        return self._store

    def put(self, key: str, content: bytes) -> None:
        with self._counter.served(), _unavailable():
            self._opened().put(key, content)

    def get(self, key: str) -> bytes:
        with self._counter.served(), _unavailable():
            return bytes(self._opened().get(key).bytes())

    def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            with self._counter.served(), _unavailable():
                self._opened().delete(key)

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        return _listed(self._opened(), prefix)


def _listed(store: LocalStore | S3Store, prefix: str) -> Iterator[tuple[str, datetime]]:
    with _unavailable():
        for batch in store.list(prefix):
            yield from ((entry["path"], entry["last_modified"]) for entry in batch)


@contextmanager
def _unavailable() -> Iterator[None]:
    from obstore.exceptions import BaseError, NotFoundError

    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise NotFound("file") from None
    except (BaseError, OSError) as error:
        raise ProviderUnavailable("store", type(error).__name__) from error
