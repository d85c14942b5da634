"""Time-based one-time passwords by pyotp (RFC 6238): SHA-1, 6 digits, 30 s, one step either side."""

from __future__ import annotations

from datetime import datetime

import pyotp
from pyotp.utils import strings_equal

_EITHER_SIDE = (0, -1, 1)
ISSUER = "After-sales"
"""What an authenticator calls the portal."""


class PyotpOneTimePasswords:
    def matching_step(self, secret: str, code: str, at: datetime) -> int | None:
        """The step is found here, since `verify` says only whether there is one, and a code must work once."""
        totp = pyotp.TOTP(secret)
        # Every step is compared, so that the time taken does not tell which one it was.
        found = [side for side in _EITHER_SIDE if strings_equal(code, totp.at(at, counter_offset=side))]
        return totp.timecode(at) + found[0] if found else None

    def new_secret(self) -> str:
        return pyotp.random_base32()

    def address(self, secret: str, login: str) -> str:
        return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)
