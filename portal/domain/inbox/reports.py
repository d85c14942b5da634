"""What a mail server reports of a mail of ours that it could not deliver (RFC 3464, RFC 3463)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from portal.domain.messages.mail_names import SealedName

Verdict = Literal["none", "mail", "address"]
"""none: nothing is lost yet. mail: this one did not arrive, and another may. address: nobody is there."""
LONGEST_DIAGNOSTIC = 500
_ENHANCED = re.compile(r"(?<![0-9.])[245]\.[0-9]{1,3}\.[0-9]{1,3}(?![0-9.])", re.ASCII)
_CODE = re.compile(r"(?<![0-9.])(?:4[2-5][0-9]|55[0-6])(?![0-9.])", re.ASCII)
_SPOKEN = re.compile(r"(?<![0-9.])(?:5\.[0-9]{1,3}\.[0-9]{1,3}|55[0-6])(?![0-9.])", re.ASCII)
_SAYS_NOTHING = ("", "5.0.0", "4.0.0")
_OF_THE_MAIL = re.compile(r"5\.(?:2\.[23]|3\.[0-9]+|4\.(?:6|7|14)|5\.[1-9][0-9]*|[67]\.[0-9]+)\Z", re.ASCII)
"""Full, too large, a loop, out of time, its content, or about who sends it: the address may be good (RFC 3463)."""
_NOBODY_THERE = ("550", "551", "553")
"""RFC 5321, 4.2.3: no such mailbox, elsewhere, not allowed as a name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport:
    """As it was received, nothing of it believed. `names`: mails that it names; `action`: failed, delayed, delivered,
    relayed or expanded, in lower case; `status` as RFC 3463 writes it, "" for none; `diagnostic`: its words."""

    names: tuple[SealedName, ...]
    action: str
    status: str = ""
    diagnostic: str = ""


def spoken_report(names: tuple[SealedName, ...], text: str) -> DeliveryReport | None:
    """Of a mail server that writes in prose alone: None where it names no code of a refusal, or is only late."""
    match = _SPOKEN.search(text)
    if match is None:
        return None
    diagnostic = text[match.start() : match.start() + LONGEST_DIAGNOSTIC]
    return DeliveryReport(names=names, action="failed", diagnostic=diagnostic)


def verdict_of(report: DeliveryReport) -> Verdict:
    """`failed` is the end of it, whatever the status: 4.y.z is then a server that gave up (RFC 3464, 2.3.3)."""
    if report.action != "failed":
        return "none"
    status, code = _status(report), _code(report)
    if status in _SAYS_NOTHING:
        return "address" if code in _NOBODY_THERE else "mail"
    return "address" if status.startswith("5.") and not _OF_THE_MAIL.match(status) else "mail"


def reason_of(report: DeliveryReport) -> str:
    """Their codes, never their words: those may repeat the address."""
    return f"{_code(report)} {_status(report)}".strip() or report.action[:12]


def _status(report: DeliveryReport) -> str:
    """Some write 5.0.0 and say in their words what it was."""
    said = found[0] if (found := _ENHANCED.search(report.status)) else ""
    if said in _SAYS_NOTHING and (found := _ENHANCED.search(report.diagnostic)):
        return found[0]
    return said


def _code(report: DeliveryReport) -> str:
    return found[0] if (found := _CODE.search(report.diagnostic)) else ""
