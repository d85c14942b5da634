"""What is wrong with a policy pack: all of it at once, by file and key."""

from __future__ import annotations

from dataclasses import dataclass

from portal.domain.errors import PortalError


@dataclass(frozen=True, slots=True)
class PackProblem:
    """What is wrong at a dotted `key` of a file, in words fit to be shown. `limit`: what stands for `{limit}` in the
    reason, which is one of a few sentences that way, and found in other languages by it."""

    source: str
    key: str
    reason: str
    limit: str = ""

    @property
    def said(self) -> str:
        return self.reason.replace("{limit}", self.limit)

    def __str__(self) -> str:
        return f"{self.source}: {self.key}: {self.said}"


class PackError(PortalError):
    """A pack that cannot be used, with every problem found."""

    def __init__(self, problems: tuple[PackProblem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems
