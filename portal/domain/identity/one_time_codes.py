"""The rules of one-time codes (SECURITY, one-time codes)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

LIFE = timedelta(minutes=5)
TRIES = 5
APART = timedelta(seconds=60)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_HOUR, PER_DAY, PER_NETWORK = 3, 10, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """At most `count` in any `span`."""

    count: int
    span: timedelta


PER_DESTINATION = (Limit(count=1, span=APART), Limit(count=PER_HOUR, span=HOUR), Limit(count=PER_DAY, span=DAY))
PER_NEIGHBOURHOOD = (Limit(count=PER_NETWORK, span=HOUR),)


def seconds_to_wait(sent: Sequence[datetime], limits: Sequence[Limit], now: datetime) -> int:
    """Whole seconds until one more may be sent after `sent` (in any order); 0 for at once."""
    newest_first = sorted(sent, reverse=True)
    free_at = [newest_first[limit.count - 1] + limit.span for limit in limits if len(newest_first) >= limit.count]
    longest = max((at - now for at in free_at), default=timedelta())
    return max(0, -(-longest // timedelta(seconds=1)))


def network_of(address: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; the text itself where it is neither."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped or ip
    return str(ip_network(f"{ip}/{24 if ip.version == 4 else 48}", strict=False))
