"""A section's settings as text in the fields of a form, and back to the tables of a settings file.

Pure: which values are right is the business of the schema, for a file and for a form alike. Here only stands where a
value is typed, so that what is wrong with a key can be said at its field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.domain.codec import fingerprint
from portal.domain.shops.sections import LANGUAGES, Item, Listed, Section, Setting
from portal.domain.typed import plain

Typed = Mapping[str, Sequence[str]]
"""Texts by the name of a field, as a form sends them."""
MOST_ROWS = 400
NO_DAY, TWICE = "must be a date like 2027-02-06", "is there twice"
_COUNT = re.compile(r"-?[0-9]{1,9}\Z", re.ASCII)
_MISSING = object()


@dataclass(frozen=True, slots=True)
class ReadForm:
    """The settings as they would be; `places`: the field at which the value of a dotted key is typed; `problems`:
    (field, reason) of what could not even be put into a table."""

    table: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)
    problems: list[tuple[str, str]] = field(default_factory=list)

    def place_of(self, key: str) -> str:
        """Of the nearest key that has one: `name.en`, `carriers[0].name`, `closed_days`. "" where none has."""
        while key:
            if key in self.places:
                return self.places[key]
            key = key[: max(key.rfind("."), key.rfind("["), 0)]
        return ""


def field_name(key: str, *parts: str | int) -> str:
    """`return_address.phone` is typed as `return_address-phone`, the second carrier's code as `carriers-1-code`."""
    return "-".join([key.replace(".", "-"), *map(str, parts)]).rstrip("-")


def typed_of(section: Section, table: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The fields of a section's form, filled with what the shop has set."""
    typed: dict[str, tuple[str, ...]] = {}
    for item in section.items:
        if isinstance(item, Setting):
            typed |= _texts(item, field_name(item.key), _at(table, item.key))
            continue
        for number, row in enumerate(_rows_of(item, _at(table, item.key))):
            for column in item.columns:
                name = field_name(item.key, number, column.key)
                typed |= _texts(column, name, row.get(column.key, _MISSING) if isinstance(row, dict) else row)
    return typed


def read_form(section: Section, typed: Typed, before: Mapping[str, Any]) -> ReadForm:
    """The table `before` with a section's settings as they were typed. A row of a list without a word is no row."""
    read = ReadForm(deepcopy(dict(before)))
    for item in section.items:
        if isinstance(item, Setting):
            name = field_name(item.key)
            read.places[item.key] = first_name(item, name)
            _put(read.table, item.key, _value(item, name, typed))
        else:
            _put(read.table, item.key, _listed(item, typed, read))
    return read


def row_numbers(item: Listed, typed: Typed) -> list[int]:
    """Of the rows that a form has sent, in their order."""
    pattern = re.compile(re.escape(field_name(item.key)) + r"-([0-9]{1,4})(?:-|\Z)", re.ASCII)
    return sorted({int(found[1]) for name in typed if (found := pattern.match(name))})[:MOST_ROWS]


def with_row(item: Listed, typed: Typed) -> dict[str, Sequence[str]]:
    """One empty row more."""
    number = max(row_numbers(item, typed), default=-1) + 1
    empty = {first_name(column, field_name(item.key, number, column.key)): ("",) for column in item.columns}
    return {**typed, **empty}


def without_row(item: Listed, number: int, typed: Typed) -> dict[str, Sequence[str]]:
    name = field_name(item.key, number)
    return {key: value for key, value in typed.items() if key != name and not key.startswith(f"{name}-")}


def first_name(setting: Setting, name: str) -> str:
    return f"{name}-{LANGUAGES[0]}" if setting.kind == "words" else name


def section_digest(section: Section, table: Mapping[str, Any]) -> str:
    """Of what a page showed, to tell whether it is still so. Other sections do not count."""
    return fingerprint([section.name, [[item.key, _plain_at(table, item.key)] for item in section.items]])


def changed_keys(section: Section, before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """The dotted keys whose value is another now."""
    return tuple(item.key for item in section.items if _at(before, item.key) != _at(after, item.key))


def guarded(section: Section, keys: Sequence[str]) -> tuple[str, ...]:
    return tuple(item.key for item in section.items if item.is_guarded and item.key in keys)


def _texts(setting: Setting, name: str, value: Any) -> dict[str, tuple[str, ...]]:
    if setting.kind == "words":
        said = dict.fromkeys(LANGUAGES, value) if isinstance(value, str) else value
        said = said if isinstance(said, Mapping) else {}
        return {f"{name}-{language}": (str(said.get(language, "")),) for language in LANGUAGES}
    if setting.kind == "flag":
        return {name: ("y",)} if value is True else {}
    if setting.kind == "names" and isinstance(value, list | tuple):
        return {name: (", ".join(map(str, value)),)}
    if setting.kind == "weekdays":
        return {name: tuple(value)} if value is not _MISSING else {}
    return {name: ("" if value is _MISSING or value is None else str(value),)}


def _value(setting: Setting, name: str, typed: Typed) -> Any:
    """As a file would say it; _MISSING where it would say nothing."""
    match setting.kind:
        case "words":
            said = {language: _text(typed, f"{name}-{language}") for language in LANGUAGES}
            other = next(filter(None, said.values()), "")
            return {language: text or other for language, text in said.items()} if other else _MISSING
        case "flag":
            return bool(_text(typed, name))
        case "weekdays":
            return list(typed.get(name, ()))
        case "count":
            text = plain(_text(typed, name))
            return int(text) if _COUNT.match(text) else text or _MISSING
        case "names":
            return [one for one in re.split(r"[\s,，、]+", _text(typed, name)) if one] or _MISSING
        case "amount" | "percent":
            return plain(_text(typed, name)) or _MISSING
        case "code":
            return plain(_text(typed, name))
        case "zone" | "currency" | "choice" | "hours":
            return _text(typed, name) or _MISSING
    return _text(typed, name)


def _listed(item: Listed, typed: Typed, read: ReadForm) -> Any:
    rows: list[Any] = []
    by_code: dict[str, Any] = {}
    read.places[item.key] = field_name(item.key, "rows")
    for number in row_numbers(item, typed):
        names = {column.key: field_name(item.key, number, column.key) for column in item.columns}
        found = {
            column.key: value
            for column in item.columns
            if (value := _value(column, names[column.key], typed)) not in (_MISSING, "")
        }
        if found.keys() <= {"kind", "notice"}:
            continue
        place = {column.key: first_name(column, names[column.key]) for column in item.columns}
        if item.columns[0].kind == "day" and not _is_day(found[""]):
            read.problems.append((place[""], NO_DAY))
            continue
        code = str(found.pop(item.by, "")) if item.by else ""
        if item.by and code in by_code:
            read.problems.append((place[item.by], TWICE))
            continue
        here = f"{item.key}.{code}" if item.by else f"{item.key}[{len(rows)}]"
        read.places[here] = place.get(item.by) or next(iter(place.values()))
        read.places.update({f"{here}.{key}": name for key, name in place.items() if key})
        rows.append(found.get("", found))
        by_code[code] = found
    return by_code if item.by else rows


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _rows_of(item: Listed, value: Any) -> list[Any]:
    if item.by and isinstance(value, Mapping):
        return [{item.by: code, **table} for code, table in value.items()]
    return list(value) if isinstance(value, list | tuple) else []


def _text(typed: Typed, name: str) -> str:
    found = typed.get(name) or ("",)
    return str(found[0]).strip()


def _at(table: Mapping[str, Any], key: str) -> Any:
    found: Any = table
    for part in key.split("."):
        found = found.get(part, _MISSING) if isinstance(found, Mapping) else _MISSING
    return found


def _plain_at(table: Mapping[str, Any], key: str) -> Any:
    found = _at(table, key)
    return None if found is _MISSING else found


def _put(table: dict[str, Any], key: str, value: Any) -> None:
    *parents, last = key.split(".")
    for part in parents:
        table = table.setdefault(part, {})
    if value is _MISSING:
        table.pop(last, None)
    else:
        table[last] = value


def items_of(section: Section) -> dict[str, Item]:
    """By the name under which each is typed."""
    return {field_name(item.key): item for item in section.items}
