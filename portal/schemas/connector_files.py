"""Connector files (INTERFACE) as types: a table of a file, or a stored one, to a ConnectorConfig."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, NotRequired, Required
from urllib.parse import urlsplit

from pydantic import AfterValidator, StringConstraints, TypeAdapter, ValidationError
from typing_extensions import TypedDict

from portal.domain.connectors.config import ConnectorConfig, ConnectorError, Platform
from portal.schemas.reasons import EMPTY, REASONS, Reasons, bracketed, problems_of
from portal.schemas.setting_values import is_web_address

_REASONS: Reasons = {**REASONS, "dict_type": "must be a table", "extra_forbidden": "is unknown"} | {
    "string_too_short": EMPTY
}
_VERSION = re.compile(r"20\d\d-(01|04|07|10)|unstable")
SHORTEST_SECRET = 8
OurState = Literal["awaiting_payment", "paid", "picking", "shipped", "delivered", "completed", "cancelled"]


def _shop_address(value: str) -> str:
    """Without a slash at its end. What is no web address is refused."""
    parts = urlsplit(value)
    if not is_web_address(value) or parts.query or parts.fragment or parts.username:
        raise ValueError("must be an https:// address without ? and # (http:// on a loopback name only)")
    return value.rstrip("/")


def _version(value: str) -> str:
    if not _VERSION.fullmatch(value):
        raise ValueError("must be a version such as 2026-10")
    return value


def _secret(value: str) -> str:
    if len(value) < SHORTEST_SECRET:
        raise ValueError(f"must have {SHORTEST_SECRET} characters or more: whoever guesses it can send orders")
    return value


Key = Annotated[str, StringConstraints(min_length=1, max_length=500, strip_whitespace=True)]
Secret = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True), AfterValidator(_secret)]
Theirs = Annotated[str, StringConstraints(min_length=1, max_length=64)]
ShopAddress = Annotated[str, AfterValidator(_shop_address)]


class _Table(TypedDict, total=False):
    url: Required[ShopAddress]
    webhook_secret: Required[Secret]
    refund: bool
    states: dict[Theirs, OurState]


class WooCommerceTable(_Table):
    """REST API keys with read and write access; the secret is ours to choose, and is entered at each webhook."""

    consumer_key: Key
    consumer_secret: Key


class ShopifyTable(_Table):
    """An app's `access_token`; of one made in the Dev Dashboard `client_id` and `client_secret`, by which tokens of a
    day are asked for. `webhook_secret`: the app's own secret, by which Shopify signs."""

    access_token: NotRequired[Key]
    client_id: NotRequired[Key]
    client_secret: NotRequired[Key]
    api_version: Annotated[str, AfterValidator(_version)]


_TABLES: Mapping[Platform, TypeAdapter[Any]] = {
    "woocommerce": TypeAdapter(WooCommerceTable),
    "shopify": TypeAdapter(ShopifyTable),
}
_KEYS: Mapping[Platform, tuple[str, ...]] = {
    "woocommerce": ("consumer_key", "consumer_secret"),
    "shopify": ("access_token", "client_id", "client_secret"),
}


def _one_way_in(table: Mapping[str, Any]) -> None:
    """Raises ConnectorError where it has both, none or half of one."""
    pair = [name for name in ("client_id", "client_secret") if name in table]
    if ("access_token" in table) == bool(pair) or len(pair) == 1:
        raise ConnectorError((("access_token", "is needed, or client_id and client_secret instead of it"),))


def read_connector(platform: Platform, data: Mapping[str, Any]) -> ConnectorConfig:
    """Raises ConnectorError with every problem; no value of the file is in it."""
    try:
        table = _TABLES[platform].validate_python(dict(data), strict=True, extra="forbid")
    except ValidationError as error:
        found = ((bracketed(where), reason) for where, reason in problems_of(error, _REASONS))
        raise ConnectorError(tuple(dict(found).items())) from None
    if platform == "shopify":
        _one_way_in(table)
    return ConnectorConfig(
        platform=platform,
        url=table["url"],
        keys={name: table[name] for name in _KEYS[platform] if name in table},
        webhook_secret=table["webhook_secret"],
        api_version=table.get("api_version", ""),
        refund=table.get("refund", False),
        states=table.get("states", {}),
    )
