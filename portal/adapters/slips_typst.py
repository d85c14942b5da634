"""The slip as a PDF, set by typst from `portal/templates/slips/slip.typ` with the fonts of two packages.

What customers and shops have written goes in as data, so nothing in it is markup. A name in rare characters must not
become an empty box: Noto Sans SC is followed by fonts that have more, and what none of them has is named by its number
(`slip_text`).
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

import noto_cjk_sans_jp_regular
import pylopdf_fonts_zh_cn

from portal.adapters.slip_codes import codes_of, qr_of
from portal.adapters.slip_text import Fonts, drawable
from portal.domain.returning.slip import Codes, Drawing, SlipSheet

_TEMPLATE = Path(__file__).parent.parent / "templates" / "slips" / "slip.typ"
_FONTS = (
    pylopdf_fonts_zh_cn.sans_path(),
    pylopdf_fonts_zh_cn.serif_path(),
    Path(str(noto_cjk_sans_jp_regular.FONT_PATH)),
)
_BROUGHT = ("\x20-\x7e\xa0-ʹ\u0300-\u034e\u0350-\u036fΆ-ΊΌΎ-ΡΣ-ώЀ-ѱ\u048c-ӄא-תḀ-ỿ", "،؛؟ء-غـ-ٕ٠-٩پچژکگی۰-۹")
"""What two of the fonts that typst brings have, Libertinus Serif and DejaVu Sans Mono: they are no files to be read."""


class TypstSlips:
    """Fonts are read and the template is compiled at the first slip; the next take a few milliseconds each."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    def qr(self, return_no: str) -> Drawing:
        return qr_of(return_no)

    def codes(self, return_no: str) -> Codes:
        return codes_of(return_no)

    def print(self, sheet: SlipSheet) -> bytes:
        codes = {"code128": sheet.codes.code128.svg, "qr": sheet.codes.qr.svg}
        text = json.dumps(_plain(asdict(sheet), self._coverage) | codes, ensure_ascii=False)
        # A compiler works for one thread at a time, and answers others with an error.
        with self._lock:
            pdf: bytes = self._compiler.compile(format="pdf", sys_inputs={"slip": text})
        return pdf

    @cached_property
    def _coverage(self) -> Fonts:
        """The characters that each of the fonts has a glyph for, by number."""
        # Loaded here, as the compiler is below.
        from fontTools.ttLib import TTFont

        found = [frozenset(_listed(characters)) for characters in _BROUGHT]
        for path in _FONTS:
            with TTFont(path, lazy=True) as font:
                found.append(frozenset(font.getBestCmap()))
        return found

    @cached_property
    def _compiler(self) -> Any:
        # Loaded here, as most processes never print: it takes its time and memory.
        import typst

        folders = sorted({str(font.parent) for font in _FONTS})
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)
        return typst.Compiler(input=str(_TEMPLATE), root=str(_TEMPLATE.parent), font_paths=fonts)


def _listed(characters: str) -> Iterator[int]:
    """`a-f` is every one of them."""
    for first, last in re.findall(r"(.)(?:-(.))?", characters, re.DOTALL):
        yield from range(ord(first), ord(last or first) + 1)


def _plain(value: Any, fonts: Fonts) -> Any:
    """`value` as JSON takes it, every text in it fit to be printed."""
    match value:
        case str():
            return drawable(value, fonts)
        case dict():
            return {name: _plain(item, fonts) for name, item in value.items()}
        case list() | tuple():
            return [_plain(item, fonts) for item in value]
    return value
