"""Alipay's bill of a day, line by line: a ZIP with a CSV in GBK, of which memory never holds more than a line."""

from __future__ import annotations

import csv
import http.client
import io
import tempfile
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO
from urllib.parse import urlsplit

from portal.adapters.loopback import is_loopback
from portal.domain.errors import ProviderUnavailable

_LARGEST, _IN_MEMORY, _PIECE = 2_000_000_000, 4_000_000, 65_536
_LONGEST_DOWNLOAD = 300.0
_FIRST_COLUMN = "支付宝交易号"
_LINES, _SUMMARY = "业务明细", "汇总"


def bill_lines(url: str, *, timeout: float) -> Iterator[dict[str, str]]:
    """The lines of the bill at that address, by the names of their columns. Raises ProviderUnavailable."""
    try:
        with _fetched(url, timeout) as file, zipfile.ZipFile(file, metadata_encoding="gbk") as pack:
            for name in pack.namelist():
                if _LINES in name and _SUMMARY not in name:
                    with pack.open(name) as inner:
                        yield from _rows(inner)
    except (OSError, http.client.HTTPException, zipfile.BadZipFile, csv.Error, ValueError) as error:
        raise ProviderUnavailable("alipay", f"bill: {type(error).__name__}") from None


def _rows(inner: IO[bytes]) -> Iterator[dict[str, str]]:
    """Remarks begin with `#`, before the head and after the last line; cells end with a tab."""
    columns: list[str] | None = None
    for cells in csv.reader(io.TextIOWrapper(inner, "gb18030", errors="replace", newline="")):
        row = [cell.strip() for cell in cells]
        if not row or row[0].startswith("#"):
            continue
        if columns is None:
            columns = row if row[0] == _FIRST_COLUMN else None
            continue
        yield dict(zip(columns, row, strict=False))


@contextmanager
def _fetched(url: str, timeout: float) -> Iterator[IO[bytes]]:
    """On disk where it is long; at most 2 GB, within five minutes."""
    parts = urlsplit(url)
    on_this_machine = is_loopback(parts.hostname)
    if parts.scheme != "https" and not (parts.scheme == "http" and on_this_machine):
        raise ProviderUnavailable("alipay", "bill: no https")
    proxies = [urllib.request.ProxyHandler({})] if on_this_machine else []
    opener, started, length = urllib.request.build_opener(*proxies), time.monotonic(), 0
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
        with opener.open(url, timeout=timeout) as answer:
            while piece := answer.read1(_PIECE):
                length += len(piece)
                if length > _LARGEST or time.monotonic() - started > _LONGEST_DOWNLOAD:
                    raise ProviderUnavailable("alipay", "bill: too long")
                file.write(piece)
        file.seek(0)
        yield file
