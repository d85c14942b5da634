"""What a form says of lines before anybody knows what it may: taken as it came.

For the page of what is chosen, which is read for it; and for a form that is repeated, where only the digest of what was
asked matters by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from portal.domain.orders.order import Units
from portal.domain.typed import count_of, quantities_sent
from portal.fields import UnitLimit

_ANY = 10**9


def lines_as_sent(names: Iterable[str], *, counts: Sequence[str] = ("quantity",)) -> tuple[UnitLimit, ...]:
    """A limit without an end for each line of `<count>-<line_id>` among the `names` of the fields."""
    parts = (name.partition("-") for name in names)
    line_ids = dict.fromkeys(line_id for count, _, line_id in parts if line_id and count in counts)
    return tuple(UnitLimit(line_id=line_id, label=line_id, most=_ANY, quantity=_ANY) for line_id in line_ids)


def units_as_sent(fields: Mapping[str, str]) -> Units:
    """What `quantity-<line_id>` among the `fields` chooses; nothing where one of them is no count."""
    counts = {line_id: count_of(typed) for line_id, typed in quantities_sent(fields).items()}
    if any(count is None or count < 0 for count in counts.values()):
        return ()
    return tuple((line_id, count) for line_id, count in counts.items() if count)
