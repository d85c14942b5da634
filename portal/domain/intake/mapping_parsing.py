"""A mapping file (TOML) to a FeedMapping, or to every problem it has."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.intake.mapping import FeedMapping, MappingError, Rule, Source, Sources
from portal.domain.intake.taken_order import Problem

_FIELDS = {
    "order": """number placed_at updated_at currency status promised_ship_by pay_by pay_url jurisdiction payment_terms
    points_earned invoice.kind invoice.number customer.id customer.name customer.phone customer.mail customer.locale
    customer.zone ship_to.name ship_to.phone ship_to.country ship_to.region ship_to.address ship_to.postcode freight
    freight_tax freight_waived.amount freight_waived.threshold""",
    "line": """id sku title variant quantity unit_price discount tax category tags opened_at return_days gift_of
    gift_value restriction.ground restriction.confirmed_at image_url product_url stock_problem""",
    "payment": "id method amount paid_at reference",
    "parcel": "id carrier tracking_no shipped_at delivered_at status promised_at last_scan_at",
    "discounts": "kind code amount points expires_at threshold",
    "fees": "title amount",
}
_KNOWN = {name: frozenset(text.split()) for name, text in _FIELDS.items()}
_SOURCE_KEYS = frozenset(("column", "columns", "value", "words"))
_NEEDED = {
    "order": ("number", "placed_at", "updated_at", "currency", "status"),
    "line": ("id", "quantity", "unit_price"),
}
_TABLES = frozenset(("file", "time", "order", "line", "payment", "parcel", "discounts", "fees", "reject", "leave_out"))


def parse_mapping(table: Mapping[str, Any]) -> FeedMapping:
    """A mapping file's TOML. Raises MappingError with every problem."""
    problems = [Problem(name, "is no table of a mapping") for name in table if name not in _TABLES]
    sources = {name: _sources(name, table.get(name, {}), problems) for name in ("order", "line", "payment", "parcel")}
    for name, needed in _NEEDED.items():
        problems += [Problem(f"{name}.{key}", "is missing") for key in needed if key not in sources[name]]
    file, time = _table(table, "file", problems), _table(table, "time", problems)
    delimiter = {"tab": "\t", "semicolon": ";"}.get(str(file.get("delimiter", ",")), str(file.get("delimiter", ",")))
    if len(delimiter) != 1:
        problems.append(Problem("file.delimiter", "must be one character, tab or semicolon"))
    try:
        zone = ZoneInfo(str(time.get("zone", "UTC")))
    except (KeyError, ValueError, OSError):
        problems.append(Problem("time.zone", "is no IANA time zone"))
        zone = ZoneInfo("UTC")
    mapping = FeedMapping(
        delimiter=delimiter,
        is_grouped=bool(file.get("grouped", True)),
        strips=bool(file.get("strip", True)),
        zone=zone,
        time_format=str(time.get("format", "")),
        **sources,
        discounts=_each(table, "discounts", problems),
        fees=_each(table, "fees", problems),
        rejects=_rules(table, "reject", problems),
        leaves_out=_rules(table, "leave_out", problems),
    )
    if problems:
        raise MappingError(problems)
    return mapping


def _table(table: Mapping[str, Any], name: str, problems: list[Problem]) -> Mapping[str, Any]:
    known = {"file": ("delimiter", "grouped", "strip"), "time": ("zone", "format")}[name]
    inner = table.get(name, {})
    if not isinstance(inner, dict):
        problems.append(Problem(name, "must be a table"))
        return {}
    problems += [
        Problem(f"{name}.{key}", f"is unknown; there are {', '.join(known)}") for key in inner if key not in known
    ]
    return inner


def _each(table: Mapping[str, Any], name: str, problems: list[Problem]) -> tuple[Sources, ...]:
    entries = table.get(name, [])
    if not isinstance(entries, list):
        problems.append(Problem(name, f"must be written [[{name}]]"))
        return ()
    return tuple(_sources(name, entry, problems) for entry in entries)


def _sources(name: str, table: Any, problems: list[Problem]) -> Sources:
    found: dict[str, Source] = {}
    if not isinstance(table, dict):
        problems.append(Problem(name, "must be a table"))
        return found
    for path, value in _flat(table, ""):
        if path not in _KNOWN[name]:
            problems.append(Problem(f"{name}.{path}", "is no field of the order format that a mapping can fill"))
        elif (source := _source(value)) is None:
            reason = 'must be a column, or { column = "…" }, { columns = ["…"] }, { value = "…" }, with words if needed'
            problems.append(Problem(f"{name}.{path}", reason))
        else:
            found[path] = source
    return found


def _flat(table: Mapping[str, Any], at: str) -> list[tuple[str, Any]]:
    """Nested tables as dotted paths, down to the sources."""
    found: list[tuple[str, Any]] = []
    for key, value in table.items():
        if isinstance(value, dict) and not value.keys() & _SOURCE_KEYS:
            found += _flat(value, f"{at}{key}.")
        else:
            found.append((f"{at}{key}", value))
    return found


def _source(value: Any) -> Source | None:
    if isinstance(value, str):
        return Source(columns=(value,))
    if not isinstance(value, dict) or not value.keys() <= _SOURCE_KEYS:
        return None
    columns = value.get("columns", [value["column"]] if "column" in value else [])
    words, fixed = value.get("words", {}), value.get("value", "")
    if isinstance(fixed, int) and not isinstance(fixed, bool):
        fixed = str(fixed)
    texts = [*columns, fixed, *words.values()] if isinstance(columns, list) and isinstance(words, dict) else [None]
    if not all(isinstance(text, str) for text in texts) or not (columns or fixed):
        return None
    return Source(columns=tuple(columns), value=fixed, words=words)


def _rules(table: Mapping[str, Any], name: str, problems: list[Problem]) -> tuple[Rule, ...]:
    entries = table.get(name, [])
    if not isinstance(entries, list):
        problems.append(Problem(name, f"must be written [[{name}]]"))
        return ()
    found = []
    for index, entry in enumerate(entries):
        rule = _rule(entry)
        if rule is None:
            reason = "must have column, reason and one of starts_with, equals, at_most"
            problems.append(Problem(f"{name}.{index}", reason))
        else:
            found.append(rule)
    return tuple(found)


def _rule(entry: Any) -> Rule | None:
    conditions = {"starts_with", "equals", "at_most"}
    if (
        not isinstance(entry, dict)
        or len(entry.keys() & conditions) != 1
        or entry.keys() - conditions != {"column", "reason"}
    ):
        return None
    given = {key: entry[key] for key in conditions & entry.keys()}
    key, value = next(iter(given.items()))
    try:
        condition: Any = (
            Decimal(str(value)) if key == "at_most" else tuple([value] if isinstance(value, str) else value)
        )
    except (InvalidOperation, TypeError):
        return None
    return Rule(column=str(entry["column"]), reason=str(entry["reason"]), **{key: condition})
