"""Files that are kept, cleaned, scanned or printed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from portal.domain.returning.slip import Codes, Drawing, SlipSheet


class SlipPrinter(Protocol):
    """Return slips for the parcel: codes for the screen, and the sheet."""

    def qr(self, return_no: str) -> Drawing:
        """The number as a QR code, for a screen."""

    def codes(self, return_no: str) -> Codes:
        """The number as Code 128 and as QR."""

    def print(self, sheet: SlipSheet) -> bytes:
        """An A4 PDF, its fonts inside; whatever was typed is printed as text."""


class ObjectStore(Protocol):
    """Files under keys like `20261120/<random>`. Raises ProviderUnavailable where the store does not answer."""

    def put(self, key: str, content: bytes) -> None:
        """Whole or not at all; on return it is there to stay."""

    def get(self, key: str) -> bytes:
        """Raises NotFound."""

    def delete(self, keys: Sequence[str]) -> None:
        """What is not there is left alone."""

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Every key below `prefix` (a whole part of the path) and when it was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanFile:
    """A file that may be kept and shown. Of a picture `small` is a copy to look through; of a PDF it is empty."""

    content: bytes
    media_type: str
    width: int = 0
    height: int = 0
    small: bytes = b""


class ImageCleaner(Protocol):
    """Makes of an uploaded file one that only shows what it should (SECURITY, uploads)."""

    def clean(self, content: bytes) -> CleanFile:
        """The picture encoded again, or the PDF looked through. Raises BadFile (domain.evidence), nothing else."""


class Scanner(Protocol):
    """Looks for malware in a file before it is opened."""

    def is_clean(self, content: bytes) -> bool:
        """False where malware is known in it. Raises ProviderUnavailable."""


class HeadStore(Protocol):
    """Where signed heads of the audit trail are kept, away from the database. Raises ProviderUnavailable."""

    def names(self) -> tuple[str, ...]:
        """Of all that were written, oldest first: names sort by age."""

    def write(self, name: str, lines: Iterable[str]) -> bool:
        """Whole or not at all. False where there is one of that name: it stays as it is."""

    def read(self, name: str) -> Iterator[str]:
        """Its lines, without their ends."""
