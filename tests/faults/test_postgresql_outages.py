"""PostgreSQL is slow, silent, out of connections or out of room: told in time, nothing lost, and back by itself."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.faults.conftest import OwnCluster
from tests.faults.installation import Installation, installed
from tests.faults.promises import Shopper, check, settle
from tests.faults.test_outages import fill_up
from tests.support import databases
from tests.support.relay import Relay, relayed

pytestmark = [pytest.mark.req("N7"), pytest.mark.timeout(180)]
CONNECTIONS = 40
LONGEST = 4.0
"""Seconds that a web process and a worker wait here for one answer; 60 elsewhere."""
ROOM = "24m"
"""More than a new database of ours takes."""


@pytest.fixture(scope="module")
def relay(own_cluster: OwnCluster) -> Iterator[Relay]:
    with relayed(str(own_cluster.folder / ".s.PGSQL.5432")) as relay:
        yield relay


@pytest.fixture(scope="module")
def place(own_cluster: OwnCluster, relay: Relay, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A portal that reaches its database over a network."""
    name = f"faults_far_{os.getpid()}"
    databases.Cluster(own_cluster.folder).create(name, "template_faults")
    url = f"postgresql+psycopg://portal@127.0.0.1:{relay.port}/{name}"
    folder = tmp_path_factory.mktemp("far")
    (folder / "faults").mkdir()
    (folder / "faults" / "longest").write_text(str(LONGEST))
    with installed(folder, url) as running:
        yield running


def test_a_slow_database_makes_pages_slow_and_nothing_else(place: Installation, relay: Relay) -> None:
    shopper = Shopper(place)
    acts = [shopper.fill(shopper.order()) for _ in range(2)]
    with relay.being(delay=0.02):
        for act in acts:
            assert shopper.press(act)
        settle(place)
    check(shopper)


def test_a_database_that_is_silent_is_told_and_one_that_is_cut_off_then_is_503(
    place: Installation, relay: Relay
) -> None:
    shopper = Shopper(place)
    act, other = shopper.fill(shopper.order()), shopper.fill(shopper.order())
    pressing = threading.Thread(target=shopper.insist, args=(act,))
    with relay.being(is_silent=True):
        pressing.start()
        assert place.browser.get("/healthz").status == 200
        answer = place.browser.get("/readyz")
        assert answer.status == 503 and b'"database": "slow"' in answer.body
        relay.cut()
    pressing.join()
    shopper.insist(other)
    settle(place)
    check(shopper)


def test_a_database_that_stays_silent_is_left_by_itself(place: Installation, relay: Relay) -> None:
    """Nothing is cut: pages are 503 after a while, and the worker that was waiting goes on once it answers."""
    shopper = Shopper(place)
    act, other = shopper.fill(shopper.order()), shopper.fill(shopper.order())
    assert shopper.press(act)
    with relay.being(is_silent=True):
        answer = place.browser.get("/orders")
        assert answer.status == 503
    shopper.insist(other)
    settle(place)
    check(shopper)


@contextmanager
def all_taken(cluster: OwnCluster) -> Iterator[None]:
    """Others hold every connection that the server has, whatever is let go meanwhile."""
    held: list[Any] = []
    stopping, is_full = threading.Event(), threading.Event()

    def hold() -> None:
        while not stopping.is_set():
            try:
                held.append(databases.Cluster(cluster.folder).connect("postgres"))
            except psycopg.OperationalError:
                if len(held) >= CONNECTIONS // 2:  # before, it is still starting
                    is_full.set()
                stopping.wait(0.01)

    holding = threading.Thread(target=hold)
    holding.start()
    try:
        assert is_full.wait(60)
        yield
    finally:
        stopping.set()
        holding.join()
        for connection in held:
            connection.close()


def test_a_server_without_a_free_connection_is_503_with_when_to_come_again(
    own_cluster: OwnCluster, place: Installation
) -> None:
    """What a process has in its pool stays its own, so the server begins anew: others are faster."""
    shopper = Shopper(place)
    act = shopper.fill(shopper.order())
    own_cluster.stop("fast")
    own_cluster.start(max_connections=str(CONNECTIONS))
    with all_taken(own_cluster):
        until_refused(place)
        answer = place.browser.post(act.path, act.values)
        assert answer.status == 503 and act.values["request_id"].encode() in answer.body
        assert place.browser.get("/readyz").status == 503
    shopper.insist(act)
    settle(place)
    check(shopper)


def until_refused(place: Installation) -> None:
    last = time.monotonic() + 60
    while place.browser.get("/orders").status != 503:
        assert time.monotonic() < last
        time.sleep(0.1)


@pytest.fixture
def little_room(own_cluster: OwnCluster, tmp_path: Path) -> Iterator[Path]:
    """A tablespace with hardly more room than a database without rows takes."""
    folder = own_cluster.folder / "little"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mount is not permitted: a full disk is tried on a small file system of its own")
    if as_user := databases.identity():
        os.chown(folder, as_user["user"], as_user["group"])
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_database_without_room_refuses_and_loses_nothing(
    own_cluster: OwnCluster, little_room: Path, tmp_path: Path
) -> None:
    cluster = databases.Cluster(own_cluster.folder)
    cluster.execute(f"CREATE TABLESPACE little LOCATION '{little_room}'")
    cluster.execute("CREATE DATABASE faults_full TEMPLATE template_faults TABLESPACE little")
    try:
        with installed(tmp_path, cluster.url("faults_full")) as place:
            refuses_and_loses_nothing(place, little_room / "ballast")
    finally:
        cluster.drop("faults_full")
        cluster.execute("DROP TABLESPACE little")


def refuses_and_loses_nothing(place: Installation, ballast: Path) -> None:
    """A new page of a table is what it has no room for; on those that are there writes go on."""
    shopper = Shopper(place)
    acts = [shopper.fill(shopper.order()) for _ in range(6)]
    fill_up(ballast)
    refused = [act for act in acts if not shopper.press(act)]
    assert refused
    assert place.browser.get(f"/orders/{refused[0].number}").status == 200
    ballast.unlink()
    for act in refused:
        shopper.insist(act)
    settle(place)
    check(shopper)
