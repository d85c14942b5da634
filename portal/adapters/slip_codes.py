"""A return number as Code 128 and as QR, drawn as paths: the page and the PDF show the same squares."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import groupby

from portal.domain.returning.slip import Codes, Drawing

_BAR_HEIGHT = 24
_QUIET_BAR, _QUIET_QR = 10, 4
"""White that a reader needs around a code, in modules (ISO/IEC 15417 and 18004)."""


@lru_cache(maxsize=256)
def codes_of(number: str) -> Codes:
    """Both, for the slip."""
    # Loaded here, as it brings libraries for pictures along and most processes never draw one.
    from barcode.codex import Code128

    bars = Code128(number).build()[0]
    return Codes(
        code128=_drawn([[bit == "1" for bit in bars]], quiet=_QUIET_BAR, height=_BAR_HEIGHT),
        qr=qr_of(number),
    )


@lru_cache(maxsize=1024)
def qr_of(number: str) -> Drawing:
    """Never a Micro QR: phones do not read those."""
    import segno

    return _drawn(segno.make(number, micro=False, error="m").matrix, quiet=_QUIET_QR)


def _drawn(rows: Sequence[Iterable[object]], *, quiet: int, height: int = 1) -> Drawing:
    """Each run of black in a row as one rectangle. Bars have their quiet zone at the sides only."""
    above = quiet if height == 1 else 0
    parts, width = [], 0
    for number, row in enumerate(rows):
        x = quiet
        for is_black, run in groupby(map(bool, row)):
            length = len(list(run))
            if is_black:
                parts.append(f"M{x} {number * height + above}h{length}v{height}h-{length}z")
            x += length
        width = x + quiet
    return Drawing(width=width, height=len(rows) * height + 2 * above, path="".join(parts))
