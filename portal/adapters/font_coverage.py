"""Which characters a font has a glyph for, read from its `cmap` table: what it lacks would be an empty box on paper."""

from __future__ import annotations

import struct
from bisect import bisect_right
from pathlib import Path


class Coverage:
    """Of several fonts together. Only format 12 is read: the one that reaches beyond the first 65,536 characters."""

    def __init__(self, fonts: tuple[Path, ...]) -> None:
        found = sorted(group for font in fonts for group in _groups(font.read_bytes()))
        self._starts = [first for first, _ in found]
        self._ends: list[int] = []
        for _, last in found:
            self._ends.append(max(last, self._ends[-1] if self._ends else 0))

    def has(self, character: str) -> bool:
        place = bisect_right(self._starts, ord(character)) - 1
        return place >= 0 and ord(character) <= self._ends[place]


def _groups(font: bytes) -> list[tuple[int, int]]:
    """(first, last) of every run of characters. Raises ValueError where the font has no such table."""
    for number in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, start, _ = struct.unpack_from(">4sIII", font, 12 + 16 * number)
        if tag == b"cmap":
            return _full_table(font, start)
    raise ValueError("a font without a character map")


def _full_table(font: bytes, start: int) -> list[tuple[int, int]]:
    for number in range(struct.unpack_from(">H", font, start + 2)[0]):
        place = start + struct.unpack_from(">HHI", font, start + 4 + 8 * number)[2]
        if struct.unpack_from(">H", font, place)[0] == 12:
            count = struct.unpack_from(">I", font, place + 12)[0]
            return [struct.unpack_from(">II", font, place + 16 + 12 * entry) for entry in range(count)]
    raise ValueError("a font that only maps the first 65,536 characters")
