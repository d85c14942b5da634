"""A notice as an HTML mail: one column of tables, as mail programs read them; nothing to load, all of it escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.adapters.notice_formats import Language, language_of
from portal.ports import MailLook, Paints, Vocabulary, WrittenNotice

_ADDRESS = re.compile(r"https?://[^\s<>\"'（）。，]+")
_PREVIEW = 140
Line = list[tuple[str, str]]
"""Pieces of a line: the text, and where it leads, "" for nowhere."""


def next_step(kind: str, language: Language, words: Vocabulary) -> str:
    """What the button of a mail says, and the line of a plain one."""
    return words.find_word(kind, "next_step", language) or words.find_word("", "next_step", language) or ""


class MailHtml:
    """Renders `templates/mail/layout.html`."""

    def __init__(self, words: Vocabulary, paints: Paints, templates: Path) -> None:
        self._words, self._paints = words, paints
        self._templates = Environment(
            loader=FileSystemLoader(templates), undefined=StrictUndefined, autoescape=True, trim_blocks=True
        )

    def render(self, written: WrittenNotice, look: MailLook) -> str:
        language = language_of(look.locale)
        return self._templates.get_template("layout.html").render(
            language=language,
            subject=written.subject,
            preview=" ".join(written.main.split())[:_PREVIEW],
            paragraphs=list(_paragraphs(written.main)),
            button=next_step(look.kind, language, self._words),
            light=self._paints.light(look.theme),
            dark=self._paints.dark(look.theme),
            radius=look.theme.radius,
            look=look,
            withdraw=_pieces(look.withdraw),
        )


def _paragraphs(text: str) -> Iterator[list[Line]]:
    """Blank lines part them; a line break within one stays a line break."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        yield [_pieces(line.strip()) for line in paragraph.splitlines()]


def _pieces(line: str) -> Line:
    pieces, end = [], 0
    for found in _ADDRESS.finditer(line):
        pieces += [(line[end : found.start()], ""), (found[0], found[0])]
        end = found.end()
    return [piece for piece in [*pieces, (line[end:], "")] if piece[0]]
