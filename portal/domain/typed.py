"""What people type or paste, and the texts it is compared with, brought to one form: the one place that says how.

Keyboards, spreadsheets, chats and the pages one copies from give full-width digits and letters, typographic dashes and
dots, blanks of many widths, marks that nobody sees, composed and decomposed accents (TRAPS T42). Of what is kept and
shown only digits of amounts and numbers go through here (`plain`); whatever is compared does (`folded`, `as_key`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

MOST_DIGITS = 9
"""Of a count: no order has as many units, and every database holds the number."""
_UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
)
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f\u2028\u2029]+")
_NOTHING = re.compile(rf"[\s\x00-\x1f\x7f\u2028\u2029{_UNSEEN}]+")
_DASH = re.compile(r"[-\u2010-\u2015\u2212\ufe63\uff0d]")
_SIGN = re.compile(rf"\A{_DASH.pattern}")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")
_DOTS = dict.fromkeys(map(ord, "\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65\u0387"), "\u00b7")
_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u201b\u2032\u02bc\u00b4`"), "'")
_SAME = _DASHES | _DOTS | _QUOTES
_ORDINARY = re.compile(r"[\x20-\x5f\x61-\x7e\u4e00-\u9fff]*\Z")
"""ASCII and Chinese characters, which are the same in every form: nearly all that is imported, and quickly folded."""
_ACCENTS = re.compile("[\u0300-\u036f]")
_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?\Z", re.ASCII)
_CURRENCY = re.compile(r"^(¥|\$|€|£|CNY|RMB|人民币)\s?|\s?(元|¥|€|CNY|RMB)\Z")
_GROUPED = re.compile(r"-?[0-9]{1,3}(,[0-9]{3}){1,4}(\.[0-9]{1,12})?\Z", re.ASCII)

_STEP = re.compile(r"(?P<line_id>[A-Za-z0-9._:-]{1,64}):(?P<by>[+-]1)\Z", re.ASCII)
ALL = "all"
"""`step` of the button that chooses the most of every line."""


def plain(typed: str) -> str:
    """As a keyboard without an input method would have given it: NFKC, one kind of dash, nothing invisible, one blank
    between words and none at the ends."""
    found, before = _plainer(typed), typed
    while found != before:
        # What one step brings together, such as a letter and its accent, the next one composes.
        found, before = _plainer(found), found
    return found


def _plainer(text: str) -> str:
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))).translate(_SAME)
    return _BLANKS.sub(" ", text.replace("`", "'")).strip()


LONGEST_KEPT = 200
"""Characters of a text whose folded form is remembered: what strangers send must not fill the memory."""


def folded(text: str) -> str:
    """`plain`, and neither case nor the accents of Latin letters make a difference: what a search compares."""
    if _ORDINARY.match(text):
        return " ".join(text.split()).lower()
    return _kept_folded(text) if len(text) <= LONGEST_KEPT else _fold(text)


@lru_cache(maxsize=16_384)
def _kept_folded(text: str) -> str:
    return _fold(text)


def _fold(text: str) -> str:
    found, before = _without_case(text), text
    while found != before:
        # What one step brings out, such as the accent of a letter that only its lower case has, the next one takes.
        found, before = _without_case(found), found
    return found


def _without_case(text: str) -> str:
    if text.isascii():
        return plain(text).lower()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain(text)))
    return plain(unicodedata.normalize("NFKC", bare.casefold()))


def searched(*texts: str) -> str:
    """What a search looks into, of several texts."""
    return folded(" ".join(texts))


def search_form(text: str) -> str | None:
    """`folded`, for a column beside the text; None where a database's own lower() says the same of it."""
    found = folded(text)
    return None if found == text.translate(_LOWER) else found


def as_key(typed: str) -> str:
    """What two ways of typing one number or name have in common: `folded` without blanks and the # before a number."""
    if _ORDINARY.match(typed):
        return typed.replace(" ", "").lower().lstrip("#")
    return folded(typed).replace(" ", "").lstrip("#")


def folded_mail(address: str) -> str:
    """For comparing only: what is written to is the address as it came."""
    said = address if _ORDINARY.match(address) else plain(address)
    return said.replace(" ", "").casefold()


def amount_text(typed: str) -> str:
    """An amount as people and tables write it, as a plain decimal string: without ￥ or 元, the commas of its thousands
    and full-width digits. What is no amount comes back as it is, for whoever reads it to say so."""
    if _DECIMAL.match(typed):
        return typed
    bare = _CURRENCY.sub("", plain(typed[:200]))
    return bare.replace(",", "") if _GROUPED.match(bare) else bare


def typed_digits(typed: str) -> str:
    """The digits of a code as 0-9, whatever script they are typed in, without blanks and dashes; "" where anything
    else is among them. `²` and `①` are no digits: they never stand for a place in a number."""
    return _as_ascii(_DASH.sub("", _NOTHING.sub("", typed)))


def typed_count(typed: str) -> int | None:
    """A whole number of at most nine digits, or None. `-` may stand before it: a negative number is told as such."""
    text = _NOTHING.sub("", typed)
    digits = _as_ascii(_SIGN.sub("", text))
    if not digits or len(digits) > MOST_DIGITS:
        return None
    return -int(digits) if _SIGN.match(text) else int(digits)


def _as_ascii(digits: str) -> str:
    return "".join(str(unicodedata.decimal(one)) for one in digits) if digits.isdecimal() else ""


def quantities_sent(fields: Mapping[str, str]) -> dict[str, str]:
    """What the inputs named `quantity-<line_id>` say, as typed, by line, after the button that was pressed beside one
    of them: `step` = `<line_id>:+1` or `<line_id>:-1`. What is no count is left as it was typed."""
    prefix = "quantity-"
    sent = {name.removeprefix(prefix): str(fields[name]) for name in fields if name.startswith(prefix)}
    step = _STEP.match(str(fields.get("step", "")))
    if step and (count := count_of(sent.get(step["line_id"], "0"))) is not None:
        sent[step["line_id"]] = str(max(count + int(step["by"]), 0))
    return sent


def count_of(typed: str) -> int | None:
    """Nothing typed is none; None where it is no number."""
    return typed_count(plain(typed) or "0")
