"""The rows of one order of a shop's table, as a mapping reads them, to the order format."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from portal.domain.intake.cells import ROUNDED, Row, amount, is_rounded, picker, unwrapped, whole
from portal.domain.intake.imported_order import OrderProblem, Read, Reject
from portal.domain.intake.mapping import ColumnRule, FeedMapping, MappingError, Source, Sources
from portal.domain.money import BadMoney, Money, minor_digits, parse_amount, parse_decimal, price_times

_TIMES = frozenset(
    """placed_at updated_at promised_ship_by pay_by opened_at confirmed_at paid_at shipped_at delivered_at promised_at
    last_scan_at expires_at""".split()
)
_WHOLE = frozenset(("quantity", "return_days", "points_earned", "points"))
_AMOUNTS = frozenset("amount unit_price discount tax freight freight_tax gift_value threshold".split())
_BETWEEN_TAGS = re.compile(r"[,;|，；、\s]+")

Getter = tuple[str, tuple[str, ...], Callable[[Sequence[str]], str], Callable[[str], Any] | None]


class RowReader:
    """A mapping bound to a file's header. Raises MappingError for columns that are not there."""

    def __init__(self, mapping: FeedMapping, header: Sequence[str]) -> None:
        self._mapping = mapping
        self._index = {name.strip(): index for index, name in enumerate(header)}
        self._names = [name.strip() for name in header]
        missing = sorted(mapping.columns() - self._index.keys())
        if missing:
            there = ", ".join(self._index)
            raise MappingError(
                [OrderProblem(name, f"is no column of the file; there are: {there}") for name in missing]
            )
        self._width = len(header)
        self._own = self._columns(mapping.order, mapping.payment, *mapping.discounts, *mapping.fees)
        self._own_of = picker(self._own)
        self._parcels = self._columns(mapping.parcel)
        self._parcel_of = picker(self._parcels)
        self._order = self._getters(mapping.order)
        self._line = self._getters(mapping.line)
        self._payment = self._getters(mapping.payment)
        self._parcel = self._getters(mapping.parcel)
        self._discounts = [self._getters(sources) for sources in mapping.discounts]
        self._fees = [self._getters(sources) for sources in mapping.fees]
        self._number = next(get for path, _, get, _ in self._order if path == "number")
        self._field_of = _fields_by_column(mapping)

    def number_of(self, row: Sequence[str]) -> str:
        """The order a row belongs to; blank for a row too short to say."""
        try:
            return unwrapped(self._number(row))
        except IndexError:
            return ""

    def read(self, rows: Sequence[Row]) -> list[Read | Reject]:
        """One order's rows, adjacent or collected. What is the order's own must be the same in all that say it."""
        number = self.number_of(rows[0][1])
        if rejects := self._refused(rows, number):
            return [*rejects]
        own = self._agreed(rows, number) if len(rows) > 1 else rows[0][1]
        if isinstance(own, Reject):
            return [own]
        lines, kept, left_out = self._lines(rows, number)
        if not lines:
            return [Reject(left_out[0].line, number, left_out[0].field, left_out[0].reason)]
        data = self._data(own, lines)
        if parcels := self._parcels_of([row for _, row in kept], lines):
            data["shipments"] = parcels
        line_of = tuple(at for at, _ in kept)
        if rounded := self._rounded(data, line_of):
            return [Reject(at, number, field, ROUNDED) for at, field in rounded[:1]]
        return [*left_out, Read(rows[0][0], number, data, line_of)]

    def _refused(self, rows: Sequence[Row], number: str) -> list[Reject]:
        (line_no, first) = rows[0]
        for at, row in rows:
            if len(row) != self._width:
                reason = f"the row has {len(row)} columns, the header {self._width}"
                return [Reject(at, number, "", reason)]
        for rule in self._mapping.rejects:
            if rule.holds(self._value(first, rule)):
                return [Reject(line_no, number, self._field_of.get(rule.column, rule.column), rule.reason)]
        if is_rounded(number):
            # Which rows belong to one order is not known any more, so none of them is one.
            return [Reject(at, number, "number", ROUNDED) for at, _ in rows]
        return []

    def _agreed(self, rows: Sequence[Row], number: str) -> Sequence[str] | Reject:
        """The order's own values, each from the first row that has it; a Reject where two rows say different things."""
        (_, first), own = rows[0], self._own_of(rows[0][1])
        if all(self._own_of(row) == own for _, row in rows[1:]):
            return first
        found, said_at = list(first), dict.fromkeys(self._own, rows[0][0])
        for at, row in rows[1:]:
            for place in self._own:
                value, known = row[place].strip(), found[place].strip()
                if not value or value == known:
                    continue
                if known and (column := self._names[place]) not in self._mapping.may_differ:
                    reason = f'the rows of the order disagree: line {at} has "{value}", line {said_at[place]} "{known}"'
                    return Reject(at, number, self._field_of.get(column, column), reason)
                if not known:
                    found[place], said_at[place] = row[place], at
        return found

    def _rounded(self, data: Mapping[str, Any], line_of: Sequence[int]) -> list[tuple[int, str]]:
        """Ids that a spreadsheet has rounded: they may be somebody else's by now."""
        customer = data.get("customer") or {}
        found = [(line_of[0], "customer.id")] if is_rounded(str(customer.get("id", ""))) else []
        return found + [
            (line_of[index], f"lines.{index}.id")
            for index, line in enumerate(data["lines"])
            if is_rounded(str(line.get("id", "")))
        ]

    def _columns(self, *groups: Sources) -> tuple[int, ...]:
        named = (column for sources in groups for source in sources.values() for column in source.columns)
        return tuple(dict.fromkeys(self._index[column] for column in named))

    def _parcels_of(self, rows: Sequence[Sequence[str]], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A parcel for each that the rows name, with the lines that name it. Where only one is named, and rows without
        it say nothing of the order either, it holds them all: the order's columns are filled in its first row alone."""
        if not self._parcel:
            return []
        packed: dict[tuple[str, ...], list[int]] = {}
        for index, row in enumerate(rows):
            packed.setdefault(tuple(map(str.strip, self._parcel_of(row))), []).append(index)
        named = [values for values in packed if any(values)]
        if len(named) == 1 and all(any(v) or self._is_bare(rows[places[0]]) for v, places in packed.items()):
            packed = {named[0]: list(range(len(rows)))}
        found = [
            parcel
            for places in packed.values()
            if (parcel := _parcel(_filled(self._parcel, rows[places[0]]), [lines[place] for place in places]))
        ]
        for count, parcel in enumerate(found, 1):
            parcel.setdefault("id", str(count))
        return found

    def _is_bare(self, row: Sequence[str]) -> bool:
        """Whether a row says nothing of its order but which it is."""
        return sum(1 for place in self._own if row[place].strip()) <= 1

    def _lines(self, rows: Sequence[Row], number: str) -> tuple[list[dict[str, Any]], list[Row], list[Reject]]:
        """The lines, the rows they are from, and what was left out."""
        lines, kept, left_out = [], [], []
        for index, (at, row) in enumerate(rows):
            for rule in self._mapping.leaves_out:
                if rule.holds(self._value(row, rule)):
                    field = self._field_of.get(rule.column, rule.column)
                    left_out.append(Reject(at, number, f"lines.{index}.{field}", rule.reason, is_order=False))
                    break
            else:
                lines.append(_filled(self._line, row))
                kept.append((at, row))
        return lines, kept, left_out

    def _data(self, first: Sequence[str], lines: list[dict[str, Any]]) -> dict[str, Any]:
        data = _filled(self._order, first)
        data["lines"] = lines
        for name, groups in (("discounts", self._discounts), ("fees", self._fees)):
            found = [entry for group in groups if "amount" in (entry := _filled(group, first))]
            if found:
                data[name] = found
        if self._payment and "paid_at" in (payment := _filled(self._payment, first)):
            _add_payment(data, payment)
        return data

    def _value(self, row: Sequence[str], rule: ColumnRule) -> str:
        value = row[self._index[rule.column]]
        return value.strip() if self._mapping.strips else value

    def _getters(self, sources: Sources) -> list[Getter]:
        return [
            (path, tuple(path.split(".")), self._getter(source), self._converter(path))
            for path, source in sources.items()
        ]

    def _getter(self, source: Source) -> Callable[[Sequence[str]], str]:
        places = tuple(self._index[column] for column in source.columns)
        fixed, words, strips = source.value, source.words, self._mapping.strips
        if len(places) == 1 and strips and not words and not fixed:
            (place,) = places
            return lambda row: row[place].strip()

        def get(row: Sequence[str]) -> str:
            for place in places:
                value = row[place].strip() if strips else row[place]
                if value:
                    return words.get(value, value) if words else value
            return fixed

        return get

    def _converter(self, path: str) -> Callable[[str], Any] | None:
        name = path.rpartition(".")[2]
        if name in _TIMES:
            return self._time
        if name in _WHOLE:
            return whole
        if name in _AMOUNTS:
            return amount
        if name == "tags":
            return lambda text: [tag for tag in _BETWEEN_TAGS.split(text) if tag]
        return unwrapped

    def _time(self, text: str) -> str:
        return _local_time(text, self._mapping.time_format, self._mapping.zone)


@lru_cache(maxsize=1024)
def _local_time(text: str, time_format: str, zone: ZoneInfo) -> str:
    """ISO 8601 with offset; of an hour that comes twice the first is meant. What is no time stays as it is."""
    try:
        if not time_format:
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).isoformat()
        return datetime.strptime(text, time_format).replace(tzinfo=zone).isoformat()
    except ValueError:
        return text


def _filled(getters: Sequence[Getter], row: Sequence[str]) -> dict[str, Any]:
    """The fields that are not blank, nested by their dots."""
    found: dict[str, Any] = {}
    for path, parts, get, convert in getters:
        value = get(row)
        if value == "":
            continue
        if len(parts) == 1:
            found[path] = convert(value) if convert else value
        else:
            found.setdefault(parts[0], {})[parts[1]] = convert(value) if convert else value
    if "ship_to" in found:
        found["ship_to"] = dict.fromkeys(("name", "phone", "region", "address"), "") | found["ship_to"]
    return found


def _parcel(parcel: dict[str, Any], lines: list[dict[str, Any]]) -> dict[str, Any] | None:
    """From its date of shipping or of delivery; none where neither is said."""
    if not {"shipped_at", "delivered_at"} & parcel.keys():
        return None
    defaults = {"carrier": "", "tracking_no": "", "shipped_at": parcel.get("delivered_at")}
    units = [{"line": line.get("id"), "quantity": line.get("quantity")} for line in lines]
    return defaults | parcel | {"lines": units}


def _add_payment(data: dict[str, Any], payment: dict[str, Any]) -> None:
    if "amount" not in payment:
        due = amount_due(data)
        if due is None or not due:
            return
        payment["amount"] = due.decimal()
    data["payments"] = [{"id": "1", "method": "other", "reference": data.get("number", "")} | payment]


def amount_due(data: Mapping[str, Any]) -> Money | None:
    """What an order in the order format costs; None where a part of it cannot be read, which its checks will say."""
    currency = data.get("currency", "")
    try:
        minor_digits(currency)
        due = _minor(data, "freight", currency) + _minor(data, "freight_tax", currency)
        for line in data["lines"]:
            if not isinstance(line.get("quantity"), int):
                return None
            due += price_times(parse_decimal(line.get("unit_price")), line["quantity"], currency).minor
            if "tax" in line or "discount" in line:
                due += _minor(line, "tax", currency) - _minor(line, "discount", currency)
        due -= sum(_minor(discount, "amount", currency) for discount in data.get("discounts", ()))
        due += sum(_minor(fee, "amount", currency) for fee in data.get("fees", ()))
        return Money(due, currency)
    except BadMoney:
        return None


def _minor(part: Mapping[str, Any], name: str, currency: str) -> int:
    return parse_amount(part[name], currency).minor if part.get(name) is not None else 0


def _fields_by_column(mapping: FeedMapping) -> dict[str, str]:
    """What a column is in the order format, to name it in a reject."""
    found: dict[str, str] = {}
    groups = [("", mapping.line), ("payments.0.", mapping.payment), ("shipments.0.", mapping.parcel)]
    groups += [(f"discounts.{index}.", sources) for index, sources in enumerate(mapping.discounts)]
    groups += [(f"fees.{index}.", sources) for index, sources in enumerate(mapping.fees)]
    for at, sources in (*groups, ("", mapping.order)):
        for path, source in sources.items():
            for column in source.columns:
                found[column] = f"{at}{path}"
    return found
