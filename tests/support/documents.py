"""Commands as a page of docs/ shows them, each with what it shows of the answer."""

from __future__ import annotations

import re
from typing import Any

ANY = "…"


def commands_of(page: str) -> list[tuple[str, str]]:
    """Those behind `$ ` in its console blocks, whole, each with the lines below it."""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, answer = re.sub(r"\\\n\s*", "", part).partition("\n")
            found.append((command, answer))
    return found


def is_like(shown: Any, said: Any) -> bool:
    """Whether `said` has everything that is shown: an object may have more, `…` stands for anything, a list that ends
    with it may go on."""
    if shown == ANY:
        return True
    if isinstance(shown, dict):
        return isinstance(said, dict) and all(name in said and is_like(shown[name], said[name]) for name in shown)
    if isinstance(shown, list) and isinstance(said, list):
        goes_on = bool(shown) and shown[-1] == ANY
        shown = shown[:-1] if goes_on else shown
        fits = len(shown) <= len(said) if goes_on else len(shown) == len(said)
        return fits and all(is_like(one, other) for one, other in zip(shown, said, strict=False))
    if isinstance(shown, str) and isinstance(said, str) and ANY in shown:
        return re.fullmatch(".*".join(map(re.escape, shown.split(ANY))), said, re.DOTALL) is not None
    return bool(shown == said)
