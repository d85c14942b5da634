"""Webhooks over HTTPS, signed as Standard Webhooks says, to an address that an administrator typed."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from standardwebhooks.webhooks import Webhook

from portal.adapters.pinned_http import NotAnswered, PinnedAnswer, PinnedHttp, PrivateAddress
from portal.domain.webhooks.endpoint import LONGEST_ANSWER
from portal.ports import Clock, WebhookAnswer, WebhookCall
from portal.ports.origin import origin_headers
from portal.ports.webhooks import WebhookProblem

_LONGEST_HEADER = 64


class HttpWebhooks:
    """The port `Webhooks`, over connections to the address that was checked."""

    def __init__(self, clock: Clock, http: PinnedHttp) -> None:
        self._clock, self._http = clock, http

    def post(self, call: WebhookCall) -> WebhookAnswer:
        began = time.monotonic()
        try:
            answer = self._http.send("POST", call.url, _headers(call), call.body.encode())
        except PrivateAddress:
            return WebhookAnswer(problem="private", took=_since(began))
        except NotAnswered as problem:
            return WebhookAnswer(problem="unreachable", said=str(problem), took=_since(began))
        return WebhookAnswer(
            problem=_judged(answer.status),
            status=answer.status,
            said=_readable(answer),
            took=_since(began),
            retry_after=retry_after(answer.headers.get("retry-after", ""), self._clock.now()),
        )


def _headers(call: WebhookCall) -> dict[str, str]:
    """One signature a secret: who receives needs to know but one of them (Standard Webhooks, secret rotation)."""
    signatures = (Webhook(secret).sign(call.message_id, call.at, call.body) for secret in call.secrets)
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "after-sales-portal-webhooks/1",
        "webhook-id": call.message_id,
        "webhook-timestamp": str(int(call.at.timestamp())),
        "webhook-signature": " ".join(signatures),
        **origin_headers(),
    }


def _judged(status: int) -> WebhookProblem:
    if 200 <= status < 300:
        return ""
    return "redirected" if 300 <= status < 400 else "refused"


def retry_after(written: str, now: datetime) -> timedelta | None:
    """Seconds or an HTTP date (RFC 9110); None for neither, and for what is over."""
    if not written or len(written) > _LONGEST_HEADER:
        return None
    if written.isascii() and written.isdigit():
        return timedelta(seconds=min(int(written), 10**6))
    try:
        left = parsedate_to_datetime(written) - now
    except (TypeError, ValueError, OverflowError):
        return None
    return max(left, timedelta(0))


def _readable(answer: PinnedAnswer) -> str:
    text = answer.body.decode("utf-8", "replace")
    return "".join(each for each in text if each.isprintable())[:LONGEST_ANSWER]


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
