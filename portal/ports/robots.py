"""Robots of chat groups, which take a message by an address that only the group knows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from portal.domain.messages.robots import RobotForm

RobotProblem = Literal["", "private", "redirected", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotAddress:
    """`url` and `secret` open the group to whoever knows them."""

    form: RobotForm
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotItem:
    """What waits, for a program that reads it."""

    what: str
    order_no: str
    case_no: str
    link: str
    deadline: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotMessage:
    """`text` for a group to read; `items` the same for programs."""

    shop: str
    text: str
    items: tuple[RobotItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotAnswer:
    """`problem`: "" where it took the message; private: its host is within a network that is not public; redirected;
    refused. `said`: its own words, cut and made harmless."""

    problem: RobotProblem
    status: int = 0
    said: str = ""


class Robots(Protocol):
    """Posts to a group, at least once."""

    def post(self, address: RobotAddress, message: RobotMessage) -> RobotAnswer:
        """Raises ProviderUnavailable where nobody answered in time, or said to come again."""
