"""What serves one test after the other, as good as new: a portal, and databases of PostgreSQL. Making one takes as long
as most tests do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.support import databases
from tests.support.databases import Cluster
from tests.support.engines import engine_on

portals: list[Any] = []
"""The one that is not lent now, if any."""
kept: list[tuple[str, str]] = []
"""Databases that are not lent now, with the shape that they had when they were made."""
SHAPE = """
    SELECT md5(string_agg(said, '|' ORDER BY said)) FROM (
        SELECT 'c' || oid || relname || relkind::text AS said FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL SELECT 't' || oid || tgenabled::text FROM pg_trigger
        UNION ALL SELECT 'k' || oid || convalidated FROM pg_constraint WHERE connamespace = 'public'::regnamespace
        UNION ALL SELECT 'f' || oid || md5(prosrc) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL SELECT 'a' || attrelid || attname || atttypid || attnotnull FROM pg_attribute
                   WHERE attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    ) AS parts
"""
"""Tables, columns, triggers, constraints and functions: what no test leaves otherwise than it found it."""
EMPTY = """
    DO $$
    DECLARE found text;
    BEGIN
        SET LOCAL session_replication_role = replica;
        FOR found IN SELECT relname FROM pg_class
                      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
        LOOP
            EXECUTE format('DELETE FROM %I', found);
        END LOOP;
        PERFORM setval(oid::regclass, 1, false) FROM pg_class
          WHERE relnamespace = 'public'::regnamespace AND relkind = 'S';
    END $$
"""
"""Past the triggers that keep the trail and the books."""
OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@contextmanager
def lent_portal(url: str, folder: Path) -> Iterator[Any]:
    """A portal like those of `portal_app`, with a database, adapters and counters of its own; one that a test has
    changed otherwise is not lent again."""
    # Limits and sign-in are one object for all portals, bound to the one that was made last: no other is lent again.
    app = portals.pop() if portals and portals == databases.newest else databases.portal_app(url, folder)
    _furnish(app, databases.settings_on(url, folder))
    before = _state_of(app)
    yield app
    databases.close(app)
    if _state_of(app) == before:
        portals[:] = [app]


def _furnish(app: Any, settings: Any) -> None:
    from portal.extensions import limiter
    from portal.wiring import build_deps

    engine = engine_on(settings.database, **app.config["SQLALCHEMY_ENGINE_OPTIONS"])
    app.config |= {"PORTAL_SETTINGS": settings, "SQLALCHEMY_DATABASE_URI": settings.database}
    app.extensions["portal"] = databases.quick_to_sign_in(build_deps(settings, engine))
    with app.app_context():
        limiter.reset()


def _state_of(app: Any) -> list[Any]:
    """What a test might change of a portal, its adapters apart."""
    hooks = (app.before_request_funcs, app.after_request_funcs, app.teardown_request_funcs, app.url_value_preprocessors)
    return [
        dict(app.config),
        dict(app.view_functions),
        [{name: list(found) for name, found in each.items()} for each in hooks],
        len(list(app.url_map.iter_rules())),
        {name: found for name, found in app.extensions.items() if name != "portal"},
        dict(app.jinja_env.globals),
    ]


@contextmanager
def lent_postgresql(cluster: Cluster) -> Iterator[str]:
    """The URL of a migrated database without rows. One whose tables a test has changed is not lent again."""
    name, shape = _renamed(cluster, *kept.pop()) if kept else _made(cluster)
    yield cluster.url(name)
    with cluster.connect(name) as connection:
        connection.execute(OTHERS)
        if _shape(connection) == shape:
            connection.execute(EMPTY)
            kept.append((name, shape))
            return
    cluster.drop(name)


def _renamed(cluster: Cluster, was: str, shape: str) -> tuple[str, str]:
    """What a process remembers of a database, it remembers by its name: policies, which have the same ids in each."""
    name = f"test_{os.getpid()}_{next(databases.names)}"
    cluster.execute(f'ALTER DATABASE "{was}" RENAME TO "{name}"')
    return name, shape


def _made(cluster: Cluster) -> tuple[str, str]:
    name = databases.copy_of_template(cluster)
    with cluster.connect(name) as connection:
        return name, _shape(connection)


def _shape(connection: psycopg.Connection[Any]) -> str:
    row = connection.execute(SHAPE).fetchone()
    return str(row[0]) if row else ""
