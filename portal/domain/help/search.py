"""Which pages answer a question typed in one's own words, without an index: few pages, each a few sentences."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

_HAN = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[0-9a-z]+")
_ENOUGH = 0.4
_IN_TITLE = 2.0


def pieces(text: str) -> set[str]:
    """Pairs of neighbouring Han characters, since Chinese has no blanks between words, and Latin words as they are."""
    folded = text.casefold()
    found = {word for word in _WORD.findall(folded) if len(word) > 1}
    for run in _HAN.findall(folded):
        found |= {run[n : n + 2] for n in range(len(run) - 1)} or {run}
    return found


def search(query: str, pages: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """Keys of `pages` (title and text) that hold enough of what was asked, the best first.

    A piece that is on few pages says more than one that is on many, and one in the title more than one below it.
    """
    held = {key: (pieces(title), pieces(f"{title} {text}")) for key, (title, text) in pages.items()}
    weights = {}
    for piece in pieces(query):
        known = sum(_has(piece, everything) for _, everything in held.values())
        if known:
            weights[piece] = math.log(1 + len(held) / known)
    scores = {}
    for key, (title, everything) in held.items():
        share = sum(weight for piece, weight in weights.items() if _has(piece, everything))
        if share and share >= _ENOUGH * sum(weights.values()):
            scores[key] = share + _IN_TITLE * sum(weight for piece, weight in weights.items() if _has(piece, title))
    return tuple(sorted(scores, key=lambda key: -scores[key]))


def _has(piece: str, held: set[str]) -> bool:
    """A single character is looked for inside the pairs."""
    return piece in held or (len(piece) == 1 and any(piece in one for one in held))
