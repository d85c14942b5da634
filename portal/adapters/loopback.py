"""Whether a host is this machine itself, where an unencrypted connection is nobody else's to read."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str | None) -> bool:
    """`host` as written in a URL, without brackets; names other than localhost are not looked up."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False
