"""Colours as a shop writes them. How far two of them contrast is computed where a library may be used."""

from __future__ import annotations

import re
from dataclasses import dataclass

READABLE = 4.5
"""The least contrast of text and ground (WCAG 2.2, 1.4.3)."""
WHITE = "#ffffff"
_HEX = re.compile(r"#[0-9a-f]{6}\Z")


@dataclass(frozen=True, slots=True)
class Paint:
    """A shop's accent in one colour scheme, the text upon it and the wash below it, all readable."""

    accent: str
    on_accent: str
    tint: str


def read_colour(text: str) -> str:
    """`#RRGGBB` in lower case. Raises ValueError with what is expected."""
    colour = text.lower()
    if not _HEX.match(colour):
        raise ValueError("must be a colour like #14527a")
    return colour


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of a `#rrggbb`, 0 to 1 each."""
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255
