"""The page of a shop's group robot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotPage:
    """`form` "off" where there is none. `host`, `tail`: what is shown of its address. What the last try came to:
    `tried_at` None for none yet, `problem` "" where it was taken, `said` the robot's own words. `waiting`: how many
    notices wait for the next message."""

    may_act: bool
    form: str
    host: str = ""
    tail: str = ""
    is_signed: bool = False
    kinds: tuple[str, ...] = ()
    tried_at: datetime | None = None
    problem: str = ""
    status: int = 0
    said: str = ""
    waiting: int = 0
