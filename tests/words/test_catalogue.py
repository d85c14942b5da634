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


@pytest.fixture(scope="module")
def said():
    """(sentence, context) of every one that the code says."""
    found = extract_from_dir(
        ROOT,
        METHODS,
        keywords=DEFAULT_KEYWORDS | {"_l": None},
        directory_filter=lambda folder: not Path(folder).name.startswith("."),
    )
    texts = ((message[0] if isinstance(message, tuple) else message, context) for *_, message, _, context in found)
    return set(texts)


def test_every_sentence_has_its_english(english, said):
    kept = {one: english.get(*one) for one in said}
    assert not {text for (text, _context), found in kept.items() if found is None or not found.string}


def test_no_english_is_kept_of_a_sentence_that_nobody_says(english, said):
    kept = {(message.id[0] if isinstance(message.id, tuple) else message.id, message.context) for message in english}
    assert kept - said - {("", None)} == set()


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
