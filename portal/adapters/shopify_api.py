"""Shopify's Admin API over GraphQL: one request, its limits in time and cost, and what an answer means.

A query is paid for by its cost. What is throttled was not done, so it is asked again, as long as that is worth while;
of anything else that is no clear answer nothing is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.adapters.connect_http import JsonAnswer, JsonHttp
from portal.domain.connectors.config import ConnectorConfig
from portal.domain.errors import ProviderUnavailable
from portal.ports import Clock

Json = Mapping[str, Any]
PATIENCE = 15.0
_REFUSALS = frozenset(
    """ACCESS_DENIED BAD_REQUEST MAX_COST_EXCEEDED undefinedField undefinedType undefinedDirective argumentNotAccepted
    missingRequiredArguments argumentLiteralsIncompatible variableMismatch INVALID_VARIABLE""".split()
)
"""Errors of a request that was not done, and never will be as it is."""
_STATUS = {
    401: "the access token is not accepted",
    402: "the shop is frozen",
    403: "the access token may not do this",
    404: "there is no such shop or version of the API",
    423: "the shop is locked",
}


class ShopifyRefusal(Exception):
    """Shopify says no: nothing was done. `code`: its own word, or the HTTP status; `reason`: at most 200 characters."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason = code, _short(reason)


@dataclass(frozen=True, slots=True)
class Answered:
    """`data` of an answer, and the version of the API that gave it."""

    data: Json
    version: str


class ShopifyApi:
    """`patience`: seconds that one question may wait for its points, all tries together."""

    def __init__(self, config: ConnectorConfig, http: JsonHttp, clock: Clock, *, patience: float = PATIENCE) -> None:
        self.version = config.api_version
        self._url = f"{config.url}/admin/api/{config.api_version}/graphql.json"
        self._token_url = f"{config.url}/admin/oauth/access_token"
        self._keys, self._token = config.keys, config.keys.get("access_token", "")
        self._http, self.clock, self._patience = http, clock, patience

    def ask(self, query: str, /, **variables: Any) -> Json:
        """Its data. Raises ShopifyRefusal, ProviderUnavailable."""
        return self.answer(query, **variables).data

    def answer(self, query: str, /, **variables: Any) -> Answered:
        left = self._patience
        while True:
            got = self._send({"query": query, "variables": variables})
            found = _read(got)
            pause = _pause(found)
            if pause is None:
                return Answered(_data(found), got.headers.get("x-shopify-api-version", ""))
            if pause > left:
                raise ProviderUnavailable("shopify", "throttled")
            left -= pause
            self.clock.rest(pause)

    def _send(self, body: Json) -> JsonAnswer:
        self._token = self._token or self._new_token()
        return self._http.call("POST", self._url, {"X-Shopify-Access-Token": self._token}, body)

    def _new_token(self) -> str:
        """Of the app in this shop, good for a day: longer than anything that is done with one of these."""
        asked = {"grant_type": "client_credentials", **self._keys}
        got = self._http.call("POST", self._token_url, {}, asked)
        token = got.data.get("access_token") if isinstance(got.data, dict) else None
        if got.is_ok and isinstance(token, str):
            return token
        if 400 <= got.status < 500:
            reason = "the app is not in this shop, or its client_id or client_secret is another"
            raise ShopifyRefusal(str(got.status), reason)
        raise ProviderUnavailable("shopify", f"HTTP {got.status}, no token")


def _read(got: JsonAnswer) -> Json:
    if got.status in _STATUS:
        raise ShopifyRefusal(str(got.status), _STATUS[got.status])
    if got.status != 200 or not isinstance(got.data, dict):
        raise ProviderUnavailable("shopify", f"HTTP {got.status}")
    return got.data


def _pause(found: Json) -> float | None:
    """How long to wait before the same is asked again, until there are points for it; None: it was answered."""
    if "THROTTLED" not in _codes(found):
        return None
    cost = (found.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    missing = float(cost.get("requestedQueryCost") or 0) - float(status.get("currentlyAvailable") or 0)
    return min(max(missing / (float(status.get("restoreRate") or 0) or 50.0), 0.1), 60.0)


def _data(found: Json) -> Json:
    codes = _codes(found)
    if codes:
        reason = "; ".join(str(error.get("message", "")) for error in found["errors"] if isinstance(error, dict))
        if codes & _REFUSALS or (codes == {""} and found.get("data") is None):
            raise ShopifyRefusal(min(codes & _REFUSALS, default="graphql"), reason)
        raise ProviderUnavailable("shopify", ", ".join(sorted(codes))[:80])
    data = found.get("data")
    if not isinstance(data, dict):
        raise ProviderUnavailable("shopify", "no data")
    return data


def _codes(found: Json) -> set[str]:
    """Of its errors; {""} where they have none."""
    errors = found.get("errors")
    if not errors:
        return set()
    named = [error.get("extensions") for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    return {str((one or {}).get("code") or "") for one in named} or {""}


def problem_of(errors: Any) -> str:
    """What a mutation says against it; "" where it was done."""
    found = [str(error.get("message", "")) for error in errors or () if isinstance(error, dict)]
    return _short("; ".join(found))


def _short(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text)[:200]
