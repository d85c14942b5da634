"""A directory that keeps one file per message, as the mail and the text sender of a single machine do."""

from __future__ import annotations

import fcntl
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path


class Spool:
    def __init__(self, directory: Path, suffix: str) -> None:
        self._directory = directory
        self._suffix = suffix

    def put(self, at: datetime, message_id: str, content: bytes) -> bool:
        """Writes the file whole or not at all; False where this message_id has one already. Raises OSError.

        Names begin with the time (UTC), so a listing is in order.
        """
        ending = f"-{_file_safe(message_id)}{self._suffix}"
        self._directory.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if any(file.name.endswith(ending) for file in self._directory.iterdir()):
                return False
            name = f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}{ending}"
            unfinished = self._directory / f".{name}.tmp"
            unfinished.write_bytes(content)
            unfinished.rename(self._directory / name)
        return True

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # Two processes may deliver the same message at once; the lock ends with the process, however that ends.
        with (self._directory / ".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _file_safe(message_id: str) -> str:
    """Readable, and still different for ids that differ only in characters a file name cannot have."""
    readable = re.sub(r"[^A-Za-z0-9_.]+", "_", message_id)[:60]
    return f"{readable}-{hashlib.sha256(message_id.encode()).hexdigest()[:12]}"
