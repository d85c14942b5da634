"""What people type to say who they are: a customer id, a phone or a mail address (INTERFACE, who signs in)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 254
_SEPARATORS = re.compile(r"[\s().\-]")
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}\Z", re.ASCII)
_CHINESE_MOBILE = re.compile(r"1[3-9][0-9]{9}\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Login:
    """`text` as a customer id; `phone` in E.164 and `mail` case folded where it can be one."""

    text: str
    phone: str | None = None
    mail: str | None = None

    @property
    def key(self) -> str:
        """The same for every way of writing the same phone or mail."""
        return self.mail or self.phone or self.text


def read_login(typed: str) -> Login:
    """Full-width digits and letters count as plain ones: they are what a Chinese keyboard gives."""
    text = unicodedata.normalize("NFKC", typed).strip()[:LONGEST]
    if "@" in text:
        return Login(text, mail=text.casefold())
    return Login(text, phone=read_phone(text))


def read_phone(typed: str) -> str | None:
    """E.164; `13800000001` is a mobile of mainland China. None where it is no phone number."""
    if _INTERNATIONAL.match(typed):
        return typed
    number = _SEPARATORS.sub("", unicodedata.normalize("NFKC", typed))
    if number.startswith("00"):
        number = f"+{number[2:]}"
    if _CHINESE_MOBILE.match(number):
        number = f"+86{number}"
    return number if _INTERNATIONAL.match(number) else None
