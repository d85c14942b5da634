"""What a scanner read from a label: how it may have been meant (S28).

Labels say more than the number (a carrier adds the parcel's place in the consignment), keyboards with an input method
give full-width letters, and people who type a number by hand read O for 0 and I or L for 1, which our own numbers have
none of (Crockford's alphabet).
"""

from __future__ import annotations

import re

from portal.domain.typed import plain

LONGEST_SCAN = 100
_ALMOST_OURS = re.compile(r"[RT][0-9OIL]{6,8}[0-9A-Z]{4,9}\Z", re.ASCII)
_MISREAD = str.maketrans("OIL", "011")
_BEHEADED = re.compile(r"[0-9]{6}[0-9A-Z]{4,9}\Z", re.ASCII)
"""A return number whose first letter came before the field had the focus, as from a scanner that is quicker than a
page, or was taken for a word that says what follows."""
_PLACE = re.compile(r"-\d{1,3}-\d{1,3}-?\Z", re.ASCII)
"""JDVA00012345678-1-1-: the first of one parcels, as 京东 prints it."""


def scanned(text: str) -> str:
    """As it is shown and looked for: without what nobody sees and the blanks that a form prints between groups."""
    return plain(text[:LONGEST_SCAN]).replace(" ", "")


def readings_of(text: str) -> tuple[str, ...]:
    """`text`, as `scanned`, in capitals, and whatever else it may be; the likeliest first, each once."""
    upper = text.upper()
    found = [upper, text, _PLACE.sub("", upper)]
    if _ALMOST_OURS.match(upper):
        found.append(upper[0] + upper[1:].translate(_MISREAD))
    if _BEHEADED.match(upper):
        found.append(f"R{upper}")
    return tuple(dict.fromkeys(one for one in found if one))
