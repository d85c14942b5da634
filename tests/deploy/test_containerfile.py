"""deploy/Containerfile: its steps make a portal that serves, of production packages alone, and writes nowhere else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.deploy.containerfile import CONTAINERFILE, Built, build, only, required, stages
from tests.faults.installation import SECRET, free_port
from tests.support.needs import CHECKOUT

pytestmark = pytest.mark.req("N6")
EVERY_MODULE = """
import importlib, pkgutil, portal
for found in pkgutil.walk_packages(portal.__path__, "portal."):
    if not found.name.endswith("__main__"):
        importlib.import_module(found.name)
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    made = build(tmp_path_factory.mktemp("image"))
    yield made
    for path in [made.folder, *made.folder.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)


def everything(folder: Path) -> set[tuple[str, int]]:
    return {(str(path), path.lstat().st_mtime_ns) for path in folder.rglob("*")}


def settings(built: Built, place: Path) -> dict[str, str]:
    own = {"PORTAL_SECRET_KEY": SECRET, "PORTAL_DATABASE_URL": f"sqlite:///{place}/portal.db"}
    return built.environ() | own


@contextmanager
def serving(built: Built, place: Path, port: int) -> Iterator[None]:
    """As ENTRYPOINT and CMD say, on a port of this machine's."""
    (entry,), (command,) = only(stages()[-1], "ENTRYPOINT"), only(stages()[-1], "CMD")
    said = [*json.loads(entry), *json.loads(command), "--port", str(port), "--workers", "1"]
    program = built.folder / "opt/venv/bin" / said[0]
    with (place / "log").open("wb") as log:
        running = subprocess.Popen([program, *said[1:]], cwd=place, env=settings(built, place), stdout=log, stderr=log)
    try:
        last = time.monotonic() + 100
        while not answers(port):
            assert running.poll() is None and time.monotonic() < last, (place / "log").read_text()
            time.sleep(0.1)
        yield
    finally:
        running.terminate()
        assert running.wait(30) == 0


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_its_steps_make_a_portal_that_serves_from_files_it_only_reads(built: Built, tmp_path: Path) -> None:
    for path in (built.folder / "opt").rglob("*"):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & 0o555)
    before, port = everything(built.folder), free_port()
    program = built.folder / "opt/venv/bin/portal"
    subprocess.run([program, "db", "upgrade"], cwd=tmp_path, env=settings(built, tmp_path), check=True)
    with serving(built, tmp_path, port):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in", timeout=20) as answer:
            assert answer.status == 200 and b"<h1" in answer.read()
        (check,) = only(stages()[-1], "HEALTHCHECK")
        asked = json.loads(check.partition("CMD ")[2].replace(":8000", f":{port}"))
        subprocess.run([sys.executable, *asked[1:]], check=True)
    assert everything(built.folder) == before


def test_every_module_finds_what_it_imports_among_the_packages_of_production(built: Built, tmp_path: Path) -> None:
    python = built.folder / "opt/venv/bin/python"
    subprocess.run([python, "-c", EVERY_MODULE], cwd=tmp_path, env=settings(built, tmp_path), check=True)
    for tool in ("pytest", "mypy", "moto", "uv", "flit_core", "django"):
        missing = subprocess.run([python, "-c", f"import {tool}"], cwd=tmp_path, check=False, capture_output=True)
        assert b"ModuleNotFoundError" in missing.stderr, tool


def test_only_steps_of_the_distribution_are_not_run_here(built: Built) -> None:
    assert [told.split()[0] for told in built.told] == ["apt-get", "useradd"]
    assert "postgresql-client" in built.told[0]


def test_it_runs_as_a_user_that_is_not_root_and_names_no_version_but_pythons() -> None:
    last = stages()[-1]
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", only(last, "USER")[0]) and "root" not in only(last, "USER")[0]
    assert {only(stage, "FROM")[0].split()[0] for stage in stages()} == {"python:3.11-slim-bookworm"}
    assert only(last, "STOPSIGNAL") == ["SIGTERM"]


def test_the_lock_of_production_is_a_part_of_the_lock_and_records_no_host() -> None:
    ours, whole = (CHECKOUT / place / "requirements.lock" for place in ("deploy", "."))
    hashes = re.compile(r"^([a-z0-9.-]+==\S+)([^\n]*(?:\n    --hash=\S+(?: \\)?)+)", re.MULTILINE)
    known = {name: set(re.findall(r"sha256:\w+", rest)) for name, rest in hashes.findall(whole.read_text())}
    production = {name: set(re.findall(r"sha256:\w+", rest)) for name, rest in hashes.findall(ours.read_text())}
    assert len(production) == len(required(ours)) > 60
    assert {name: found for name, found in production.items() if known.get(name) != found} == {}
    for lock in (ours, CHECKOUT / "deploy" / "build.lock"):
        assert not re.search(r"://|file:|--(index|find)|/opt|/root|/home", lock.read_text())
    assert [name for name, _, _ in required(CHECKOUT / "deploy" / "build.lock")] == ["flit-core"]


def test_it_copies_nothing_that_is_not_there() -> None:
    for text in only(stages()[0], "COPY"):
        assert all((CHECKOUT / name).exists() for name in text.split()[:-1])
    assert "secret" not in CONTAINERFILE.read_text().lower()
