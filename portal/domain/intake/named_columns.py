"""What the columns of a table are in the order format: to name them in a reject, and to find spoilt names in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from portal.domain.intake.imported_order import OrderProblem
from portal.domain.intake.mapping import FeedMapping, MappingError, Source, Sources

_NAMES = frozenset("number id sku phone postcode reference tracking_no code".split())
"""Fields that tell one thing from another, or reach somebody: digits lost in them make two things one."""
_NEEDED = ("number", "placed_at", "updated_at", "currency", "status", "quantity", "unit_price", "id")


def checked(mapping: FeedMapping, names: Sequence[str]) -> dict[str, int]:
    """The place of each column. Raises MappingError: columns that are not there, or there twice."""
    index = {name: place for place, name in enumerate(names)}
    problems = [*_missing(mapping, index), *_twice(mapping, names)]
    if problems:
        raise MappingError(problems)
    return index


def _missing(mapping: FeedMapping, index: Mapping[str, int]) -> Iterator[OrderProblem]:
    there = ", ".join(index)
    for name in sorted(mapping.columns() - index.keys() - {*mapping.optional}):
        yield OrderProblem(name, f"is no column of the file; there are: {there}")
    for path, source in (*mapping.order.items(), *mapping.line.items()):
        named = {*source.every_column()}
        if path in _NEEDED and named and named <= {*mapping.optional} - index.keys() and not source.value:
            yield OrderProblem(path, f"has none of its columns in the file; there are: {there}")


def _twice(mapping: FeedMapping, names: Sequence[str]) -> Iterator[OrderProblem]:
    for name in sorted(mapping.columns()):
        if (places := [str(at) for at, other in enumerate(names, 1) if other == name])[1:]:
            yield OrderProblem(name, f"is the name of more than one column: {' and '.join(places)}")


def fields_by_column(mapping: FeedMapping) -> dict[str, str]:
    """The field of the order format that a column fills."""
    found: dict[str, str] = {}
    for at, sources in (*_groups(mapping), ("", mapping.order)):
        for path, source in sources.items():
            for column in source.every_column():
                found[column] = f"{at}{path}"
    return found


def names_by_column(mapping: FeedMapping) -> dict[str, tuple[str, bool]]:
    """Columns that tell one thing from another: the field of each, and whether it is one of a line."""
    found: dict[str, tuple[str, bool]] = {}
    for at, sources in (("", mapping.order), *_groups(mapping)):
        for path, source in sources.items():
            if path.rpartition(".")[2] in _NAMES:
                for column in source.every_column():
                    found.setdefault(column, (f"{at}{path}", sources is mapping.line))
    return found


def _groups(mapping: FeedMapping) -> list[tuple[str, Sources | Mapping[str, Source]]]:
    groups = [("", mapping.line), ("payments.0.", mapping.payment), ("shipments.0.", mapping.parcel)]
    groups += [("refunds.0.", mapping.refund)]
    groups += [(f"discounts.{index}.", sources) for index, sources in enumerate(mapping.discounts)]
    groups += [(f"fees.{index}.", sources) for index, sources in enumerate(mapping.fees)]
    return [*groups]
