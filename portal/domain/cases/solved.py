"""解决了吗: once a case is closed its customer may say whether it has helped them; said again, the newest counts.

Only of a case that somebody has answered: one that was withdrawn or left to expire has solved nothing by itself.
"""

from __future__ import annotations

from typing import Literal

from portal.domain.cases.case import Case

Solved = Literal["yes", "no"]


def may_say_solved(case: Case) -> bool:
    """Whether it is closed, with an answer."""
    return not case.is_open and case.state in ("completed", "rejected")
