"""What of the queue is asked for, and where a page of it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from portal.domain.identity.logins import Login


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """`states` empty: all of them; `is_to_answer`: those in which the shop must act next.

    `is_open` sorts by who must act first, else newest first.
    `is_unread`: customers wrote and wait for an answer, whoever has waited longest on top, also of closed cases.
    `assignee`: a staff id, 0 for nobody's, None for anybody's. `is_exact`: something is called as `search` says.
    """

    states: tuple[str, ...] = ()
    is_to_answer: bool = False
    is_open: bool = True
    is_escalated: bool = False
    priority: int | None = None
    assignee: int | None = None
    search: Login | None = None
    is_exact: bool = False
    is_unread: bool = False


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """The last row of the page before; `priority` does not matter where the list is newest first."""

    priority: int
    at: datetime
    id: int


UNREAD = QueueFilter(is_open=False, is_unread=True)
"""Customers wrote, and nobody has answered."""
