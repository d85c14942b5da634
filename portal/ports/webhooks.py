"""A shop's own systems, which take events by the Standard Webhooks specification."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

WebhookProblem = Literal["", "private", "redirected", "refused", "unreachable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookCall:
    """`secrets`: as Standard Webhooks writes them; each signs. `message_id`: the same for every attempt; `at`: of this
    one; `body`: JSON."""

    url: str
    secrets: tuple[str, ...] = field(repr=False)
    message_id: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAnswer:
    """`problem`: "" where it answered 2xx; private: its name leads into a network that is not public, nothing was
    sent; redirected, and not followed; refused: any other status; unreachable: no answer in time. `said`: its own
    words, or why there was no answer, cut and made harmless. `took`: milliseconds. `retry_after`: it asked for."""

    problem: WebhookProblem
    status: int = 0
    said: str = ""
    took: int = 0
    retry_after: timedelta | None = None


class Webhooks(Protocol):
    """Posts to an endpoint. What goes wrong there is an answer, too."""

    def post(self, call: WebhookCall) -> WebhookAnswer: ...
