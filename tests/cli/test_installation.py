"""What an operator meets first: a database that is away or old is a sentence, and files are nobody else's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.needs import CHECKOUT

pytestmark = pytest.mark.req("S40")
SECRET = "of-thirty-two-characters-and-more-0123"


def portal(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    environment |= {"PORTAL_SECRET_KEY": SECRET, "PYTHONPATH": str(CHECKOUT), **settings}
    command = [sys.executable, "-m", "portal.cli", *words]
    return subprocess.run(command, cwd=folder, env=environment, check=False, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("command", [["serve", "--port", "1"], ["worker"], ["shops", "show", "x"]])
def test_a_database_that_is_not_upgraded_is_one_sentence(tmp_path: Path, command: list[str]) -> None:
    done = portal(tmp_path, *command)
    assert done.returncode == 1
    assert "run `portal db upgrade`" in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", [["serve", "--port", "1"], ["worker"], ["shops", "show", "x"]])
def test_a_database_that_is_away_is_one_sentence(tmp_path: Path, command: list[str]) -> None:
    done = portal(tmp_path, *command, PORTAL_DATABASE_URL="postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize("key", ["", "short", "x" * 64])
def test_a_server_does_not_start_under_a_secret_that_can_be_guessed(tmp_path: Path, key: str) -> None:
    done = portal(tmp_path, "serve", "--port", "1", PORTAL_SECRET_KEY=key)
    assert done.returncode == 1 and "PORTAL_SECRET_KEY" in done.stderr and "Traceback" not in done.stderr


def test_what_is_written_below_var_is_this_users_alone(tmp_path: Path) -> None:
    assert portal(tmp_path, "db", "upgrade").returncode == 0
    written = [tmp_path / "var", *(tmp_path / "var").rglob("*")]
    assert (tmp_path / "var" / "portal.db") in written
    assert [path for path in written if path.stat().st_mode & 0o077] == []
