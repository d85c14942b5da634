"""Evidence: what may be added to an application, and what is wrong with what may not (SECURITY, uploads).

A file that was received is a draft of whoever sent it, on one order, until an application or a message takes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import BinaryIO, Literal, get_args

from portal.domain.errors import Invalid

MOST_BYTES = 8 * 1024 * 1024
MOST_FILES = 6
MOST_A_DAY = 30
MOST_PAGES = 50
MOST_PIXELS = 30_000_000
MOST_PHOTO_PIXELS = 50_000_000

FaultCode = Literal["type", "size", "count", "broken", "day", "pixels", "pages", "active", "virus", "away"]
FAULTS = frozenset(get_args(FaultCode))
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
_LONGEST_NAME = 100
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069/\\]+")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent. `content` is read once, and only after `size` (bytes) was found small enough."""

    name: str
    size: int
    content: BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A file that was imported. `id` is the public one; `sha256` that of the original as it was sent, in hex.

    `width` and `height` are 0 for a PDF.
    """

    id: str
    name: str
    media_type: str
    size: int
    sha256: str
    width: int = 0
    height: int = 0

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadFault:
    """Why a file was not accepted. `count` is how many there are already (code `count`), `size` in bytes."""

    code: FaultCode
    file: str = ""
    size: int = 0
    count: int = 0


class EvidenceRefused(Invalid):
    """Evidence that cannot be attached: `fault` says why."""

    def __init__(self, fault: UploadFault) -> None:
        super().__init__((("evidence", fault.code),))
        self.fault = fault


@dataclass(eq=False)
class BadFile(Exception):
    """What the cleaner says of a file that it will not pass on."""

    code: FaultCode


def shown_name(sent: str) -> str:
    """The name of a file as people may be shown it: no path, nothing invisible, of a length that fits."""
    name = _NOT_IN_NAMES.sub(" ", sent.replace("\\", "/").rpartition("/")[2]).strip()
    stem, dot, ending = name.rpartition(".")
    if len(name) > _LONGEST_NAME and dot and len(ending) <= 8:
        return f"{stem[: _LONGEST_NAME - 9]}….{ending}"
    return name[:_LONGEST_NAME] or "?"
