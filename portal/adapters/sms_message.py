"""Our TextMessage as JSON, the same for a file and for a gateway."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from portal.ports import TextMessage


def as_json(message: TextMessage) -> dict[str, Any]:
    """`template_id` and `params` only of an approved text: a gateway that takes any words knows neither."""
    said = asdict(message)
    return said if message.template_id else {name: said[name] for name in ("to", "sender", "body", "message_id")}
