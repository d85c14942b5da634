"""A pseudo-locale: the English of the portal in brackets and longer by two fifths, as German or Finnish would be."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import pytest
from flask_babel import Domain

FILL = "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore " * 9
_REMEMBERING = type(lru_cache(lambda: None))
_TOLD = ("ugettext", "ungettext", "upgettext", "unpgettext", "gettext", "ngettext", "pgettext", "npgettext")


def stretched(text: str) -> str:
    return f"[{text} {FILL[: math.ceil(len(text) * 0.4)].strip()}]"


class Stretched:
    """A catalogue that says everything so."""

    def __init__(self, catalogue: Any) -> None:
        self._catalogue = catalogue

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._catalogue, name)
        return (lambda *asked: stretched(found(*asked))) if name in _TOLD else found


@contextmanager
def pseudo_locale() -> Iterator[None]:
    """Inside it every sentence that is looked up in a catalogue is stretched, in whatever language it is read."""
    before = Domain.get_translations
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Domain, "get_translations", lambda domain: Stretched(before(domain)))
        _forget()
        try:
            yield
        finally:
            _forget()


def _forget() -> None:
    """What the program remembers of sentences: it would say them as they were."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("portal.words", "portal.web", "portal.adapters")):
            for kept in list(vars(module).values()):
                # Asked of its type: what stands for the request of the moment cannot be asked outside of one.
                if type(kept) is _REMEMBERING:
                    kept.cache_clear()


def outside(text: str) -> str:
    """What of it stands in no brackets: data, or a sentence that no catalogue holds."""
    depth, found = 0, []
    for character in text:
        depth += {"[": 1, "]": -1}.get(character, 0)
        found.append(character if depth == 0 and character != "]" else " ")
    return "".join(found)
