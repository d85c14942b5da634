"""How often somebody may be wrong (INTERFACE: sign-in counts failures only; SECURITY, availability).

Failures count for what was typed and the network together, so nobody locks anybody out from elsewhere, and for the
network, so nobody tries one password on everybody. What an account's own counters say is never heard: asked for under
another name, they would tell that both names are one person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Literal

Kind = Literal["password", "code", "totp", "behalf"]
"""What was wrong. Each has buckets of its own: codes that were mistyped do not use up passwords."""

PER_PAIR, PAIR_SPAN = 10, timedelta(minutes=15)
PER_NETWORK, NETWORK_SPAN = 100, timedelta(hours=1)
PER_DAY, DAY = 300, timedelta(days=1)
SLOWED_SECONDS = 2.0
"""What an answer takes longer once an account has seen PER_DAY failures a day, wherever they came from."""


@dataclass(frozen=True, slots=True)
class Buckets:
    """What one try counts in, before the HMAC. `network` and `day` are empty where they do not count."""

    pair: str
    account_pair: str
    network: str
    day: str


def network_of(address: str) -> str:
    """Who is counted as one: an IPv4 address, or the /64 of an IPv6 one, which is what one customer is given."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip) if ip.version == 4 else str(ip_network(f"{ip}/64", strict=False))


def buckets(*, kind: Kind, typed: str, account: str, address: str, browser: str) -> Buckets:
    """`account` is whose login it is, "" for nobody's; `browser` a browser that signed it in before, "" for others.

    Such a browser is counted by itself, wherever it is. So is a second factor (`totp`), whoever types it: who gets
    that far knows the password, and must not guess from a thousand networks.
    """
    network = network_of(address)
    source = "" if kind == "totp" else f"browser {browser}" if browser else network
    who = account or f"nobody {typed}"
    is_own = bool(browser) or kind == "totp"
    return Buckets(
        pair=f"{kind} {typed} {source}",
        account_pair=f"{kind} {who} {source}",
        network="" if is_own else f"{kind} {network}",
        day="" if is_own else f"{kind} {who}",
    )
