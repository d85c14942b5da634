"""Where an act led, as a page of ours."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.web.answers.notices import Notice
from portal.web.answers.respond import go


def follow(location: str, *, notice: Notice | str | None = None) -> ResponseReturnValue:
    """`order:<no>` or `case:<no>`, as services answer, to its page of this audience."""
    kind, _, number = location.partition(":")
    if kind == "case":
        return go(".case", case_no=number, notice=notice)
    return go(".order", order_no=number, notice=notice)
