"""The migrations that this code needs, and whether a database has them. Loaded by the supervisor: no pages with it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from portal.config import BadSetting, Settings

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@cache
def newest_revisions() -> frozenset[str]:
    """The migrations this code needs."""
    from alembic.script import ScriptDirectory

    return frozenset(ScriptDirectory(str(MIGRATIONS)).get_heads())


def refuse_other_schema(settings: Settings) -> None:
    """Raises BadSetting where the database is not at the migrations of this code: every page would fail."""
    from sqlalchemy import create_engine

    from portal.repos.schema import revisions

    engine = create_engine(settings.database)
    with engine.connect() as connection:
        found = revisions(connection)
    engine.dispose()
    if found != newest_revisions():
        raise BadSetting("The database is not at the migrations of this version: run `portal db upgrade`.")
