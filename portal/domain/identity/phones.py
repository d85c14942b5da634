"""Phone numbers: read by the country they are from, compared by their digits (INTERFACE, order; E.164, E.123).

What cannot be read as a number of its country, such as one with an extension behind it (隐私号), is kept as it came: it
is found by its digits, and gets no SMS.
"""

from __future__ import annotations

import re

from portal.domain.typed import plain

CALLING_CODES = {
    **{"CN": "86", "HK": "852", "MO": "853", "TW": "886", "JP": "81", "KR": "82", "SG": "65", "MY": "60", "TH": "66"},
    **{"VN": "84", "PH": "63", "ID": "62", "IN": "91", "PK": "92", "AE": "971", "SA": "966", "IL": "972", "TR": "90"},
    **{"US": "1", "CA": "1", "PR": "1", "MX": "52", "BR": "55", "AR": "54", "CL": "56", "CO": "57", "PE": "51"},
    **{"AU": "61", "NZ": "64", "ZA": "27", "EG": "20", "NG": "234", "KE": "254", "MA": "212"},
    **{"GB": "44", "IE": "353", "DE": "49", "AT": "43", "CH": "41", "LI": "423", "FR": "33", "BE": "32", "NL": "31"},
    **{"LU": "352", "ES": "34", "PT": "351", "IT": "39", "SM": "378", "MT": "356", "GR": "30", "CY": "357"},
    **{"DK": "45", "SE": "46", "NO": "47", "FI": "358", "IS": "354", "EE": "372", "LV": "371", "LT": "370"},
    **{"PL": "48", "CZ": "420", "SK": "421", "HU": "36", "SI": "386", "HR": "385", "BA": "387", "RS": "381"},
    **{"ME": "382", "MK": "389", "AL": "355", "BG": "359", "RO": "40", "MD": "373", "UA": "380", "RU": "7", "KZ": "7"},
}
"""By country, ISO 3166: where shops sell. Numbers of others are read where they are written with their +."""
_TRUNK = {"US": "1", "CA": "1", "PR": "1", "RU": "8", "KZ": "8", "HU": "06", "LT": "8", "MX": "01"}
"""What is dialled before a number within the country, 0 where nothing is said."""
_NO_TRUNK = frozenset("IT SM ES PT DK NO PL CZ GR CY MT LU IS EE LV HK MO SG".split())
"""Where the number is dialled whole: a 0 at its beginning belongs to it."""
_PUNCTUATION = re.compile(r"[\s().\-/]")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}\Z", re.ASCII)
_NATIONAL = re.compile(r"[0-9]{5,14}\Z", re.ASCII)
_CHINESE = re.compile(r"(1[3-9][0-9]{9}|[2-9][0-9]{8,11}|10[0-9]{7,9})\Z", re.ASCII)
_AMERICAN = re.compile(r"[2-9][0-9]{2}[2-9][0-9]{6}\Z", re.ASCII)
_AMERICAN_HABIT = re.compile(r"\s*\(?1\)?[-. (]+\(?[2-9][0-9]{2}[-. )]", re.ASCII)
"""1-310-555-0134: nobody writes a Chinese mobile so, whose first group has three digits."""
_NUMBERS_OF = {"CN": _CHINESE, "US": _AMERICAN, "CA": _AMERICAN, "PR": _AMERICAN}
_DIGITS = re.compile(r"[^0-9]")


_COUNTRIES = {
    **dict.fromkeys(("Asia/Shanghai", "Asia/Chongqing", "Asia/Harbin", "Asia/Urumqi", "PRC"), "CN"),
    **{"Asia/Hong_Kong": "HK", "Asia/Macau": "MO", "Asia/Taipei": "TW", "Asia/Tokyo": "JP", "Asia/Seoul": "KR"},
    **{"Asia/Singapore": "SG", "Europe/London": "GB", "Europe/Dublin": "IE", "Europe/Berlin": "DE"},
    **{"Europe/Vienna": "AT", "Europe/Zurich": "CH", "Europe/Paris": "FR", "Europe/Brussels": "BE"},
    **{"Europe/Amsterdam": "NL", "Europe/Luxembourg": "LU", "Europe/Madrid": "ES", "Europe/Lisbon": "PT"},
    **{"Europe/Rome": "IT", "Europe/Athens": "GR", "Europe/Copenhagen": "DK", "Europe/Stockholm": "SE"},
    **{"Europe/Oslo": "NO", "Europe/Helsinki": "FI", "Europe/Warsaw": "PL", "Europe/Prague": "CZ"},
    **{"Europe/Bratislava": "SK", "Europe/Budapest": "HU", "Europe/Bucharest": "RO", "Europe/Sofia": "BG"},
    **dict.fromkeys(("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"), "US"),
}


def country_of(zone: str) -> str:
    """The country of a shop whose clock goes by that zone (IANA); "" where a zone says too little."""
    return _COUNTRIES.get(zone, "")


def read_phone(typed: str, country: str = "") -> str | None:
    """E.164, or None where it is no number of that country (ISO 3166; "" for one that is not known).

    Without a country a number must be written with its calling code.
    """
    if _INTERNATIONAL.match(typed):
        return typed
    text = plain(typed)
    number = _without_punctuation(text)
    if number.startswith("+"):
        # +49 (0)30 1234567: the 0 is for those who dial from within.
        number = _without_punctuation(text.replace("(0)", "", 1))
        return number if _INTERNATIONAL.match(number) else None
    return _national(text, number, country)


def _without_punctuation(text: str) -> str:
    number = _PUNCTUATION.sub("", text)
    return f"+{number[2:]}" if number.startswith("00") else number


def _national(text: str, number: str, country: str) -> str | None:
    code = CALLING_CODES.get(country)
    if code is None or not _NATIONAL.match(number):
        return None
    if country == "CN" and _AMERICAN_HABIT.match(text):
        return None
    rest = number
    if country not in _NO_TRUNK:
        rest = number.removeprefix(_TRUNK.get(country, "0"))
    pattern = _NUMBERS_OF.get(country)
    if pattern and not pattern.match(rest):
        # 86 138 0000 0001: the calling code without its plus.
        rest = number.removeprefix(code)
        if not pattern.match(rest):
            return None
    found = f"+{code}{rest}"
    return found if _INTERNATIONAL.match(found) else None


def may_be_texted(phone: str | None) -> bool:
    """Whether an SMS may go there: only to what was read for certain."""
    return bool(phone and _INTERNATIONAL.match(phone))


def digits_of(phone: str) -> str:
    """What numbers are compared by; "" for a text that has too few of them to be one."""
    if _INTERNATIONAL.match(phone):
        return phone[1:]
    digits = _DIGITS.sub("", plain(phone)) if phone else ""
    return digits if len(digits) >= 5 else ""


def keys_of(typed: str, country: str = "") -> tuple[str, ...]:
    """The digits under which a number that was typed so may be kept: as it is written, and with the calling code of
    every country where it can be dialled so."""
    if (certain := read_phone(typed)) is not None:
        return (digits_of(certain),)
    if not (digits := digits_of(typed)) or any(letter.isalpha() and letter.isascii() for letter in typed):
        return ()
    near = [country] if country else []
    found = [read_phone(typed, one) for one in (*near, *CALLING_CODES)]
    return tuple(dict.fromkeys([*(digits_of(one) for one in found if one), digits]))
