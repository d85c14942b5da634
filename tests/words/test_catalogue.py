"""The English catalogue holds every sentence of the portal (UI: Chinese first, English second)."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from portal.adapters.pack_files import shipped_packs

ROOT = Path(__file__).parents[2]
METHODS = [("portal/**.py", "python"), ("portal/templates/**.html", "jinja2"), ("portal/templates/**.txt", "jinja2")]


def has_chinese(text: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text)


@pytest.fixture(scope="module")
def english():
    with (ROOT / "portal/translations/en/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file)


def test_every_sentence_has_its_english(english):
    found = extract_from_dir(
        ROOT,
        METHODS,
        keywords=DEFAULT_KEYWORDS | {"_l": None},
        directory_filter=lambda folder: not Path(folder).name.startswith("."),
    )
    missing = set()
    for _file, _line, message, _comments, context in found:
        first = message[0] if isinstance(message, tuple) else message
        translated = english.get(first, context)
        if translated is None or not translated.string:
            missing.add(first)
    assert not missing


def test_the_english_is_english_and_fills_the_same_blanks(english):
    for message in english:
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert message.id == "" or not any(has_chinese(text) for text in texts), message.id
        assert not list(message.check(english)), message.id


def test_a_sentence_of_the_law_stands_in_its_pack_and_nowhere_else(english):
    """Rules of the house (SHOP-) are said in words of ours as well, filled with the facts of a case."""
    said = {message.id for message in english if isinstance(message.id, str)}
    for pack in shipped_packs().values():
        rules = {name: rule.says.zh for name, rule in pack.rules.items() if not name.startswith("SHOP-")}
        assert not {name for name, says in rules.items() if says in said or says.rstrip("。") in said}
