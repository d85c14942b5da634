"""Alipay's bill of a day, line by line: a ZIP with a CSV in GBK, of which memory never holds more than a line."""

from __future__ import annotations

import csv
import http.client
import io
import zipfile
from collections.abc import Iterator
from typing import IO

from portal.adapters.bill_files import fetched
from portal.domain.errors import ProviderUnavailable

_FIRST_COLUMN = "支付宝交易号"
_LINES, _SUMMARY = "业务明细", "汇总"


def bill_lines(url: str, *, timeout: float) -> Iterator[dict[str, str]]:
    """The lines of the bill at that address, by the names of their columns. Raises ProviderUnavailable."""
    try:
        with (
            fetched(url, provider="alipay", timeout=timeout) as file,
            zipfile.ZipFile(file, metadata_encoding="gbk") as pack,
        ):
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
