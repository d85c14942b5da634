"""Which carrier a tracking number is of, where its form alone says so (DESIGN, 待您寄回).

Only forms that one carrier uses and no other: a number of digits alone may be anybody's. Sources: the carriers' own
pages of their numbers; UPU S10 for postal items, whose ninth digit is a checksum.
"""

from __future__ import annotations

import re

from portal.domain.typed import plain

_FORMS = (
    ("SF", re.compile(r"SF\d{12,13}\Z", re.ASCII)),
    ("JD", re.compile(r"JD[A-Z]{0,2}\d{10,13}\Z", re.ASCII)),
    ("YTO", re.compile(r"YT\d{13}\Z", re.ASCII)),
    ("STO", re.compile(r"STO\d{10,13}\Z", re.ASCII)),
    ("ZTO", re.compile(r"ZTO\d{10,14}\Z", re.ASCII)),
)
_POSTAL = re.compile(r"[A-Z]{2}(\d{8})(\d)CN\Z", re.ASCII)
_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def carrier_of(tracking_no: str) -> str:
    """The carrier's code, "" where the form does not say; however the number is typed."""
    number = plain(tracking_no).replace(" ", "").replace("-", "").upper()
    if found := next((code for code, form in _FORMS if form.match(number)), ""):
        return found
    postal = _POSTAL.match(number)
    return "EMS" if postal and _checksum(postal[1]) == int(postal[2]) else ""


def _checksum(digits: str) -> int:
    """UPU S10: 11 − (weighted sum mod 11), where 10 is written 0 and 11 is written 5."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(rest, rest)
