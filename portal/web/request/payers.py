"""Who pays on this request's screen, as far as a rail has to know: on a phone or not, and from which address.

A phone's browser is led to the provider's app, any other gets a page or a code to scan. Browsers that say it themselves
(`Sec-CH-UA-Mobile`, RFC 8942) are believed; of the others every phone's calls itself Mobile, which tablets leave out.
"""

from __future__ import annotations

import re
from ipaddress import ip_address

from flask import request

from portal.domain.fees.payer import Payer
from portal.web.answers.web_views import MESSENGER
from portal.web.request.current import client_address

_PHONE = re.compile(r"\b(iphone|ipod|windows phone|openharmony[^)]*phone|harmony[^)]*phone|mobile)\b", re.ASCII)
_NO_PHONE = re.compile(r"\b(ipad|tablet|macintosh|windows nt|x11)\b", re.ASCII)
_LONGEST_READ = 600


def payer() -> Payer:
    """Of this request, after trusted proxies."""
    said = request.headers.get("User-Agent", "")
    return Payer(is_phone=is_phone(said, request.headers.get("Sec-CH-UA-Mobile", "")), ip=public(client_address()))


def is_phone(user_agent: str, says_mobile: str = "") -> bool:
    """Whether a provider's page for phones works there. `says_mobile`: `?1` or `?0`, "" = does not say.

    Not inside WeChat: its H5 pages are for every browser but its own, which refuses them.
    """
    said = user_agent[:_LONGEST_READ].lower()
    if MESSENGER in said:
        return False
    if says_mobile in ("?0", "?1"):
        return says_mobile == "?1"
    return _PHONE.search(said) is not None and _NO_PHONE.search(said) is None


def public(address: str) -> str:
    """ "" where it is none of the internet's: that of a proxy nobody told us of, which no provider would find again."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    mapped = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(mapped) if mapped.is_global and not mapped.is_multicast else ""
