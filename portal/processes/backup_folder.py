"""The folder of backups: one below it for each moment, and what all of them share.

evidence/<day>/<random>     files of the store: never changed, so kept once however many backups name them
heads/<name>.heads          signed heads of the audit trail
20261130T023000Z/           the database, files.ndjson (key, size, sha256), heads.txt, backup.json
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

NAME = "%Y%m%dT%H%M%SZ"
FILES, HEADS, ABOUT, KEYS = "files.ndjson", "heads.txt", "backup.json", "keys.txt"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of the store as a backup names it."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True)
class BackupFolder:
    root: Path

    @property
    def heads(self) -> Path:
        return self.root / "heads"

    def begin(self, now: datetime) -> Path:
        """Where a backup is put together: it counts once it is whole. The second of a second is `…Z-2`."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in count(1):
            name = f"{now:{NAME}}" + (f"-{number}" if number > 1 else "")
            part = self.root / f".{name}.part"
            with suppress(FileExistsError):
                part.mkdir(mode=0o700)
                if not (self.root / name).exists():
                    break
                part.rmdir()
        return part

    def finish(self, part: Path) -> Path:
        """On the disk, then by its name."""
        os.sync()
        return part.rename(self.root / part.name.removeprefix(".").removesuffix(".part"))

    def moments(self) -> list[Path]:
        """Whole backups, the oldest first."""
        found = self.root.iterdir() if self.root.exists() else ()
        return sorted(path for path in found if path.name[:1].isdigit() and (path / ABOUT).is_file())

    def evidence(self, key: str) -> Path:
        return self.root / "evidence" / key

    def keep(self, key: str, content: bytes) -> KeptFile:
        """Whole or not at all."""
        path = self.evidence(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f"{path.name}.part")
        aside.write_bytes(content)
        aside.rename(path)
        return KeptFile(key, len(content), hashlib.sha256(content).hexdigest())

    def newest_files(self) -> dict[str, KeptFile]:
        """What the newest backup knows of its files: they need not be read again."""
        moments = self.moments()
        return {file.key: file for file in files_of(moments[-1])} if moments else {}

    def drop_older(self, than: datetime, days: int) -> int:
        """Backups from before so many days, and files that none of the rest names. The newest stays. How many went."""
        old = [path for path in self.moments()[:-1] if path.name < f"{than - timedelta(days=days):{NAME}}"]
        for path in old:
            shutil.rmtree(path)
        named = {file.key for moment in self.moments() for file in files_of(moment)}
        pool = self.root / "evidence"
        for path in [path for path in pool.rglob("*") if path.is_file()]:
            if str(path.relative_to(pool)) not in named:
                path.unlink()
        return len(old)


def files_of(moment: Path) -> Iterator[KeptFile]:
    with (moment / FILES).open(encoding="utf-8") as lines:
        for line in lines:
            yield KeptFile(**json.loads(line))


def heads_of(moment: Path) -> list[str]:
    return (moment / HEADS).read_text("utf-8").split()
