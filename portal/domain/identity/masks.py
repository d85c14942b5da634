"""Personal data as staff and slips show it unless somebody has a reason to see more: enough to recognise it by."""

from __future__ import annotations


def masked_name(name: str) -> str:
    """`张*`: the first character only, whatever the length."""
    return f"{name[0]}*" if name else ""


def masked_phone(phone: str) -> str:
    """`138****5678`: no country code of China, three in front and four behind; a short number shows only its end."""
    number = phone.strip().removeprefix("+86").replace(" ", "")
    if len(number) < 8:
        return f"****{number[-2:]}" if number else ""
    return f"{number[:3]}****{number[-4:]}"


def masked_mail(mail: str) -> str:
    """`a***@example.com`."""
    name, at, host = mail.partition("@")
    return f"{name[:1]}***{at}{host}" if mail else ""


def masked_declaration(said: str) -> str:
    """Who declares a withdrawal: a name, an address for the answer, each on a line of its own and masked as it is."""
    return "\n".join(_masked_line(line) for line in said.splitlines())


def _masked_line(line: str) -> str:
    if "@" in line:
        return masked_mail(line)
    is_number = any(char.isdecimal() for char in line) and not any(char.isalpha() for char in line)
    return masked_phone(line) if is_number else masked_name(line)


def masked_address(address: str) -> str:
    """Street and house hidden; the region beside it says enough to recognise the place."""
    return f"{address[:2]}****" if address else ""
