"""Every pattern of ours over text that others send is linear, in 100 kB of the worst of it (ASVS 5.0, 1.2.9)."""

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

LENGTH, PART = 100_000, 8
"""A text eight times as long takes eight times as long; 64 times where a pattern goes back over what it has read."""
TOO_MUCH, UNNOTICED = 3 * PART, 0.01
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
ANYWHERE = re.compile(r"\b(\w+)\.(?:search|sub|subn|split|findall|finditer)\(")
SEARCHED = {name for text in SOURCE.values() for name in ANYWHERE.findall(text)}


def looks(name: str) -> tuple[str, ...]:
    """How the pattern `name` is used: at the beginning of a text, or anywhere in it."""
    return ("match", "search") if name in SEARCHED else ("match",)


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
    slow = {name: took for name, text in WORST.items() if (took := growth(pattern, uses, text)) > TOO_MUCH}
    assert slow == {}


def growth(pattern: re.Pattern[Any], uses: tuple[str, ...], text: str) -> float:
    """How often the time of the whole text contains that of its last part; 0 where nobody would notice it."""
    read: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    whole = seconds(pattern, uses, read)
    if whole < UNNOTICED:
        return 0.0
    return round(whole / max(seconds(pattern, uses, read[-len(read) // PART :]), UNNOTICED / TOO_MUCH), 1)


def test_a_pattern_that_goes_back_over_what_it_has_read_is_found() -> None:
    assert growth(re.compile(r"\s+x$"), ("search",), " " * 6_000) > TOO_MUCH


@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_a_log_line_of_the_worst_text_is_cut_and_quick(text: str) -> None:
    began = process_time()
    entry = hide_personal(None, "", {"exception": text * 10})
    assert len(entry["exception"]) <= 6 * LONGEST_VALUE
    assert process_time() - began < 0.5


@pytest.mark.parametrize("mail", ["a@example.com", "very.long." * 20 + "name@example.com", "张三@例子.中国", "a@b"])
def test_a_mail_address_in_a_log_line_is_hidden(mail: str) -> None:
    entry = hide_personal(None, "", {"exception": f"no account for <{mail}>, tried '{mail}' and {mail}."})
    assert mail not in entry["exception"] and entry["exception"].count("[mail]") == 3
