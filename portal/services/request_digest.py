"""What a request for units comes down to: the same form again has the same digest."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from portal.domain.cancelling.decide import CancelAsk
from portal.domain.cases.ask import ApplicationAsk
from portal.domain.codec import fingerprint


def digest_of(act: str, number: str, ask: ApplicationAsk | CancelAsk, *more: Any) -> str:
    """Of `act` on the order or case `number`, in whichever order the form named its lines."""
    return fingerprint([act, number, replace(ask, units=tuple(sorted(ask.units))), *more])
