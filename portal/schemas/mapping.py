"""A mapping file (docs/orders-in.md) as types, and its TOML to a FeedMapping, or to every problem it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from portal.domain.intake.imported_order import OrderProblem
from portal.domain.intake.mapping import FeedMapping, MappingError, Source, Sources
from portal.domain.intake.stated_totals import MOST_OPTIONAL
from portal.schemas.mapping_tables import FileTable, MappingTable, TimeTable, TotalSources
from portal.schemas.reasons import MISSING, REASONS, Reasons, dotted, problems_of
from portal.schemas.unknown_fields import names_at

_UNKNOWN, _NO_LIST = "is unknown", "must be a list"
_REASONS: Reasons = {
    **REASONS,
    "dict_type": "must be a table",
    "list_type": _NO_LIST,
    "extra_forbidden": _UNKNOWN,
}


MAPPING: TypeAdapter[MappingTable] = TypeAdapter(MappingTable)


def parse_mapping(data: Mapping[str, Any]) -> FeedMapping:
    """A mapping file's TOML. Raises MappingError with every problem."""
    try:
        table = MAPPING.validate_python(data, strict=True, extra="forbid")
    except ValidationError as error:
        raise MappingError([*_problems(error)]) from None
    if not table.get("states") and (missing := [name for name in ("order", "line") if name not in table]):
        raise MappingError([OrderProblem(name, MISSING) for name in missing])
    mapping = _mapping_of(table)
    if problems := [*_incoherent(mapping)]:
        raise MappingError(problems)
    return mapping


def _mapping_of(table: MappingTable) -> FeedMapping:
    file, time, totals = (
        table.get("file", FileTable()),
        table.get("time", TimeTable()),
        table.get("totals", TotalSources()),
    )
    stated = _flat({name: value for name, value in totals.items() if name not in ("taxed", "if_needed")})
    return FeedMapping(
        delimiter=file.get("delimiter", ","),
        sheet=file.get("sheet", ""),
        is_grouped=file.get("grouped", True),
        strips=file.get("strip", True),
        zone=ZoneInfo(time.get("zone", "UTC")),
        time_format=time.get("format", ""),
        may_differ=tuple(file.get("may_differ", ())),
        optional=tuple(file.get("optional", ())),
        blank_repeats=tuple(file.get("blank_repeats", ())),
        states=table.get("states", {}),
        order=_flat(table.get("order", {})),
        line=_flat(table.get("line", {})),
        payment=_flat(table.get("payment", {})),
        parcel=_flat(table.get("parcel", {})),
        refund=_flat(table.get("refund", {})),
        discounts=tuple(_flat(one) for one in table.get("discounts", ())),
        fees=tuple(_flat(one) for one in table.get("fees", ())),
        stated=stated,
        taxed=totals.get("taxed", Source()),
        if_needed=frozenset(totals.get("if_needed", ())),
        rejects=tuple(table.get("reject", ())),
        leaves_out=tuple(table.get("leave_out", ())),
        skips=tuple(table.get("skip", ())),
        not_shipped=tuple(table.get("not_shipped", ())),
    )


def _incoherent(mapping: FeedMapping) -> Iterator[OrderProblem]:
    """What each table allows and all of them together do not."""
    optional = len(mapping.if_needed) + ("tax" in mapping.stated)
    known = {f"discounts.{index}" for index in range(len(mapping.discounts))} | {"line.discount"}
    known |= {f"fees.{index}" for index in range(len(mapping.fees))}
    if unknown := mapping.if_needed - known:
        reason = f"{', '.join(sorted(unknown))} is none of {', '.join(sorted(known))}"
        yield OrderProblem("totals.if_needed", reason)
    if optional and not mapping.stated.keys() & {"total", "goods"}:
        yield OrderProblem(
            "totals.total", "must be said where something counts only if it is needed, or a tax is shared"
        )
    if optional > MOST_OPTIONAL:
        yield OrderProblem("totals.if_needed", f"at most {MOST_OPTIONAL} things may count only if they are needed")
    for path, source in _all_sources(mapping):
        if source.is_row_count and path != "line.id":
            yield OrderProblem(path, "cannot be the row's place: only line.id can")


def _all_sources(mapping: FeedMapping) -> Iterator[tuple[str, Source]]:
    groups = {"order": mapping.order, "line": mapping.line, "payment": mapping.payment, "parcel": mapping.parcel}
    groups |= {"refund": mapping.refund, "totals": mapping.stated}
    groups |= {f"discounts.{index}": part for index, part in enumerate(mapping.discounts)}
    groups |= {f"fees.{index}": part for index, part in enumerate(mapping.fees)}
    return ((f"{name}.{path}", source) for name, group in groups.items() for path, source in group.items())


def _flat(sources: Mapping[str, Any]) -> Sources:
    """By dotted names, as the rows are filled."""
    found: dict[str, Source] = {}
    for name, value in sources.items():
        inner = {"": value} if isinstance(value, Source) else _flat(value)
        found |= {f"{name}.{rest}".rstrip("."): source for rest, source in inner.items()}
    return found


def _problems(error: ValidationError) -> Iterator[OrderProblem]:
    for path, reason in problems_of(error, _REASONS):
        yield OrderProblem(dotted(path), _said(path, reason))


def _said(path: tuple[int | str, ...], reason: str) -> str:
    if reason == _UNKNOWN:
        return _unknown(path)
    return f"must be written [[{path[-1]}]]" if reason == _NO_LIST else reason


def _unknown(path: tuple[int | str, ...]) -> str:
    if len(path) == 1:
        return "is no table of a mapping"
    if path[0] in ("file", "time"):
        return f"is unknown; there are {', '.join(names_at(MappingTable, path[:-1]))}"
    return "is no field of the order format that a mapping can fill"
