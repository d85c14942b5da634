"""The names of our mails, as other systems give them back: what it was, and a part that nobody can guess."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MOST_NAMES = 10
SEAL, ADDRESS = 24, 8
"""Hexadecimal characters: 96 bits that prove a name ours; 32 that tell the address it went to from another."""
_NAME = r"(?P<name>(?P<what>notice|guest|declaration)-(?P<number>[0-9]{1,18})-[0-9]{20})(?P<named>-named)?"
_SEALED = re.compile(rf"{_NAME}\.(?P<seal>[0-9a-f]{{{SEAL}}})(?P<address>[0-9a-f]{{{ADDRESS}}})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedName:
    """`what` of number `number` was sent as `name`; `is_elsewhere`: to the address that a declaration names. `seal` and
    `address` are to be compared before anything of it is believed."""

    what: Literal["notice", "guest", "declaration"]
    number: int
    name: str
    is_elsewhere: bool
    seal: str
    address: str

    @property
    def whole_name(self) -> str:
        return f"{self.name}-named" if self.is_elsewhere else self.name


def names_in(text: str) -> tuple[SealedName, ...]:
    """Those that stand in it, each once, at most MOST_NAMES: of what a customer was told, or is owed."""
    found: dict[SealedName, None] = {}
    for match in _SEALED.finditer(text):
        if len(found) >= MOST_NAMES:
            break
        found.setdefault(
            SealedName(
                what=match["what"],  # type: ignore[arg-type]
                number=int(match["number"]),
                name=match["name"],
                is_elsewhere=bool(match["named"]),
                seal=match["seal"],
                address=match["address"],
            )
        )
    return tuple(found)
