"""Every pattern of ours over text that others send is linear: 100 kB of the worst of it in 10 ms (ASVS 5.0, 1.2.9)."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

import pytest

import portal
from portal.web.request.access_log import LONGEST_VALUE, hide_personal

LENGTH = 100_000
WORST = {
    "letters": "a" * LENGTH,
    "letters, then what fits nothing": "a" * LENGTH + "!",
    "digits": "1" * LENGTH,
    "blanks": " " * LENGTH + "x",
    "at signs": "@" * LENGTH,
    "half a mail": "a@" * (LENGTH // 2),
    "a mail without an end": "a@a." * (LENGTH // 4),
    "dashes": "a-" * (LENGTH // 2) + "!",
    "dots": "a." * (LENGTH // 2) + "!",
    "separators": ",; " * (LENGTH // 3) + "x",
    "brackets": "{[" * (LENGTH // 2),
    "slashes": "/" * LENGTH + "\\",
    "full-width": "１" * LENGTH,
    "invisible": "\u200b" * LENGTH + "x",
    "Han": "订" * LENGTH,
    "lines": "\n" * LENGTH,
    "comments": " #" * (LENGTH // 2) + "x",
    "ends of a PDF": "%%EOF " * (LENGTH // 6) + "x",
}


SOURCE = {path: path.read_text() for path in Path(portal.__file__).parent.rglob("*.py")}
ANYWHERE = ("search", "sub", "subn", "split", "findall", "finditer")


def looks(name: str) -> tuple[str, ...]:
    """How the pattern `name` is used: at the beginning of a text, or anywhere in it."""
    used = re.compile(rf"\b{re.escape(name)}\.({'|'.join(ANYWHERE)})\(")
    return ("match", "search") if any(used.search(text) for text in SOURCE.values()) else ("match",)


def patterns() -> Iterator[Any]:
    for info in pkgutil.walk_packages(portal.__path__, "portal."):
        if info.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(info.name)).items():
            if isinstance(value, re.Pattern):
                yield pytest.param(value, looks(name), id=f"{info.name.removeprefix('portal.')}.{name}")


def seconds(pattern: re.Pattern[Any], uses: tuple[str, ...], text: Any) -> float:
    """Of the processor, the least of three: what else runs on the machine does not count."""
    taken = []
    for _ in range(3):
        began = process_time()
        for use in uses:
            getattr(pattern, use)(text)
        taken.append(process_time() - began)
    return min(taken)


@pytest.mark.parametrize(("pattern", "uses"), list(patterns()))
def test_no_text_makes_a_pattern_slow(pattern: re.Pattern[Any], uses: tuple[str, ...]) -> None:
    is_bytes = isinstance(pattern.pattern, bytes)
    slow = {
        name: round(took, 3)
        for name, text in WORST.items()
        if (took := seconds(pattern, uses, text.encode() if is_bytes else text)) > 0.01
    }
    assert slow == {}


@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_a_log_line_of_the_worst_text_is_cut_and_quick(text: str) -> None:
    began = process_time()
    entry = hide_personal(None, "", {"exception": text * 10})
    assert len(entry["exception"]) <= 6 * LONGEST_VALUE
    assert process_time() - began < 0.1


@pytest.mark.parametrize("mail", ["a@example.com", "very.long." * 20 + "name@example.com", "张三@例子.中国", "a@b"])
def test_a_mail_address_in_a_log_line_is_hidden(mail: str) -> None:
    entry = hide_personal(None, "", {"exception": f"no account for <{mail}>, tried '{mail}' and {mail}."})
    assert mail not in entry["exception"] and entry["exception"].count("[mail]") == 3
