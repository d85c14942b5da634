"""Names that can only mean this machine: what is sent there without encryption is nobody else's to read."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str | None) -> bool:
    """`host` as it stands in an address, without brackets: localhost and the names below it (RFC 6761, 6.3),
    127.0.0.0/8 and ::1. No name is looked up."""
    name = (host or "").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
