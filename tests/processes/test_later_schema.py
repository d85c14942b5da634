"""Between `portal db upgrade` and the last restart the version before is at migrations that it does not know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from portal.config import BadSetting
from portal.processes.migrations import refuse_other_schema
from tests.support.databases import settings_on

pytestmark = pytest.mark.req("N6")


@pytest.mark.parametrize(
    ("revisions", "can_serve"), [(["9999"], True), (["0001"], False), ([], False), (["0001", "9999"], False)]
)
def test_the_version_before_goes_on_and_starts_again_at_later_migrations_and_at_no_earlier_ones(
    database: str, portal_on: Callable[..., Flask], tmp_path: Path, revisions: list[str], can_serve: bool
) -> None:
    app = portal_on(database)
    with app.extensions["portal"].database.writing() as connection:
        (now,) = connection.execute(text("SELECT version_num FROM alembic_version")).scalars()
        connection.execute(text("DELETE FROM alembic_version"))
        for revision in revisions:
            connection.execute(text("INSERT INTO alembic_version VALUES (:it)"), {"it": revision})
    try:
        answer = app.test_client().get("/readyz")
        assert (answer.status_code == 200) is can_serve, answer.get_json()
        if can_serve:
            refuse_other_schema(settings_on(database, tmp_path))
        else:
            with pytest.raises(BadSetting, match="portal db upgrade"):
                refuse_other_schema(settings_on(database, tmp_path))
    finally:
        with app.extensions["portal"].database.writing() as connection:
            connection.execute(text("DELETE FROM alembic_version"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:it)"), {"it": now})
