"""What is said by code: tables of sentences with blanks, and where the fact that fills a blank is found.

A `Sentence` holds the text and its facts as they are; whoever shows it (page, mail) gives each fact its form in the
reader's language and zone. Of several sentences for a code the first is said whose blanks are all known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any, Literal, TypeAlias

from flask_babel.speaklater import LazyString

Form = Literal["plain", "deadline", "until", "stamp", "clock", "day", "money", "carrier", "word", "sentence"]
"""plain: as it is. deadline: the end of a term and what is left of it. until, stamp: a `<time>` (the end of a term, a
moment), `detail` its name; clock: one without its day; day: a date alone. carrier: the shop's name for a code. word:
`detail` is the family of a code. sentence: one inside another.
"""
Facts = Any
"""A value of the domain or of a page whose attributes the blanks name."""
Key = str | tuple[str, str]
Says: TypeAlias = LazyString | tuple[LazyString, ...]
ByCode = Mapping[Key, Says]
_BLANK = re.compile(r"%\((\w+)\)[sd]")


@dataclass(frozen=True, slots=True)
class Fact:
    """What fills a blank: the value and the form in which it is shown."""

    form: Form
    value: Any
    detail: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """A text of a table: one and the same for as long as the program runs, so that what is made of it (its blanks, its
    text in a language) is remembered by it."""

    text: LazyString


@dataclass(frozen=True, slots=True)
class Sentence:
    """`wording` in the source language until it is shown; `facts` by the name of their blank."""

    wording: Wording
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Blank:
    """Where the fact of a blank is found (None or "": it is not known) and in which form it is shown."""

    form: Form
    of: Callable[[Facts], Any]
    detail: str = ""

    def fact(self, facts: Facts) -> Fact | None:
        value = self.of(facts)
        return None if value is None or value == "" else Fact(self.form, value, self.detail)


def _nothing(_facts: Facts) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Table:
    """The sentences of one kind. A key is a code, or a code and a variant of it; "" is said of every other code.

    `code` and `variant` find those of the facts.
    """

    says: ByCode
    blanks: Mapping[str, Blank]
    code: Callable[[Facts], str]
    variant: Callable[[Facts], str] = _nothing
    _wordings: Mapping[Key, tuple[Wording, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "_wordings", {key: tuple(map(Wording, options(says))) for key, says in self.says.items()}
        )

    def find(self, facts: Facts) -> Sentence | None:
        """None where nothing is said of such a code."""
        code, variant = self.code(facts), self.variant(facts)
        for key in ((code, variant), code, ("", variant), ""):
            if key in self._wordings and (found := self._known(self._wordings[key], facts)):
                return found
        return None

    def _known(self, wordings: tuple[Wording, ...], facts: Facts) -> Sentence | None:
        for wording in wordings:
            blanks = _blanks_of(wording)
            known = {name: fact for name in blanks if (fact := self.blanks[name].fact(facts))}
            if len(known) == len(blanks):
                return Sentence(wording, known)
        return None


def options(says: Says) -> tuple[LazyString, ...]:
    """The sentences for a code, the one that says most first."""
    return says if isinstance(says, tuple) else (says,)


def blanks_of(text: str) -> frozenset[str]:
    """The names of the blanks of a sentence."""
    return frozenset(_BLANK.findall(text))


@lru_cache(maxsize=4096)
def _blanks_of(wording: Wording) -> frozenset[str]:
    # Whatever language is spoken: all translations have the same blanks.
    return blanks_of(str(wording.text))


def fill(sentence: Sentence, show: Callable[[Fact], str], text: str = "") -> str:
    """`sentence` in the language of the reader. `text`: its wording, where the caller has it at hand in that language;
    a text of Markup escapes what is filled in."""
    text = text or str(sentence.wording.text)
    if not sentence.facts:
        return text
    return text % {name: show(fact) for name, fact in sentence.facts.items()}


def plain(where: str) -> Blank:
    return Blank("plain", attrgetter(where))


def deadline(where: str) -> Blank:
    return Blank("deadline", attrgetter(where))


def until(where: str, name: str = "deadline") -> Blank:
    return Blank("until", attrgetter(where), name)


def stamp(where: str, name: str = "at") -> Blank:
    return Blank("stamp", attrgetter(where), name)


def clock(where: str, name: str) -> Blank:
    """A moment of a day that is known."""
    return Blank("clock", attrgetter(where), name)


def day(where: str) -> Blank:
    return Blank("day", attrgetter(where))


def carrier(where: str) -> Blank:
    return Blank("carrier", attrgetter(where))


def coded(where: str, family: str) -> Blank:
    return Blank("word", attrgetter(where), family)


def money(where: str) -> Blank:
    return Blank("money", attrgetter(where))


def inner(table: Callable[[Facts], Sentence | None]) -> Blank:
    """A sentence of another table inside this one."""
    return Blank("sentence", table)
