"""A rail in whose calls the worker may die, as after kill -9."""

from __future__ import annotations

from typing import Any

from tests.support.fake_rail import FakeRail


class WorkerKilled(BaseException):
    """As after kill -9: nothing of ours runs any more, whatever was committed stays."""


class DeadlyRail(FakeRail):
    """`kill` ends the worker in the middle of its next call, before or after the rail has booked."""

    kill: str = ""

    @property
    def entries(self) -> dict[str, Any]:
        return self._entries

    def forget_what_was_queued(self) -> None:
        self._refund_answers.clear()
        self._find_answers.clear()

    def refund(self, ask: Any) -> Any:
        when, self.kill = self.kill, ""
        if when == "before":
            raise WorkerKilled
        answer = super().refund(ask)
        if when == "after":
            raise WorkerKilled
        return answer
