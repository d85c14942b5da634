"""The colours that a shop's accent becomes in each scheme, moved as far as they must be to be readable (WCAG 2.2)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import wcag_contrast_ratio

from portal.domain.shops.colours import READABLE, WHITE, channels
from portal.domain.shops.profile import Theme

BLACK = "#000000"
# The grounds of app.css on which the accent is hardest to read, one for each scheme.
LIGHT_GROUND, DARK_GROUND = "#eef3f7", "#212a31"


@dataclass(frozen=True, slots=True)
class Paint:
    """The accent in one colour scheme and the text upon it, both readable."""

    accent: str
    on_accent: str


def light_paint(theme: Theme) -> Paint:
    return _paint(LIGHT_GROUND, theme.accent)


def dark_paint(theme: Theme) -> Paint:
    return _paint(DARK_GROUND, theme.accent)


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white), for two `#rrggbb`."""
    return float(wcag_contrast_ratio.rgb(channels(one), channels(other)))


def contrast_on_white(theme: Theme) -> float:
    """Of the accent: white text stands on it."""
    return contrast(theme.accent, WHITE)


@lru_cache(maxsize=256)
def _paint(ground: str, colour: str) -> Paint:
    readable = _readable_on(ground, colour)
    return Paint(readable, _text_on(readable))


def _readable_on(ground: str, colour: str) -> str:
    """`colour`, moved towards black on a light ground and white on a dark one until it can be read there."""
    end = _text_on(ground)
    steps = (_mix(colour, end, step / 100) for step in range(101))
    return next((mixed for mixed in steps if contrast(mixed, ground) >= READABLE), end)


def _text_on(ground: str) -> str:
    """Black or white, whichever can be read better on `ground`."""
    return max(WHITE, BLACK, key=lambda colour: contrast(colour, ground))


def _mix(colour: str, other: str, share: float) -> str:
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round((a + (b - a) * share) * 255):02x}" for a, b in pairs)
