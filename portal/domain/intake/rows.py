"""The rows of one order of a shop's table, as a mapping reads them, to the order format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from portal.domain.intake.cells import Row, may_be_spoilt, picker, spoilt, unwrapped
from portal.domain.intake.imported_order import OrderProblem, Read, Reject
from portal.domain.intake.mapping import ColumnRule, FeedMapping, Sources
from portal.domain.intake.named_columns import checked, fields_by_column, names_by_column
from portal.domain.intake.row_parcels import parcels_of
from portal.domain.intake.row_values import Cells, Getter, filled, getter_of, getters_of
from portal.domain.intake.stated_totals import OptionalPart, amount_due, is_zero, settled

_UNTAXED = ("false", "no", "0", "否")


class RowReader:
    """A mapping bound to a file's header. Raises MappingError for columns that are not there."""

    def __init__(self, mapping: FeedMapping, header: Sequence[str]) -> None:
        self._mapping = mapping
        self._names = [name.strip() for name in header]
        self._index = checked(mapping, self._names)
        self.width = len(header)
        self._own = self._columns(
            mapping.order, mapping.payment, mapping.refund, mapping.stated, *mapping.discounts, *mapping.fees
        )
        self._own_of = picker(self._own)
        self._parcel_of = picker(self._columns(mapping.parcel))
        self._order, self._payment = self._getters(mapping.order), self._getters(mapping.payment)
        self._line, self._parcel = self._getters(mapping.line), self._getters(mapping.parcel)
        self._refund, self._stated = self._getters(mapping.refund), self._getters(mapping.stated)
        self._parts = [
            (name, f"{name}.{index}" in mapping.if_needed, self._getters(sources))
            for name, parts in (("discounts", mapping.discounts), ("fees", mapping.fees))
            for index, sources in enumerate(parts)
        ]
        self._taxed = getter_of(mapping.taxed, mapping, self._index)
        self._counted = [path for path, source in mapping.line.items() if source.is_row_count]
        self._number = next(get for path, _, get, _ in self._order if path == "number")
        self._repeated = [*self._places(mapping.blank_repeats)]
        self._field_of = fields_by_column(mapping)
        by_column = names_by_column(mapping)
        self._named = {self._index[column]: found for column, found in by_column.items() if column in self._index}
        self._named_of = picker(tuple(self._named))

    @property
    def looks_around(self) -> bool:
        """Whether rows are skipped, or say what the row above says."""
        return bool(self._mapping.skips or self._repeated)

    def number_of(self, row: Cells) -> str:
        """The order a row belongs to; blank for a row too short to say."""
        try:
            return unwrapped(self._number(row))
        except IndexError:
            return ""

    def skipped(self, row: Row) -> Reject | None:
        """Why a row is none of an order at all (a sum, a note), as its mapping says."""
        if len(row[1]) == self.width:
            for rule in self._mapping.skips:
                if rule.holds(self._value(row[1], rule)):
                    return Reject(row[0], "", self._field_of.get(rule.column, ""), rule.reason, is_order=False)
        return None

    def repeated(self, before: Cells | None, row: Cells) -> Cells:
        """A row in whose blanks, of the columns that the mapping names, the row above it goes on (merged cells)."""
        if not self._repeated or before is None or len(row) != self.width:
            return row
        is_same = not self.number_of(row) or self.number_of(row) == self.number_of(before)
        blank = [place for place in self._repeated if not row[place].strip() and before[place]] if is_same else []
        if not blank:
            return row
        found = list(row)
        for place in blank:
            found[place] = before[place]
        return found

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
        if problem := self._spoilt((rows[0][0], own), kept, number):
            return [problem]
        data = self._data(own, lines, kept)
        if isinstance(data, OrderProblem):
            return [Reject(rows[0][0], number, data.field, data.reason)]
        if parcels := self._parcels_of(kept, lines):
            data["shipments"] = parcels
        return [*left_out, Read(rows[0][0], number, data, tuple(at for at, _ in kept))]

    def _refused(self, rows: Sequence[Row], number: str) -> list[Reject]:
        (line_no, first) = rows[0]
        for at, row in rows:
            if len(row) != self.width:
                reason = f"the row has {len(row)} columns, the header {self.width}"
                return [Reject(at, number, "", reason)]
        for rule in self._mapping.rejects:
            if rule.holds(self._value(first, rule)):
                return [Reject(line_no, number, self._field_of.get(rule.column, rule.column), rule.reason)]
        if reason := spoilt(number):
            # Which rows belong to one order is not known any more, so none of them is one.
            return [Reject(at, number, "number", reason) for at, _ in rows]
        return []

    def _agreed(self, rows: Sequence[Row], number: str) -> Cells | Reject:
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

    def _spoilt(self, own: Row, kept: Sequence[Row], number: str) -> Reject | None:
        """A number or a name that a spreadsheet has spoilt: it may be somebody else's by now."""
        if not may_be_spoilt(chain(self._named_of(own[1]), *(self._named_of(row) for _, row in kept))):
            return None
        for place, (field, is_of_line) in self._named.items():
            for index, (at, row) in enumerate(kept if is_of_line else [own, *kept]):
                if reason := spoilt(row[place]):
                    return Reject(at, number, f"lines.{index}.{field}" if is_of_line else field, reason)
        return None

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
                lines.append(filled(self._line, row) | dict.fromkeys(self._counted, str(index + 1)))
                kept.append((at, row))
        return lines, kept, left_out

    def _data(self, own: Cells, lines: list[dict[str, Any]], kept: Sequence[Row]) -> dict[str, Any] | OrderProblem:
        data: dict[str, Any] = filled(self._order, own)
        data["lines"] = lines
        currency, optional = str(data.get("currency", "")), []
        for name, if_needed, getters in self._parts:
            if "amount" not in (entry := filled(getters, own)):
                continue
            if not if_needed:
                data.setdefault(name, []).append(entry)
            elif not is_zero(entry["amount"], currency):
                optional.append(OptionalPart("discounts" if name == "discounts" else "fees", entry))
        stated = filled(self._stated, own)
        if "line.discount" in self._mapping.if_needed:
            optional.append(OptionalPart("line_discounts", [line.pop("discount", "") for line in lines]))
        if (tax := stated.get("tax")) and not is_zero(tax, currency):
            taxed = [self._taxed(row).casefold() not in _UNTAXED for _, row in kept]
            optional.append(OptionalPart("tax", (tax, taxed)))
        found = settled(data, optional, total=stated.get("total", ""), goods=stated.get("goods", ""))
        if not isinstance(found, OrderProblem):
            self._add_money(found, own, currency)
        return found

    def _add_money(self, data: dict[str, Any], own: Cells, currency: str) -> None:
        """What was paid, and given back."""
        if self._payment and "paid_at" in (payment := filled(self._payment, own)):
            _add_payment(data, payment)
        refund = filled(self._refund, own)
        if "amount" in refund and not is_zero(refund["amount"], currency):
            paid = data.get("payments") or [{}]
            known = {"id": "1", "payment": paid[0].get("id", "1"), "at": data.get("updated_at", "")}
            data["refunds"] = [known | refund]

    def _parcels_of(self, kept: Sequence[Row], lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not self._parcel:
            return []
        rows = [
            (row, line)
            for (_, row), line in zip(kept, lines, strict=True)
            if not any(rule.holds(self._value(row, rule)) for rule in self._mapping.not_shipped)
        ]
        return parcels_of(rows, getters=self._parcel, cells_of=self._parcel_of, is_bare=self._is_bare)

    def _is_bare(self, row: Cells) -> bool:
        """Whether a row says nothing of its order but which it is."""
        return sum(1 for place in self._own if row[place].strip()) <= 1

    def _value(self, row: Cells, rule: ColumnRule) -> str:
        place = self._index.get(rule.column)
        value = row[place] if place is not None else ""
        return value.strip() if self._mapping.strips else value

    def _columns(self, *groups: Sources) -> tuple[int, ...]:
        return self._places(column for one in groups for source in one.values() for column in source.every_column())

    def _places(self, columns: Iterable[str]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(self._index[column] for column in columns if column in self._index))

    def _getters(self, sources: Sources) -> list[Getter]:
        return getters_of(sources, self._mapping, self._index)


def _add_payment(data: dict[str, Any], payment: dict[str, Any]) -> None:
    if "amount" not in payment:
        due = amount_due(data)
        if due is None or not due:
            return
        payment["amount"] = due.decimal()
    data["payments"] = [{"id": "1", "method": "other", "reference": data.get("number", "")} | payment]
