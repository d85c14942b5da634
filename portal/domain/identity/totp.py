"""Time-based one-time passwords (RFC 6238): SHA-1, 6 digits, 30 s, one step either side."""

from __future__ import annotations

import base64
import hmac
from datetime import datetime

STEP_SECONDS = 30
_EITHER_SIDE = (0, -1, 1)


def totp_step(at: datetime) -> int:
    """The number of the time step that `at` (aware) lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def totp_code(secret: str, step: int) -> str:
    """The six digits of `secret` (base32) for a step, as RFC 4226 truncates them."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8), casefold=True)
    digest = hmac.digest(key, step.to_bytes(8, "big"), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """The step whose code it is: this one, the one before or the one after; None for none of them."""
    now = totp_step(at)
    found = [
        step for step in (now + side for side in _EITHER_SIDE) if hmac.compare_digest(totp_code(secret, step), code)
    ]
    return found[0] if found else None
