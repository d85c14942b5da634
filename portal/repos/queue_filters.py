"""What of the queue is asked for, and where a page of it goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from portal.domain.identity.logins import Login

By = Literal["due", "priority", "amount"]
"""How what is to be answered is sorted; any other list has an order of its own."""
Which = Literal[
    "all",
    "to_answer",
    "theirs",
    "escalated",
    "unread",
    "snoozed",
    "stuck",
    "to_stop",
    "to_inspect",
    "to_send",
    "on_the_way",
]
"""to_stop, to_inspect, to_send: parcels that wait for the warehouse; on_the_way: each of its few states is read by
itself, in order. to_answer: the shop must act next; theirs: the customer; unread: customers wrote and wait, also on
closed cases; snoozed: put off until later; stuck: open for long, or back and forth too often. What is put off is in
none of to_answer, escalated and unread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFilter:
    """`states` empty: all of them. `is_open` goes by due time, parcels to be stopped first; else newest first, but what
    is unread, put off or stuck by how long it has been so.

    `due_from`, `due_before`: when somebody has to act. `assignee`: a staff id, 0 for nobody's, None for anybody's.
    `is_exact`: something is called as `search` says.
    """

    which: Which = "all"
    states: tuple[str, ...] = ()
    is_open: bool = True
    priority: int | None = None
    assignee: int | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    by: By = "due"
    search: Login | None = None
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """Where a case stands in a list: `rank` 0 of a parcel to be stopped; `at` is what the list goes by, unless that is
    what it is `worth`."""

    rank: int
    at: datetime
    priority: int
    id: int
    worth: int = 0
