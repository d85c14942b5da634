"""JSON orders from a stream: one a line, or documents that hold one, a list, or `{"orders": [...]}`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from portal.adapters.feed_bytes import LONGEST_LINE, TooLong
from portal.domain.intake.imported_order import Reject

_LIST = re.compile(r'\s*(?:\{\s*"orders"\s*:\s*)?\[')
_NEXT = re.compile(r"^[\[{]", re.MULTILINE)
_BETWEEN = re.compile(r"[\s,]*")
_DECODER = json.JSONDecoder(parse_constant=lambda name: _refuse(name))  # noqa: PLW0108 - defined below

Document = tuple[int, Any]
"""The line it starts on (1-based), and the value."""


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def json_lines(lines: Iterator[str]) -> Iterator[Document | Reject]:
    """One value a line; a broken line is rejected and the next one read."""
    for number, line in enumerate(lines, 1):
        if isinstance(line, TooLong):
            yield Reject(number, "", "", f"the line is longer than {LONGEST_LINE} characters")
        elif line.strip():
            try:
                yield number, _DECODER.decode(line)
            except (ValueError, RecursionError) as problem:
                yield Reject(number, "", "", f"is not JSON: {_short(problem)}")


def json_documents(lines: Iterator[str]) -> Iterator[Document | Reject]:
    """Values that may span lines, one after another; the entries of a list one by one, so that a list may be long.

    After a broken value it is not certain where the next begins: outside a list it is sought at the start of a
    line, inside one reading ends.
    """
    buffer = _Buffer(lines)
    while buffer.fill():
        buffer.look_ahead()
        in_list = bool(opening := _LIST.match(buffer.text))
        if opening:
            buffer.skip(opening.end())
        yield from _values(buffer, in_list=in_list)


def _values(buffer: _Buffer, *, in_list: bool) -> Iterator[Document | Reject]:
    while buffer.fill():
        buffer.skip(_BETWEEN.match(buffer.text).end())  # type: ignore[union-attr] # it matches the empty text too
        if not buffer.text:
            continue
        if buffer.text[0] in "]}":
            buffer.skip(1)
            return
        if not in_list and _LIST.match(buffer.text):
            return
        found = buffer.value()
        yield found
        if isinstance(found, Reject):
            if in_list:
                buffer.close()
            return


class _Buffer:
    """The text not yet read, and the line it starts on."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.text = ""
        self.line = 1

    def fill(self) -> bool:
        """Whether there is anything but blanks ahead."""
        while not self.text.strip():
            self.line += self.text.count("\n")
            self.text = next(self._lines, "")
            if not self.text:
                return False
        return True

    def look_ahead(self) -> None:
        """A few lines more, so that an opening written over several lines can be recognised."""
        self.text += "".join(islice(self._lines, 4))

    def skip(self, count: int) -> None:
        self.line += self.text.count("\n", 0, count)
        self.text = self.text[count:]

    def close(self) -> None:
        self.text, self._lines = "", iter(())

    def value(self) -> Document | Reject:
        """The next value; more lines are taken, twice as many each time, until it is whole."""
        start, take = self.line, 1
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text)
            except (ValueError, RecursionError) as problem:
                more = "".join(islice(self._lines, take))
                if more and len(self.text) < LONGEST_LINE and not isinstance(problem, RecursionError):
                    self.text += more
                    take *= 2
                    continue
                self.skip(start_of_next.start() if (start_of_next := _NEXT.search(self.text, 1)) else len(self.text))
                return Reject(start, "", "", f"is not JSON: {_short(problem)}")
            self.skip(end)
            return start, value


def _short(problem: Exception) -> str:
    return "too deeply nested" if isinstance(problem, RecursionError) else str(problem)[:200]
