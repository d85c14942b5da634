"""What mail servers send back of a mail that did not arrive: written out as each of them writes it."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from pathlib import Path

WRITTEN = Path(__file__).parent
SERVERS = sorted(file.stem for file in WRITTEN.glob("*.eml"))
_OVER_QUOTA = (
    "Reporting-MTA: dns; relay.example\nOriginal-Envelope-Id: {name}\n\n"
    "Final-Recipient: RFC822; c1@example.com\nAction: failed\nStatus: 5.2.2\n"
    "Diagnostic-Code: SMTP; 552 5.2.2 Over quota\n"
)


def reported(server: str, sent: EmailMessage) -> bytes:
    """How `server` reports of `sent`: with its headers, its Message-ID, or the name it had in the envelope."""
    headers = "\n".join(f"{name}: {value}" for name, value in sent.items() if str(value).isascii())
    status = _OVER_QUOTA.format(name=sent["Message-ID"].strip("<>").partition("@")[0])
    said = (WRITTEN / f"{server}.eml").read_text()
    said = said.replace("@@HEADERS@@", headers).replace("@@ID@@", sent["Message-ID"])
    said = said.replace("@@STATUS@@", base64.encodebytes(status.encode()).decode().strip())
    return said.replace("\n", "\r\n").encode()
