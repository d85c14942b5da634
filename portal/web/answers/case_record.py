"""The record of a case as one file: an index to read in both languages, the same as JSON, and every piece of evidence.

It is written while it is sent, a file at a time, so that it takes no more memory than its largest file.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from flask import Response, render_template

from portal.pages.shop.case_record import CaseExport, KeptFile
from portal.web.request.languages import BCP47, read_in, speaking
from portal.web.shell.assets import STATIC
from portal.web.shell.filters import here

LANGUAGES = ("zh", "en")
Read = Callable[[KeptFile], bytes | None]


class Outbox(io.RawIOBase):
    """Takes what a writer of archives writes, and gives it on in pieces. It cannot be gone back in."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override] # zipfile writes bytes and nothing else
        self._waiting += piece
        return len(piece)

    def take(self) -> bytes:
        piece, self._waiting = bytes(self._waiting), bytearray()
        return piece


def send_record(record: CaseExport, read: Read) -> Response:
    """As a download, named by the case. The pages are made now, while the request is there; evidence is read later."""
    read_in(record.zone)
    pages = {f"index.{name}.html": _index(record, name).encode() for name in LANGUAGES}
    pages["record.json"] = json.dumps(record.facts(), ensure_ascii=False, indent=1).encode()
    pages["record.css"] = (STATIC / "css" / "record.css").read_bytes()
    made_at = record.made_at.astimezone(here().tzinfo)
    response = Response(_pieces(record, pages, made_at, read), content_type="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{record.page.case_no}.zip"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _index(record: CaseExport, language: str) -> str:
    with speaking(language):
        return render_template("record/index.html", record=record, page=record.page, language=BCP47[language])


def _pieces(record: CaseExport, pages: dict[str, bytes], made_at: datetime, read: Read) -> Iterator[bytes]:
    outbox = Outbox()
    with ZipFile(outbox, "w") as archive:
        for name, content in pages.items():
            archive.writestr(_entry(name, made_at, ZIP_DEFLATED), content)
        yield outbox.take()
        for file in record.files:
            kept = read(file)
            if kept is not None:
                archive.writestr(_entry(file.path, made_at, ZIP_STORED), kept)
                yield outbox.take()
    yield outbox.take()


def _entry(name: str, at: datetime, method: int) -> ZipInfo:
    """Pictures and PDFs are packed already. The time is the reader's: a zip knows no zone."""
    entry = ZipInfo(name, at.timetuple()[:6])
    entry.compress_type, entry.external_attr = method, 0o644 << 16
    return entry
