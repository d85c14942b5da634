"""Where the values of a mapping file come from, and its rules, as TOML has them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import PlainValidator

from portal.domain.intake.mapping import ColumnRule, Source

_CONDITIONS = frozenset(("starts_with", "equals", "at_most"))
_KEYS = frozenset(("column", "columns", "value", "words", "join", "between", "prefix", "row"))
_NO_SOURCE = 'must be a column, or { column = "…" }, { columns = ["…"] }, { value = "…" }, or a list of them'
_NO_RULE = "must have column, reason and one of starts_with, equals, at_most"
_NO_CONDITION = "must have column and one of starts_with, equals, at_most"


def _source(value: Any) -> Source:
    """A column by its name, a table that says more, or a list of them of which the first that says something counts."""
    if isinstance(value, list) and value:
        first, *others = (_source(one) for one in value)
        if others and not first.is_row_count:
            return Source(others=(first, *others))
    if isinstance(value, str):
        return Source(columns=(value,))
    if not isinstance(value, dict) or not value.keys() <= _KEYS:
        raise ValueError(_NO_SOURCE)
    if "row" in value:
        if value != {"row": True}:
            raise ValueError("must be { row = true }, with nothing else")
        return Source(is_row_count=True)
    columns, words = _columns(value), value.get("words", {})
    fixed, prefix, between = value.get("value", ""), value.get("prefix", ""), value.get("between", " ")
    if isinstance(fixed, int) and not isinstance(fixed, bool):
        fixed = str(fixed)
    texts = [*columns, fixed, prefix, between, *words.values()] if isinstance(words, dict) else [None]
    if not all(isinstance(text, str) for text in texts) or not (columns or fixed):
        raise ValueError(_NO_SOURCE)
    is_joined = "join" in value
    return Source(
        columns=tuple(columns), value=fixed, words=words, prefix=prefix, between=between if is_joined else None
    )


def _columns(value: Mapping[str, Any]) -> list[Any]:
    """One of column, columns and join; `between` is for join."""
    given = value.keys() & {"column", "columns", "join"}
    if len(given) > 1 or ("between" in value and "join" not in value):
        raise ValueError(_NO_SOURCE)
    found = value.get("join", value.get("columns", [value["column"]] if "column" in value else []))
    return found if isinstance(found, list) else [None]


def _rule(entry: Any) -> ColumnRule:
    return _ruled(entry, {"column", "reason"}, _NO_RULE)


def _condition(entry: Any) -> ColumnRule:
    return _ruled(entry, {"column"}, _NO_CONDITION)


def _ruled(entry: Any, keys: set[str], wrong: str) -> ColumnRule:
    given = entry.keys() & _CONDITIONS if isinstance(entry, dict) else ()
    if len(given) != 1 or entry.keys() - _CONDITIONS != keys:
        raise ValueError(wrong)
    (key,) = given
    try:
        condition = Decimal(str(entry[key])) if key == "at_most" else _texts(entry[key])
    except (InvalidOperation, TypeError):
        raise ValueError(wrong) from None
    reason = str(entry.get("reason", ""))
    return ColumnRule(column=str(entry["column"]), reason=reason, **{key: condition})  # type: ignore[arg-type] # by `key`


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


Value = Annotated[Source, PlainValidator(_source)]
OneRule = Annotated[ColumnRule, PlainValidator(_rule)]
Condition = Annotated[ColumnRule, PlainValidator(_condition)]
