"""What a program asks of the list of cases, and of the feed: by query parameters, which are all text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, get_args

from pydantic import Field, StringConstraints, TypeAdapter
from typing_extensions import TypedDict

from portal.domain.cases.life_cycle import CaseState
from portal.domain.errors import Invalid
from portal.schemas.api import read_body
from portal.schemas.order_values import Moment

STATES: tuple[CaseState, ...] = get_args(CaseState)
MOST_CASES, MOST_EVENTS = 100, 1_000
Cursor = Annotated[str, StringConstraints(max_length=100)]


class CaseQuery(TypedDict, total=False):
    """`after`: the `next` of an answer; `updated_since`: those that changed then or later."""

    state: CaseState | None
    updated_since: Moment | None
    after: Cursor | None
    limit: Annotated[int, Field(ge=1, le=MOST_CASES)] | None


class FeedQuery(TypedDict, total=False):
    after: Cursor | None
    limit: Annotated[int, Field(ge=1, le=MOST_EVENTS)] | None


QUERY: TypeAdapter[CaseQuery] = TypeAdapter(CaseQuery)
FEED: TypeAdapter[FeedQuery] = TypeAdapter(FeedQuery)


def read_query(args: Mapping[str, str]) -> CaseQuery:
    """Raises Invalid. A `+` that came unescaped, as a blank, is still one of the offset."""
    said = {name: args[name] for name in CaseQuery.__annotations__ if name in args}
    if "updated_since" in said:
        said["updated_since"] = said["updated_since"].replace(" ", "+")
    return read_body(QUERY, _with_limit(said))


def read_feed_query(args: Mapping[str, str]) -> FeedQuery:
    """Raises Invalid."""
    return read_body(FEED, _with_limit({name: args[name] for name in FeedQuery.__annotations__ if name in args}))


def _with_limit(said: dict[str, str]) -> dict[str, str | int]:
    """The number that a text of digits is. Raises Invalid for another text."""
    limit = said.get("limit")
    if limit is None:
        return {**said}
    if not (limit.isascii() and limit.isdigit() and len(limit) <= 9):
        raise Invalid((("limit", "must be a whole number"),))
    return {**said, "limit": int(limit)}
