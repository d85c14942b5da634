"""What people type and mean the same by: full-width or plain, pasted with blanks or marks that nobody sees.

One reading for every value that is compared or counted: a Chinese keyboard gives １２３ for 123, a spreadsheet a
no-break space, a chat a mark of direction (TRAPS T42).
"""

from __future__ import annotations

import re
import unicodedata

MOST_DIGITS = 9
"""Of a count: no order has as many units, and every database holds the number."""
_UNSEEN = r"\x00-\x1f\x7f\u00ad\u034f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff"
_BLANK = re.compile(rf"[\s{_UNSEEN}]+")
_DASH = re.compile(r"[-\u2010-\u2015\u2212\ufe63\uff0d]")
_SIGN = re.compile(rf"\A{_DASH.pattern}")


def plain(typed: str) -> str:
    """NFKC, without blanks at the ends and what is not seen anywhere."""
    return _BLANK.sub(" ", unicodedata.normalize("NFKC", typed)).strip()


def as_key(typed: str) -> str:
    """What two ways of typing one number or name have in common: NFKC, case folded, without blanks."""
    text = _BLANK.sub("", unicodedata.normalize("NFKC", typed))
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def typed_digits(typed: str) -> str:
    """The digits of a code as 0-9, whatever script they are typed in, without blanks and dashes; "" where anything
    else is among them. `²` and `①` are no digits: they never stand for a place in a number."""
    return _as_ascii(_DASH.sub("", _BLANK.sub("", typed)))


def typed_count(typed: str) -> int | None:
    """A whole number of at most nine digits, or None. `-` may stand before it: a negative number is told as such."""
    text = _BLANK.sub("", typed)
    digits = _as_ascii(_SIGN.sub("", text))
    if not digits or len(digits) > MOST_DIGITS:
        return None
    return -int(digits) if _SIGN.match(text) else int(digits)


def _as_ascii(digits: str) -> str:
    return "".join(str(unicodedata.decimal(one)) for one in digits) if digits.isdecimal() else ""
