"""How many rows are asked for, so that PostgreSQL knows it when it weighs its plans."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, literal_column


def at_most(query: Select[Any], limit: int) -> Select[Any]:
    """Written into the statement: where PostgreSQL does not know how few are asked for, it takes them for a tenth of
    all there are, thinks a plan of its own each time cheaper than one that is kept, and makes it again and again.

    For lists that an index holds in their order. Not for what is looked for by a value, where it depends on the value
    which plan is good: one that is kept may go through all there is until it meets what is not there."""
    return query.limit(literal_column(str(int(limit))))
