"""The address of a PostgreSQL as libpq takes it, for what is not reached through SQLAlchemy: pg_dump, procrastinate.

An address with several servers is written differently by each: `?host=a&host=b` of SQLAlchemy would be the last of them
to libpq, which takes `host=a,b`.
"""

from __future__ import annotations

from collections.abc import Collection

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

_OURS = frozenset({"context"})
"""Of the driver's own, and nothing that a server is told."""


def conninfo_of(url: URL, *, without: Collection[str] = ()) -> str:
    """`without`: `password`, where others can read it."""
    _, known = url.get_dialect()().create_connect_args(url)
    left = {name: value for name, value in known.items() if name not in _OURS and name not in without}
    return make_conninfo(**{name: value for name, value in left.items() if str(value).strip(",")})
