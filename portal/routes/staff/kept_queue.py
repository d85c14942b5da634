"""The list that somebody works through, kept in this browser: the way back and 下一件 go by it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.pages.staff.queue_asked import QueueAsked
from portal.web.request.current import current_actor
from portal.web.security.cookies import read_sealed, write_sealed

KEPT = timedelta(hours=8)
MOST_SEEN = 10
WAITING = QueueAsked(state="waiting")
_COOKIE = "portal_queue"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptQueue:
    """`case_no` was opened from the list, where it stood at `place`: answered, it may have left it. `seen`: those that
    were opened, the newest last."""

    asked: QueueAsked = WAITING
    case_no: str = ""
    place: str = ""
    seen: tuple[str, ...] = ()

    def before(self, case_no: str) -> str:
        """The case that was opened before this one; "" for none. An answered one has left the list."""
        return self.through(case_no)[-2] if len(self.through(case_no)) > 1 else ""

    def through(self, case_no: str) -> tuple[str, ...]:
        """Those seen up to this one: one that is gone back to is the newest again."""
        known = self.seen[: self.seen.index(case_no)] if case_no in self.seen else self.seen
        return (*known, case_no)[-MOST_SEEN:]


def kept_queue() -> KeptQueue:
    """What waits, where nothing was kept or somebody else works in this browser now."""
    kept = read_sealed(_COOKIE)
    if kept is None or kept["who"] != current_actor().key:
        return KeptQueue()
    seen = tuple(kept.get("seen", ()))
    return KeptQueue(asked=QueueAsked(**kept["asked"]), case_no=kept["case"], place=kept["place"], seen=seen)


def keep_queue(query: dict[str, str]) -> None:
    """The list is looked at."""
    if kept_queue().asked.query != query:
        _write(asked=query, case="", place="", seen=())


def keep_place(kept: KeptQueue, case_no: str, place: str) -> None:
    """A case of it is opened; looked at again after an answer, it stood where it was opened."""
    if kept.case_no != case_no:
        _write(asked=kept.asked.query, case=case_no, place=place, seen=kept.through(case_no))


def _write(**values: Any) -> None:
    write_sealed(_COOKIE, {"who": current_actor().key, **values}, life=KEPT)
