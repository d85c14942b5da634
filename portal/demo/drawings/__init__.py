"""What the pictures of the goods are made of, by name of the good: the paint, then the shapes from back to front.

A shape is "m", "d" or "l" (the shade), or "w" (white), then what it is:
R x y width height radius · C x y radius · E x y rx ry · P path · S width path (drawn as a line).
"""

from __future__ import annotations

from collections.abc import Mapping

from portal.demo.drawings.at_hand import AT_HAND
from portal.demo.drawings.at_home import AT_HOME
from portal.demo.drawings.worn import WORN

DRAWINGS: Mapping[str, tuple[str, ...]] = {**WORN, **AT_HOME, **AT_HAND}
