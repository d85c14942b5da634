"""Files on this machine or in S3, by one API."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.domain.errors import NotFound, ProviderUnavailable

# The library takes 7 MB: it is imported by the first file, and most web processes serve pages alone.
if TYPE_CHECKING:
    from obstore.store import LocalStore, S3Store


class FileStore:
    """`file://…`: a directory that every process of the installation can reach."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._store: LocalStore | S3Store | None = None

    def _opened(self) -> LocalStore | S3Store:
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
        with _unavailable():
            for batch in self._opened().list(prefix):
                yield from ((entry["path"], entry["last_modified"]) for entry in batch)


class BucketStore(FileStore):
    """`s3://bucket/prefix`; who we are comes from the usual AWS variables. `endpoint` for what only speaks like S3."""

    def __init__(self, url: str, endpoint: str = "") -> None:
        self._url, self._endpoint = url, endpoint
        self._store = None

    def _opened(self) -> LocalStore | S3Store:
        if self._store is None:
            from obstore.store import S3Store

            place: dict[str, Any] = {}
            if self._endpoint:
                place = {"endpoint": self._endpoint, "virtual_hosted_style_request": False}
            options: Any = {"allow_http": self._endpoint.startswith("http://")}
            self._store = S3Store.from_url(self._url, client_options=options, **place)
        return self._store

    def _settle(self, key: str) -> None:
        """An answer of S3 is the promise already."""


@contextmanager
def _unavailable() -> Iterator[None]:
    from obstore.exceptions import BaseError, NotFoundError

    try:
        yield
    except (NotFoundError, FileNotFoundError):
        raise NotFound("file") from None
    except (BaseError, OSError) as error:
        raise ProviderUnavailable("store", type(error).__name__) from error
