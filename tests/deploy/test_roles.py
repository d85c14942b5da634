"""deploy/roles.sql: who serves can do what the portal does, and cannot touch what keeps the audit trail."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine

from portal.adapters.database_copy import POSTGRESQL
from portal.domain.installation import judge_role
from portal.processes.take_backup import take_backup
from portal.repos.database import prepare_engine
from portal.repos.installation import missing_triggers, role_of
from portal.repos.jobs import EVERY
from portal.repos.unit_of_work import unit_of_work
from portal.services.jobs.statistics import keep_statistics
from portal.services.jobs.work_jobs import work_brought_job
from tests.support.databases import Cluster, close, migrate, portal_app
from tests.support.make import store_order
from tests.support.needs import CHECKOUT, need
from tests.support.order_facts import make_order
from tests.support.signing_in import place

pytestmark = pytest.mark.req("N6")
ROLES = CHECKOUT / "deploy" / "roles.sql"
FORBIDDEN = (
    "DROP TRIGGER event_refuses_update ON event",
    "ALTER TABLE event DISABLE TRIGGER ALL",
    "ALTER TABLE event DISABLE TRIGGER event_refuses_update",
    "CREATE OR REPLACE FUNCTION event_refuses() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "DROP FUNCTION event_refuses() CASCADE",
    "SET session_replication_role = replica",
    "TRUNCATE event",
    "DROP TABLE event",
    "ALTER TABLE event RENAME TO gone",
    "ALTER TABLE event OWNER TO portal",
    "CREATE TABLE event_of_mine (id int)",
    "CREATE RULE quiet AS ON UPDATE TO event DO INSTEAD NOTHING",
    "GRANT portal_owner TO portal",
    "SET ROLE portal_owner",
)

EVENT = """
INSERT INTO event (shop_id, chain, seq, kind, at, actor, behalf, text, previous, hash)
SELECT min(id), %(chain)s, 1, 'system:test:made', now(), 'system', '', '{}', '0', '1' FROM shop
"""


@pytest.fixture(scope="module")
def url(postgresql: Cluster) -> Iterator[str]:
    """Where the portal's own role connects, in a database as the script and `portal db upgrade` leave it."""
    psql = need("psql", "it runs the script", shutil.which("psql"))
    own = f"roles_{os.getpid()}"
    said = re.sub(r"\bportal(?=_owner\b)", own, re.sub(r"(?<![\w.-])portal(?![\w-])", own, _statements()))
    passwords = {"PORTAL_OWNER_PASSWORD": "of the owner", "PORTAL_DATABASE_PASSWORD": "of the portal"}
    command = [psql, "-X", "-q", "-h", str(postgresql.folder), "-U", "portal", "-d", "postgres"]
    subprocess.run(command, input=said, text=True, check=True, env=os.environ | passwords)
    migrate(_as(f"{own}_owner", own, postgresql))
    yield _as(own, own, postgresql)
    postgresql.drop(own)
    for role in (own, f"{own}_owner"):
        postgresql.execute(f'DROP ROLE "{role}"')


def _statements() -> str:
    return re.sub(r"^--.*$", "", ROLES.read_text(), flags=re.MULTILINE)


def _as(role: str, database: str, cluster: Cluster) -> str:
    return f"postgresql+psycopg://{role}@/{database}?host={cluster.folder}"


@pytest.fixture
def app(url: str, tmp_path: Path) -> Iterator[Flask]:
    made = portal_app(url, tmp_path)
    yield made
    close(made)


def connected(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_who_serves_cannot_take_away_what_keeps_the_trail(url: str, statement: str) -> None:
    own = re.search(r"//(\w+)@", url)
    assert own is not None
    asked = re.sub(r"\bportal(?=_owner\b|$)", own[1], statement)
    with connected(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(asked)


def test_who_serves_signs_customers_in_and_writes_events_that_nobody_changes(
    app: Flask, url: str, tmp_path: Path
) -> None:
    here = place(app)
    store_order(here.made, make_order(no="A-1"))
    assert "A-1" in here.signed_in().open("/orders").text
    assert app.test_client().get("/readyz").status_code == 200
    keep_statistics(deps=here.deps)
    need("pg_dump", "who serves takes the backup, too")
    taken = take_backup(root=tmp_path / "backups", database=url, deps=app.extensions["portal"])
    assert taken.missing == () and (taken.place / POSTGRESQL).stat().st_size > 0
    for who in (url, _of_the_owner(url)):
        with connected(who) as connection:
            connection.execute(EVENT, {"chain": who[:80]})
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                connection.execute("UPDATE event SET kind = 'a:b:c'")


def _of_the_owner(url: str) -> str:
    return re.sub(r"//(\w+)@", r"//\1_owner@", url)


def test_the_doctor_tells_who_serves_from_who_owns_the_trail(url: str, postgresql: Cluster) -> None:
    name = url.rpartition("@/")[2].partition("?")[0]
    states = []
    for role in (name, f"{name}_owner", "portal"):
        engine = prepare_engine(create_engine(_as(role, name, postgresql)))
        with engine.begin() as connection:
            assert missing_triggers(connection) == []
            states.append(judge_role(role_of(connection)))
        engine.dispose()
    assert [finding.state for finding in states] == ["ok", "FAILED", "FAILED"]
    assert "owns the audit trail" in states[1].said and "superuser" in states[2].said


def test_the_doctor_sees_a_trigger_that_was_disabled_and_a_right_too_many(url: str, postgresql: Cluster) -> None:
    name = url.rpartition("@/")[2].partition("?")[0]
    engine = prepare_engine(create_engine(_as("portal", name, postgresql)))
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        connection.exec_driver_sql("ALTER TABLE event DISABLE TRIGGER event_refuses_update")
        assert missing_triggers(connection) == ["event_refuses_update"]
        connection.exec_driver_sql(f'GRANT TRUNCATE ON event TO "{name}"; SET ROLE "{name}"')
        assert "may empty the audit trail" in judge_role(role_of(connection)).said
        connection.exec_driver_sql("ROLLBACK")
    engine.dispose()


def test_who_serves_has_its_jobs_brought_by_procrastinate_whose_tables_are_the_owners(url: str, tmp_path: Path) -> None:
    app = portal_app(url, tmp_path, queue="procrastinate")
    deps, done = app.extensions["portal"], []
    with unit_of_work(deps) as work:
        work.jobs.enqueue("forget_files", {"keys": []})

    def do(job_id: int, ticket: int) -> None:
        done.append(work_brought_job(job_id=job_id, ticket=ticket, deps=deps, worker="one", is_stopping=lambda: False))

    # As the worker does, in a thread of its own: that of the tests may have a loop already.
    with ThreadPoolExecutor(1) as alone:
        alone.submit(deps.dispatcher.deliver, do, of=EVERY, is_stopping=lambda: bool(done)).result()
    close(app)
    assert done == [True]
