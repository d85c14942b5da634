"""Signed heads of the audit trail in a directory: read-only files, written whole, never written over.

The directory belongs on another disk, or is copied away: what it says is the only witness against whoever can write
the database (PORTAL_AUDIT_URL).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from portal.domain.errors import ProviderUnavailable

_SUFFIX = ".heads"


class AuditFiles:
    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def names(self) -> tuple[str, ...]:
        try:
            return tuple(sorted(path.stem for path in self._directory.glob(f"*{_SUFFIX}")))
        except OSError as error:
            raise _unavailable(error) from error

    def write(self, name: str, lines: Iterable[str]) -> bool:
        """Made aside and linked in when it is on the disk: of two workers one writes the day's file."""
        target = self._directory / f"{name}{_SUFFIX}"
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=self._directory, suffix=".tmp") as aside:
                aside.writelines(f"{line}\n" for line in lines)
                aside.flush()
                os.fsync(aside.fileno())
                Path(aside.name).chmod(0o444)
                is_first = _link(aside.name, target)
            self._sync_directory()
        except OSError as error:
            raise _unavailable(error) from error
        return is_first

    def read(self, name: str) -> Iterator[str]:
        try:
            with (self._directory / f"{name}{_SUFFIX}").open(encoding="utf-8") as file:
                for line in file:
                    yield line.rstrip("\n")
        except OSError as error:
            raise _unavailable(error) from error

    def _sync_directory(self) -> None:
        directory = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def _link(aside: str, target: Path) -> bool:
    try:
        os.link(aside, target)
    except FileExistsError:
        return False
    return True


def _unavailable(error: OSError) -> ProviderUnavailable:
    return ProviderUnavailable("audit", f"{type(error).__name__}: {error.strerror}")
