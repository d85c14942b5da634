"""Contrast of two colours, as WCAG 2.2 defines it (relative luminance), and the nearest colour that can be read."""

from __future__ import annotations

import re

READABLE = 4.5
_HEX = re.compile(r"#[0-9a-f]{6}\Z")


class Unreadable(ValueError):
    """An accent on which white text cannot be read. `found` is its contrast."""

    def __init__(self, found: float) -> None:
        super().__init__(f"has a contrast of {found:.2f} on white, {READABLE} is needed: take a darker colour")
        self.found = found


def read_accent(text: str) -> str:
    """A colour on which white text can be read (WCAG 2.2, 1.4.3). Raises Unreadable, or ValueError for no colour."""
    colour = read_colour(text)
    if (found := contrast(colour, "#ffffff")) < READABLE:
        raise Unreadable(found)
    return colour


def read_colour(text: str) -> str:
    """`#RRGGBB` in lower case. Raises ValueError with what is expected."""
    colour = text.lower()
    if not _HEX.match(colour):
        raise ValueError("must be a colour like #14527a")
    return colour


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white), for two `#rrggbb`."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(ground: str, colour: str) -> str:
    """`colour`, moved towards black on a light ground and white on a dark one until it can be read there."""
    end = text_on(ground)
    for step in range(101):
        mixed = _mix(colour, end, step / 100)
        if contrast(mixed, ground) >= READABLE:
            return mixed
    return end


def text_on(ground: str) -> str:
    """Black or white, whichever can be read better on `ground`."""
    return max("#ffffff", "#000000", key=lambda colour: contrast(colour, ground))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


def _mix(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
