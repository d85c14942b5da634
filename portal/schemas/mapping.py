"""A mapping file (docs/orders-in.md) as types, and its TOML to a FeedMapping, or to every problem it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Required
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, PlainValidator, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from portal.domain.intake.imported_order import OrderProblem
from portal.domain.intake.mapping import ColumnRule, FeedMapping, MappingError, Source, Sources
from portal.domain.orders.order import Status
from portal.domain.policy.jurisdictions import find_zone
from portal.schemas.reasons import MISSING, REASONS, Reasons, dotted, problems_of
from portal.schemas.unknown_fields import names_at

_DELIMITERS = {"tab": "\t", "semicolon": ";"}
_CONDITIONS = frozenset(("starts_with", "equals", "at_most"))
_SOURCE_KEYS = frozenset(("column", "columns", "value", "words"))
_NO_SOURCE = 'must be a column, or { column = "…" }, { columns = ["…"] }, { value = "…" }, with words if needed'
_NO_RULE = "must have column, reason and one of starts_with, equals, at_most"
_UNKNOWN, _NO_LIST = "is unknown", "must be a list"
_REASONS: Reasons = {
    **REASONS,
    "dict_type": "must be a table",
    "list_type": _NO_LIST,
    "extra_forbidden": _UNKNOWN,
}


def _delimiter(text: str) -> str:
    delimiter = _DELIMITERS.get(text, text)
    if len(delimiter) != 1:
        raise ValueError("must be one character, tab or semicolon")
    return delimiter


def _zone(name: str) -> str:
    if find_zone(name) is None:
        raise ValueError("is no IANA time zone")
    return name


def _source(value: Any) -> Source:
    """A column by its name, or a table that says more."""
    if isinstance(value, str):
        return Source(columns=(value,))
    if not isinstance(value, dict) or not value.keys() <= _SOURCE_KEYS:
        raise ValueError(_NO_SOURCE)
    columns = value.get("columns", [value["column"]] if "column" in value else [])
    words, fixed = value.get("words", {}), value.get("value", "")
    if isinstance(fixed, int) and not isinstance(fixed, bool):
        fixed = str(fixed)
    texts = [*columns, fixed, *words.values()] if isinstance(columns, list) and isinstance(words, dict) else [None]
    if not all(isinstance(text, str) for text in texts) or not (columns or fixed):
        raise ValueError(_NO_SOURCE)
    return Source(columns=tuple(columns), value=fixed, words=words)


def _rule(entry: Any) -> ColumnRule:
    given = entry.keys() & _CONDITIONS if isinstance(entry, dict) else ()
    if len(given) != 1 or entry.keys() - _CONDITIONS != {"column", "reason"}:
        raise ValueError(_NO_RULE)
    (key,) = given
    try:
        condition = Decimal(str(entry[key])) if key == "at_most" else _texts(entry[key])
    except (InvalidOperation, TypeError):
        raise ValueError(_NO_RULE) from None
    return ColumnRule(column=str(entry["column"]), reason=str(entry["reason"]), **{key: condition})  # type: ignore[arg-type] # by `key`


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


Value = Annotated[Source, PlainValidator(_source)]
OneRule = Annotated[ColumnRule, PlainValidator(_rule)]


class FileTable(TypedDict, total=False):
    delimiter: Annotated[str, AfterValidator(_delimiter)]
    grouped: bool
    strip: bool
    may_differ: list[str]


class TimeTable(TypedDict, total=False):
    zone: Annotated[str, AfterValidator(_zone)]
    format: str


class InvoiceSources(TypedDict, total=False):
    kind: Value
    number: Value


class CustomerSources(TypedDict, total=False):
    id: Value
    name: Value
    phone: Value
    mail: Value
    locale: Value
    zone: Value


class ContactSources(TypedDict, total=False):
    phone: Value
    mail: Value


class ShipToSources(TypedDict, total=False):
    name: Value
    phone: Value
    country: Value
    region: Value
    address: Value
    postcode: Value


class FreightWaivedSources(TypedDict, total=False):
    amount: Value
    threshold: Value


class OrderSources(TypedDict, total=False):
    number: Required[Value]
    placed_at: Required[Value]
    updated_at: Required[Value]
    currency: Required[Value]
    status: Required[Value]
    promised_ship_by: Value
    pay_by: Value
    pay_url: Value
    jurisdiction: Value
    payment_terms: Value
    points_earned: Value
    invoice: InvoiceSources
    customer: CustomerSources
    contact: ContactSources
    ship_to: ShipToSources
    freight: Value
    freight_tax: Value
    freight_waived: FreightWaivedSources


class RestrictionSources(TypedDict, total=False):
    ground: Value
    confirmed_at: Value


class LineSources(TypedDict, total=False):
    id: Required[Value]
    sku: Value
    title: Value
    variant: Value
    quantity: Required[Value]
    unit_price: Required[Value]
    discount: Value
    tax: Value
    category: Value
    tags: Value
    opened_at: Value
    return_days: Value
    gift_of: Value
    gift_value: Value
    restriction: RestrictionSources
    image_url: Value
    product_url: Value
    stock_problem: Value


class PaymentSources(TypedDict, total=False):
    id: Value
    method: Value
    amount: Value
    paid_at: Value
    reference: Value


class ParcelSources(TypedDict, total=False):
    id: Value
    carrier: Value
    tracking_no: Value
    shipped_at: Value
    delivered_at: Value
    status: Value
    promised_at: Value
    last_scan_at: Value


class DiscountSources(TypedDict, total=False):
    kind: Value
    code: Value
    amount: Value
    points: Value
    on: Value
    expires_at: Value
    threshold: Value


class FeeSources(TypedDict, total=False):
    title: Value
    amount: Value


class MappingTable(TypedDict, total=False):
    file: FileTable
    time: TimeTable
    states: dict[str, Status]
    order: OrderSources
    line: LineSources
    payment: PaymentSources
    parcel: ParcelSources
    discounts: list[DiscountSources]
    fees: list[FeeSources]
    reject: list[OneRule]
    leave_out: list[OneRule]


MAPPING: TypeAdapter[MappingTable] = TypeAdapter(MappingTable)


def parse_mapping(data: Mapping[str, Any]) -> FeedMapping:
    """A mapping file's TOML. Raises MappingError with every problem."""
    try:
        table = MAPPING.validate_python(data, strict=True, extra="forbid")
    except ValidationError as error:
        raise MappingError([*_problems(error)]) from None
    if not table.get("states") and (missing := [name for name in ("order", "line") if name not in table]):
        raise MappingError([OrderProblem(name, MISSING) for name in missing])
    file, time = table.get("file", FileTable()), table.get("time", TimeTable())
    return FeedMapping(
        delimiter=file.get("delimiter", ","),
        is_grouped=file.get("grouped", True),
        strips=file.get("strip", True),
        zone=ZoneInfo(time.get("zone", "UTC")),
        time_format=time.get("format", ""),
        may_differ=tuple(file.get("may_differ", ())),
        states=table.get("states", {}),
        order=_flat(table.get("order", {})),
        line=_flat(table.get("line", {})),
        payment=_flat(table.get("payment", {})),
        parcel=_flat(table.get("parcel", {})),
        discounts=tuple(_flat(one) for one in table.get("discounts", ())),
        fees=tuple(_flat(one) for one in table.get("fees", ())),
        rejects=tuple(table.get("reject", ())),
        leaves_out=tuple(table.get("leave_out", ())),
    )


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
