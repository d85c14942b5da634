"""The lines that a repeated form names, taken as they came: only the digest of what was asked matters by then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from portal.fields import UnitLimit

_ANY = 10**9


def lines_as_sent(names: Iterable[str], *, counts: Sequence[str] = ("quantity",)) -> tuple[UnitLimit, ...]:
    """A limit without an end for each line of `<count>-<line_id>` among the `names` of the fields."""
    parts = (name.partition("-") for name in names)
    line_ids = dict.fromkeys(line_id for count, _, line_id in parts if line_id and count in counts)
    return tuple(UnitLimit(line_id=line_id, label=line_id, most=_ANY, quantity=_ANY) for line_id in line_ids)
