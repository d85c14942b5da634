"""Signatures of platforms' webhooks: base64 of HMAC-SHA256 over the raw body."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from portal.ports import BadWebhook


def signed_body(headers: Mapping[str, str], name: str, secret: str, body: bytes) -> dict[str, Any]:
    """The JSON object of a body that is signed in the header `name`. Raises BadWebhook."""
    said = header(headers, name)
    expected = base64.b64encode(hmac.digest(secret.encode(), body, hashlib.sha256)).decode()
    if not hmac.compare_digest(said.encode(), expected.encode()):
        raise BadWebhook("signature")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadWebhook("no JSON") from None
    if not isinstance(data, dict):
        raise BadWebhook("no JSON object")
    return data


def header(headers: Mapping[str, str], name: str) -> str:
    """Whatever the case it is written in; "" where there is none."""
    wanted = name.lower()
    return next((value for key, value in headers.items() if key.lower() == wanted), "")
