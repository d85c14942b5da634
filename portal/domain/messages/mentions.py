"""Whom an internal note names: `@login` of a colleague, wherever it stands (issue 15, notices)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_AT = re.compile(r"(?<![A-Za-z0-9._%+-])[@\uff20]")
"""Not within an address of mail; Chinese keyboards write a wide one."""
_GOES_ON = re.compile(r"[A-Za-z0-9_@-]|\.[A-Za-z0-9]")
MOST = 20
"""Who names more of them writes to everybody; the others find it on the case."""


def mentioned(text: str, logins: Iterable[str]) -> tuple[str, ...]:
    """Each once, in the order in which they are named first, at most `MOST`. Of two logins the longer one is meant;
    capitals do not matter, and a full stop after it ends the sentence."""
    known = sorted({login for login in logins if login}, key=len, reverse=True)
    return tuple(dict.fromkeys(_named(text, known)))[:MOST]


def _named(text: str, known: list[str]) -> Iterator[str]:
    folded = [(login, login.casefold()) for login in known]
    for at in _AT.finditer(text):
        for login, typed in folded:
            end = at.end() + len(login)
            if text[at.end() : end].casefold() == typed and not _GOES_ON.match(text, end):
                yield login
                break
