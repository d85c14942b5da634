"""The colours that a shop's accent becomes in each scheme, moved as far as they must be to be readable (WCAG 2.2)."""

from __future__ import annotations

from functools import lru_cache

import wcag_contrast_ratio

from portal.domain.shops.colours import READABLE, WHITE, Paint, channels
from portal.domain.shops.profile import Theme

BLACK = "#000000"
LIGHT_GROUNDS, DARK_GROUNDS = ("#ffffff", "#f3f4f6", "#f5f6f8"), ("#191c1f", "#0e1012", "#22262a")
"""Card, ground and sunk of tokens.css, on which the accent is read; on its own tint it is read as well."""
TINT = 0.09
"""How much of the accent is in its tint, the rest is card."""


def light_paint(theme: Theme) -> Paint:
    return _paint(LIGHT_GROUNDS, theme.accent)


def dark_paint(theme: Theme) -> Paint:
    return _paint(DARK_GROUNDS, theme.accent)


class ReadablePaints:
    """What mails are painted in, the same as pages: `portal.ports.Paints`."""

    def light(self, theme: Theme) -> Paint:
        return light_paint(theme)

    def dark(self, theme: Theme) -> Paint:
        return dark_paint(theme)


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white), for two `#rrggbb`."""
    return float(wcag_contrast_ratio.rgb(channels(one), channels(other)))


def contrast_on_white(theme: Theme) -> float:
    """Of the accent: white text stands on it."""
    return contrast(theme.accent, WHITE)


@lru_cache(maxsize=256)
def _paint(grounds: tuple[str, ...], colour: str) -> Paint:
    readable = _readable_on(grounds, colour)
    return Paint(readable, _text_on(readable), _mix(grounds[0], readable, TINT))


def _readable_on(grounds: tuple[str, ...], colour: str) -> str:
    """`colour`, moved towards black on light grounds and white on dark ones until it can be read on each of them."""
    end = _text_on(grounds[0])
    steps = (_mix(colour, end, step / 100) for step in range(101))
    return next((mixed for mixed in steps if _is_readable(mixed, grounds)), end)


def _is_readable(colour: str, grounds: tuple[str, ...]) -> bool:
    return all(contrast(colour, ground) >= READABLE for ground in (*grounds, _mix(grounds[0], colour, TINT)))


def _text_on(ground: str) -> str:
    """Black or white, whichever can be read better on `ground`."""
    return max(WHITE, BLACK, key=lambda colour: contrast(colour, ground))


def _mix(colour: str, other: str, share: float) -> str:
    pairs = zip(channels(colour), channels(other), strict=True)
    return "#" + "".join(f"{round((a + (b - a) * share) * 255):02x}" for a, b in pairs)
