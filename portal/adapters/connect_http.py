"""JSON over HTTP to a shop's platform: its limits are waited for, and only JSON is an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.adapters.pinned_http import NotAnswered, PinnedAnswer, PinnedHttp, PrivateAddress
from portal.domain.errors import ProviderUnavailable
from portal.ports import Clock

LARGEST = 16 * 1024 * 1024
READ, WHOLE = 15.0, 30.0
MOST_WAITS, LONGEST_WAIT = 3, 8.0
_LIMITED = (429, 503)


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonAnswer:
    """`headers`: names in lower case. `data`: numbers with a point are Decimal. 5xx with JSON is an answer too: some
    platforms refuse so."""

    status: int
    headers: Mapping[str, str]
    data: Any

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300


class JsonHttp:
    """`name`: of the platform, for errors. Raises ProviderUnavailable where nothing is known of the outcome."""

    def __init__(self, name: str, http: PinnedHttp, clock: Clock) -> None:
        self._name, self._http, self._clock = name, http, clock

    def call(self, method: str, url: str, headers: Mapping[str, str], body: Any = None) -> JsonAnswer:
        """What is limited (429, or 503 with Retry-After) was not done: it is sent again after the time it names."""
        sent = {"Accept": "application/json", "User-Agent": "aftersales-portal", **headers}
        raw = None
        if body is not None:
            sent["Content-Type"] = "application/json"
            raw = json.dumps(body, ensure_ascii=False).encode()
        for _ in range(MOST_WAITS):
            answer = self._send(method, url, sent, raw)
            wait = _wait_of(answer)
            if wait is None:
                return self._read(answer)
            if wait > LONGEST_WAIT:
                break
            self._clock.rest(wait)
        raise ProviderUnavailable(self._name, "rate_limited")

    def _send(self, method: str, url: str, headers: Mapping[str, str], raw: bytes | None) -> PinnedAnswer:
        try:
            return self._http.send(method, url, headers, raw)
        except PrivateAddress:
            raise ProviderUnavailable(self._name, "private_address") from None
        except NotAnswered as problem:
            raise ProviderUnavailable(self._name, str(problem)) from None

    def _read(self, answer: PinnedAnswer) -> JsonAnswer:
        """A page in HTML, a half answer or a redirect says nothing of what was done."""
        if not answer.is_whole or 300 <= answer.status < 400:
            raise ProviderUnavailable(self._name, f"HTTP {answer.status}, not read")
        try:
            data = json.loads(answer.body, parse_float=Decimal) if answer.body else None
        except (ValueError, RecursionError):
            raise ProviderUnavailable(self._name, f"HTTP {answer.status}, no JSON") from None
        return JsonAnswer(status=answer.status, headers=answer.headers, data=data)


def _wait_of(answer: PinnedAnswer) -> float | None:
    """Seconds to wait before it is sent again, None where it was an answer."""
    said = answer.headers.get("retry-after", "")
    if answer.status not in _LIMITED or (answer.status == 503 and not said):
        return None
    try:
        return max(0.0, float(said or 1))
    except ValueError:
        return 1.0
