"""A declaration to withdraw from a contract that anybody may make (EU-9): what is typed, and which units it means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.codec import fingerprint
from portal.domain.identity.logins import read_login
from portal.domain.orders.order import Line, Order, Units
from portal.domain.typed import as_key, folded, plain, typed_count

_BETWEEN = re.compile(r"[\n,;，；、]+")
_TIMES = re.compile(r"(.{1,200}?)\s?[×xX*]\s?([0-9]{1,6})\Z")
_MOST_LINES = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """As it was typed. `lines`: which goods, in the declarer's own words; empty is the whole order."""

    name: str
    order_no: str
    contact: str
    lines: str = ""

    @property
    def digest(self) -> str:
        """Of exactly this: what a confirmation has summarised."""
        return fingerprint([self.name, self.order_no, self.contact, self.lines])

    @property
    def same_again(self) -> str:
        """The same for every way of typing the same values."""
        return fingerprint([folded(self.name), as_key(self.order_no), self.contact_key, folded(self.lines)])

    @property
    def contact_key(self) -> str:
        """The phone or mail that it names, for comparing."""
        return read_login(self.contact).key


def units_meant(lines: str, order: Order) -> Units | None:
    """The units of `order` that `lines` names, by the id, number or title of each; `×2` behind one says how many.

    () for none named: all that can be withdrawn from. None where anything in it is not certain: a person reads it.
    """
    named = [part for part in map(plain, _BETWEEN.split(lines)) if part]
    if len(named) > _MOST_LINES:
        return None
    found: dict[str, int] = {}
    for part in named:
        meant = _meant(part, order.lines)
        if meant is None or meant[0] in found:
            return None
        found[meant[0]] = meant[1]
    return tuple(found.items())


def _meant(part: str, lines: Sequence[Line]) -> tuple[str, int] | None:
    """A line and how many of it: all that are left unless a number is said."""
    if (line := _line_called(part, lines)) is not None:
        return line.id, line.quantity - line.gone - line.claimed
    counted = _TIMES.match(part)
    line = _line_called(counted[1], lines) if counted else None
    count = typed_count(counted[2]) if counted else None
    return (line.id, count) if line and count else None


def _line_called(text: str, lines: Sequence[Line]) -> Line | None:
    """The only line of that id, number or title."""
    wanted = folded(text)
    found = [
        line
        for line in lines
        if wanted in (folded(line.id), folded(line.sku), folded(line.title), folded(f"{line.title} {line.variant}"))
    ]
    return found[0] if len(found) == 1 else None
