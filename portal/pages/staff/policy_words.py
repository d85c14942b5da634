"""The values of a pack in words, and its fields: for the editor, for what differs, and for what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.domain.deadlines.spans import parse_span
from portal.domain.policy.describe import TIMER_WORDS, describe, span_words
from portal.domain.policy.differences import Difference
from portal.domain.policy.pack import Pack
from portal.domain.policy.pack_fields import PackField, field_at
from portal.domain.policy.problems import PackProblem
from portal.domain.policy.typed_fields import amount_text
from portal.pages.values.policies import DifferenceRow, PackWords
from portal.words.codes import word
from portal.words.policies import problem_words


def pack_words(pack: Pack, locale: str) -> PackWords:
    """A pack to read, in the reader's language."""
    _, *lines = describe(pack, locale)
    rules = [line for line in lines if line.split(" ")[0] in pack.rules]
    title = pack.title.in_locale(locale)
    return PackWords(name=pack.name, title=title, lines=tuple(lines[: -len(rules) or None]), rules=tuple(rules))


def field_label(field: PackField, locale: str) -> str:
    """What it is called; of several by tag, without the tag."""
    first, _, name = field.key.partition(".")
    return TIMER_WORDS[name][0].in_locale(locale) if first == "timers" else str(word(field.code, "pack_field"))


def value_words(field: PackField | None, value: Any, locale: str) -> str:
    """A value of a pack's table; "" where there is none."""
    if value is None:
        return ""
    if field is not None and field.kind in _SHOWN:
        return _SHOWN[field.kind](field, value, locale)
    return _list((str(one) for one in value), locale) if isinstance(value, list | tuple) else str(value)


def _of_days(_field: PackField, value: Any, locale: str) -> str:
    if value == "unlimited":
        return str(word("unlimited", "pack_choice"))
    return _span(f"{value} days", locale) if value else "0"


_SHOWN: Mapping[str, Callable[[PackField, Any, str], str]] = {
    "span": lambda _field, value, locale: _span(value, locale),
    "spans": lambda _field, value, locale: _list((_span(one, locale) for one in value), locale),
    "amount": lambda _field, value, _locale: amount_text(value) or str(word("nothing", "pack_choice")),
    "choice": lambda field, value, _locale: choice_words(field, str(value)),
    "flag": lambda _field, value, _locale: str(word("yes" if value else "no", "pack_choice")),
    "kinds": lambda _field, value, locale: _list((str(word(one, "kind")) for one in value), locale),
    "reasons": lambda _field, value, locale: _list((str(word(one, "apply_reason")) for one in value), locale),
    "days": _of_days,
    "percent": lambda _field, value, _locale: f"{value}%",
    "drop": lambda _field, value, _locale: str(value.get("rule", "")) if isinstance(value, Mapping) else str(value),
}


def choice_words(field: PackField, value: str) -> str:
    place = "how" if field.key.endswith(".how") else field.key
    return str(word(f"{place}.{value}", "pack_choice"))


def difference_rows(found: tuple[Difference, ...], locale: str) -> tuple[DifferenceRow, ...]:
    return tuple(_row(one, field_at(one.key), locale) for one in found)


def _row(one: Difference, field: PackField | None, locale: str) -> DifferenceRow:
    label = key_words(one.key, locale)
    before, after = (value_words(field, value, locale) for value in (one.before, one.after))
    return DifferenceRow(key=one.key, label=label, before=before, after=after)


def key_words(key: str, locale: str) -> str:
    """What a key of the file is called, with the tag or rule it is of; the key itself where it has no field."""
    field = field_at(key)
    if field is None:
        return str(word(key, "pack_field"))
    label = field_label(field, locale)
    return f"{label} {field.name}" if field.name else label


def problem_text(problem: PackProblem, locale: str) -> str:
    """What is wrong, with its limit in words."""
    limit = str(word(problem.limit, "kind")) if problem.key == "kinds" else _span(problem.limit, locale)
    return problem_words(problem, limit)


def _span(value: Any, locale: str) -> str:
    try:
        return span_words(parse_span(value), locale)
    except ValueError:
        return str(value)


def _list(values: Any, locale: str) -> str:
    return ("、" if locale.startswith("zh") else ", ").join(values)
