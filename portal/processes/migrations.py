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


@cache
def _known_revisions() -> frozenset[str]:
    from alembic.script import ScriptDirectory

    return frozenset(script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions())


def can_serve(found: frozenset[str]) -> bool:
    """At this code's migrations, or at later ones: those leave the version before working (docs/operate.md, upgrade),
    else no upgrade could go process by process, and none could be taken back."""
    return found == newest_revisions() or (bool(found) and not found & _known_revisions())


def refuse_other_schema(settings: Settings) -> None:
    """Raises BadSetting where the database is behind the migrations of this code: every page would fail."""
    from sqlalchemy import create_engine

    from portal.repos.schema import revisions

    engine = create_engine(settings.database)
    with engine.connect() as connection:
        found = revisions(connection)
    engine.dispose()
    if not can_serve(found):
        raise BadSetting("The database is not at the migrations of this version: run `portal db upgrade`.")
