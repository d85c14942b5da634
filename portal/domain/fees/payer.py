"""Who stands at the screen on which a fee is paid, as far as a rail has to know."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """`is_phone`: it is paid in a phone's browser, so the provider's app can be led to; `ip`: its public address, "" =
    not known. It is kept with the try only until its outcome is known: the same number is asked for alike."""

    is_phone: bool = False
    ip: str = ""


UNKNOWN_PAYER = Payer()
