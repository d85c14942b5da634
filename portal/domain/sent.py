"""A request that may come twice: what names it and what it says (SECURITY, double effects)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sent:
    """A form that was posted: its id, and the digest of all its fields and files."""

    request_id: str
    digest: str


RequestKey = str | Sent
"""What an act is asked with: a form's `Sent`; of a script, which has posted nothing, the id alone. What it
asked for is then digested by the service."""


def id_of(key: RequestKey) -> str:
    return key.request_id if isinstance(key, Sent) else key
