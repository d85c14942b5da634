"""The parcels that the rows of an order name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from portal.domain.intake.row_values import Cells, Getter, filled

Line = dict[str, Any]


def parcels_of(
    rows: Sequence[tuple[Cells, Line]],
    *,
    getters: Sequence[Getter],
    cells_of: Callable[[Cells], tuple[str, ...]],
    is_bare: Callable[[Cells], bool],
) -> list[dict[str, Any]]:
    """A parcel for each that the rows name, with the lines that name it. Where only one is named, and rows without
    it say nothing of the order either, it holds them all: the order's columns are filled in its first row alone."""
    packed: dict[tuple[str, ...], list[int]] = {}
    for index, (row, _) in enumerate(rows):
        packed.setdefault(tuple(map(str.strip, cells_of(row))), []).append(index)
    named = [values for values in packed if any(values)]
    if len(named) == 1 and all(any(values) or is_bare(rows[places[0]][0]) for values, places in packed.items()):
        packed = {named[0]: list(range(len(rows)))}
    found = [
        parcel
        for places in packed.values()
        if (parcel := _parcel(filled(getters, rows[places[0]][0]), [rows[place][1] for place in places]))
    ]
    for count, parcel in enumerate(found, 1):
        parcel.setdefault("id", str(count))
    return found


def _parcel(parcel: dict[str, Any], lines: list[Line]) -> dict[str, Any] | None:
    """From its date of shipping or of delivery; none where neither is said."""
    if not {"shipped_at", "delivered_at"} & parcel.keys():
        return None
    defaults = {"carrier": "", "tracking_no": "", "shipped_at": parcel.get("delivered_at")}
    units = [{"line": line.get("id"), "quantity": line.get("quantity")} for line in lines]
    return defaults | parcel | {"lines": units}
