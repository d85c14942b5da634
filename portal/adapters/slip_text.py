"""What somebody typed, as the fonts of the slip can draw it: never an empty box, nothing left out unseen.

A font draws a letter together with its accents, so both have to be in it. What no font has is named by its number,
`[U+1F44D]`; marks that nobody sees, such as the joiner between two emoji, are left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

Fonts = Sequence[frozenset[int]]
"""The characters that each of them has a glyph for, by number."""
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")


def drawable(text: str, fonts: Fonts) -> str:
    """`text` in letters that a font has, numbers of characters in place of others, a blank for what is no text."""
    if text.isascii() and text.isprintable():
        return text
    composed = unicodedata.normalize("NFC", "".join(_visible(text)))
    return "".join(_drawn(cluster, fonts) for cluster in _clusters(composed))


def _visible(text: str) -> Iterator[str]:
    for character in text:
        category = unicodedata.category(character)
        if category in _UNPRINTABLE or ord(character) & 0xFFFE == 0xFFFE:
            yield " "
        elif category != "Cf" and not _UNSEEN.match(character):
            yield character


def _clusters(text: str) -> Iterator[str]:
    """A character and the marks that belong to it."""
    held = ""
    for character in text:
        if held and not unicodedata.category(character).startswith("M"):
            yield held
            held = ""
        held += character
    if held:
        yield held


def _drawn(cluster: str, fonts: Fonts) -> str:
    if any(font.issuperset(map(ord, cluster)) for font in fonts):
        return cluster
    return "".join(_named(character, fonts) for character in cluster)


def _named(character: str, fonts: Fonts) -> str:
    """A mark without its letter would stand on the wrong one."""
    is_drawn = not unicodedata.category(character).startswith("M") and any(ord(character) in font for font in fonts)
    return character if is_drawn else f"[U+{ord(character):04X}]"
