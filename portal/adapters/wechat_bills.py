"""WeChat Pay's bill of a day, line by line: a CSV in UTF-8, packed by gzip, its hash in a signed answer."""

from __future__ import annotations

import csv
import gzip
import hashlib
import zlib
from collections.abc import Iterator
from typing import IO

from portal.domain.errors import ProviderUnavailable

_PIECE = 65_536
_FIRST_COLUMN, _SUMMARY = "交易时间", "总交易单数"


def bill_lines(packed: IO[bytes], sha1: str) -> Iterator[dict[str, str]]:
    """By the names of the columns, of a file that is read twice. Raises ProviderUnavailable, before the first line
    where the hash is another one."""
    try:
        if _hash_of(packed) != sha1.lower():
            raise ProviderUnavailable("wechat", "bill: hash")
        yield from _rows(packed)
    except (OSError, EOFError, zlib.error, csv.Error) as error:
        raise ProviderUnavailable("wechat", f"bill: {type(error).__name__}") from None


def _hash_of(packed: IO[bytes]) -> str:
    found = hashlib.sha1(usedforsecurity=False)
    packed.seek(0)
    with gzip.GzipFile(fileobj=packed, mode="rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return found.hexdigest()


def _rows(packed: IO[bytes]) -> Iterator[dict[str, str]]:
    """Every value begins with a backtick; the last two lines are sums."""
    columns: list[str] | None = None
    packed.seek(0)
    with gzip.open(packed, "rt", encoding="utf-8-sig", errors="replace", newline="") as file:
        for cells in csv.reader(file):
            row = [cell.strip().removeprefix("`") for cell in cells]
            if not row or row[0] == _SUMMARY:
                return
            if columns is None:
                columns = row if row[0] == _FIRST_COLUMN else None
                continue
            yield dict(zip(columns, row, strict=False))
