"""Whether a shop's pages can frame the portal, what stands in the way, and what a page has to say (EMBEDDING)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from portal.domain.embedding.origins import BadOrigin, origin_of
from portal.domain.loopback import is_loopback

Level = Literal["ok", "warning", "error"]

# Under these anybody may register a name, so two names below one of them are two sites (the public suffix list, the
# part of it where shops are). A suffix that is missing here makes an answer too hopeful, never a frame too open.
_SHARED = frozenset(
    f"{second}.{country}"
    for country, seconds in {
        "cn": "com net org gov edu ac",
        "hk": "com net org",
        "tw": "com net org",
        "mo": "com net org",
        "sg": "com net org",
        "my": "com net org",
        "uk": "co org me ltd",
        "jp": "co ne or",
        "kr": "co or",
        "au": "com net org",
        "nz": "co net org",
        "br": "com net",
        "in": "co net org",
        "za": "co",
        "tr": "com",
        "mx": "com",
    }.items()
    for second in seconds.split()
) | {
    "github.io",
    "gitlab.io",
    "vercel.app",
    "netlify.app",
    "pages.dev",
    "workers.dev",
    "herokuapp.com",
    "myshopify.com",
}

_SNIPPET = """\
<form method="post" action="{address}/embed/{key}/start" target="after-sales" data-after-sales>
  <input type="hidden" name="code" value="THE CODE">
  <button>查看我的订单</button>
</form>
<iframe name="after-sales" title="售后" width="100%" height="640" style="border: 0"></iframe>
<script src="{address}/embed.js" async></script>"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What is there. `address`: where the shop's pages reach the portal; `last_handover`: the last code that was spent,
    as far as that is on record; `is_sandbox`: no refund is real."""

    address: str
    origins: tuple[str, ...]
    live_keys: int
    has_customer: bool
    has_policy: bool
    last_handover: datetime | None = None
    is_sandbox: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`code` names the sentence; `origin`, `count` and `at` fill it."""

    code: str
    level: Level
    origin: str = ""
    count: int = 0
    at: datetime | None = None


def snippet(address: str, key: str) -> str:
    """What a page of the shop says, but for the code, which is another for each view."""
    return _SNIPPET.format(address=address, key=key)


def findings(setup: Setup) -> tuple[Finding, ...]:
    """Everything there is to say of the setup, good or bad, one for each thing looked at.

    Law: an error is what keeps every frame from working, or one origin's; a warning works for some or not for all;
    there is exactly one finding of the address, one of the origins where there are none and else one for each, and one
    each of keys, customers, policy, the rail and the last hand-over.
    """
    return (_of_address(setup.address), *_of_origins(setup), *_of_rows(setup))


def page_finding(page: str, setup: Setup) -> Finding:
    """Whether the page at this address could frame the portal; `origin` is what would have to be named."""
    try:
        origin = origin_of(page)
    except BadOrigin as bad:
        return Finding(code="page_insecure" if bad.code == "insecure" else "page_unreadable", level="error")
    if origin == setup.address:
        return Finding(code="page_is_portal", level="error", origin=origin)
    if origin not in setup.origins:
        return Finding(code="page_not_named", level="error", origin=origin)
    of_origin = _of_origin(origin, setup.address)
    return Finding(code="page_named", level="ok" if of_origin.level == "ok" else "warning", origin=origin)


def is_same_site(one: str, other: str) -> bool:
    """Whether browsers take two origins for one site: one scheme, and one name or a registered one above both.

    Ports do not count. Addresses of machines and names of this one are never more than themselves.
    """
    mine, theirs = urlsplit(one), urlsplit(other)
    if mine.scheme != theirs.scheme or not mine.hostname or not theirs.hostname:
        return False
    return mine.hostname == theirs.hostname or _registered(mine.hostname) == _registered(theirs.hostname) != ""


def _registered(host: str) -> str:
    """`shop.example` of `www.shop.example`; "" where no such name is known."""
    labels = host.split(".")
    if ":" in host or labels[-1].isdigit() or is_loopback(host):
        return ""
    length = 3 if ".".join(labels[-2:]) in _SHARED else 2
    return ".".join(labels[-length:]) if len(labels) >= length else ""


def _of_address(address: str) -> Finding:
    parts = urlsplit(address)
    if is_loopback(parts.hostname or ""):
        return Finding(code="address_loopback", level="warning", origin=address)
    if parts.scheme != "https":
        return Finding(code="address_insecure", level="error", origin=address)
    return Finding(code="address", level="ok", origin=address)


def _of_origins(setup: Setup) -> Iterator[Finding]:
    if not setup.origins:
        yield Finding(code="no_origin", level="error")
    yield from (_of_origin(origin, setup.address) for origin in setup.origins)


def _of_origin(origin: str, address: str) -> Finding:
    if origin == address:
        return Finding(code="origin_is_portal", level="warning", origin=origin)
    if origin.startswith("http://"):
        return Finding(code="origin_http", level="warning", origin=origin)
    if is_same_site(origin, address):
        return Finding(code="origin_same_site", level="ok", origin=origin)
    return Finding(code="origin_cross_site", level="warning", origin=origin)


def _of_rows(setup: Setup) -> Iterator[Finding]:
    if setup.live_keys:
        yield Finding(code="keys", level="ok", count=setup.live_keys)
    else:
        yield Finding(code="no_key", level="warning")
    yield Finding(code="customer", level="ok") if setup.has_customer else Finding(code="no_customer", level="error")
    yield Finding(code="policy", level="ok") if setup.has_policy else Finding(code="no_policy", level="error")
    yield Finding(code="sandbox", level="warning") if setup.is_sandbox else Finding(code="rail", level="ok")
    if setup.last_handover:
        yield Finding(code="handover", level="ok", at=setup.last_handover)
    else:
        yield Finding(code="no_handover", level="warning")
