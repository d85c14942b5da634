"""What is written down of every mail that was received."""

from __future__ import annotations

from typing import Any

from portal.domain.inbox.mail import ReceivedMail
from portal.domain.typed import folded_mail
from portal.ports import Deps


def row_of(shop_id: int, mail: ReceivedMail, deps: Deps, **values: Any) -> dict[str, Any]:
    """`values`: its state, and what it is about."""
    return {
        "shop_id": shop_id,
        "key": mail.key,
        "public_id": deps.random.letters(26),
        "sender_key": _sender_key(shop_id, mail.sender, deps),
        "files": len(mail.attachments),
        **values,
    }


def _sender_key(shop_id: int, address: str, deps: Deps) -> str:
    """By which an erasure finds the mails of somebody."""
    return deps.vault.digest("mail sender", f"{shop_id}:{folded_mail(address)}")
