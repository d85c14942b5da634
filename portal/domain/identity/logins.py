"""What people type to say who they are: a customer id, a phone or a mail address (INTERFACE, who signs in)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from portal.domain.identity.phones import keys_of, read_phone
from portal.domain.typed import as_key, folded_mail, plain

LONGEST = 254
_ONE_MAIL = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,189}\Z", re.ASCII)
"""What nearly all are, to be sure of at one look."""
HOME = "CN"
"""Where a number is from that is written without a country and belongs to nobody's order."""


@dataclass(frozen=True, slots=True)
class Login:
    """`text` as a customer id; `phone` in E.164 and `mail` case folded where it can be one.

    `typed` is what was typed but for blanks at its ends; `phone_keys` the digits under which the phone may be kept.
    """

    text: str
    phone: str | None = None
    mail: str | None = None
    typed: str = ""
    phone_keys: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The same for every way of writing the same phone or mail."""
        return self.mail or self.phone or self.text

    @property
    def id_key(self) -> str:
        """What ids are compared by, where none is written exactly so."""
        return as_key(self.text)


def read_login(typed: str, country: str = HOME) -> Login:
    """Full-width digits and letters count as plain ones: they are what a Chinese keyboard gives."""
    text = plain(typed[: 4 * LONGEST])[:LONGEST]
    said = typed.strip()[:LONGEST]
    if "@" in text:
        return Login(text, mail=folded_mail(text), typed=said)
    return Login(text, phone=read_phone(text, country), typed=said, phone_keys=keys_of(text, country))


def one_mail(said: str) -> str | None:
    """The address of a field for one; None where it has no single one. Both `a@b.c` and `Anna <a@b.c>` are one."""
    if _ONE_MAIL.match(said):
        return said
    text = said.strip()
    if text.endswith(">") and text.count("<") == 1:
        text = text[text.index("<") + 1 : -1].strip()
    parts = {part.strip() for part in text.replace(";", ",").split(",") if part.strip()}
    if len(parts) != 1:
        return None
    (address,) = parts
    name, _, host = address.rpartition("@")
    is_one = name and host and "@" not in name and not any(letter.isspace() or letter in '<>"' for letter in address)
    return address if is_one else None
