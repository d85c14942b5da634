"""What surrounds a portal fails: provider, database, disk, clock; workers get in each other's way (SECURITY; N7)."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.conftest import OwnCluster
from tests.faults.installation import Installation, NoAnswer, installed
from tests.faults.promises import Act, Shopper, check, settle
from tests.support import databases


@pytest.mark.req("N7", "P3")
@pytest.mark.timeout(120)
def test_a_provider_that_is_slow_down_double_late_or_lies_is_survived(sqlite_place: Installation) -> None:
    shopper = Shopper(sqlite_place)
    acts = [shopper.fill(shopper.order()) for _ in range(6)]
    kinds = ("down", "double", "late", "lying", "slow")
    plan = [f"refund {act.number}-* {kind}" for act, kind in zip(acts, kinds, strict=False)]
    sqlite_place.plan(*plan)
    for act in acts:
        shopper.insist(act)
    time.sleep(2)
    sqlite_place.plan(*plan[1:])
    settle(sqlite_place)
    check(shopper)


HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
input()
"""


@contextmanager
def held(file: str) -> Iterator[None]:
    """Another process has the database for itself."""
    with subprocess.Popen([sys.executable, "-c", HOLD, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        yield
        holder.kill()


@pytest.mark.req("N7", "S40")
@pytest.mark.timeout(120)
def test_a_database_that_is_locked_costs_a_shopper_a_second_press_at_most(sqlite_place: Installation) -> None:
    shopper = Shopper(sqlite_place)
    act = shopper.fill(shopper.order())
    with held(sqlite_place.url.removeprefix("sqlite:///")):
        assert sqlite_place.browser.get(f"/orders/{act.number}").status == 200
        answer = sqlite_place.browser.post(act.path, act.values)
        assert answer.status == 503
        assert act.values["request_id"].encode() in answer.body
    shopper.insist(act)
    settle(sqlite_place)
    check(shopper)


@pytest.mark.req("N7")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("place", ["postgresql", "procrastinate"], indirect=True)
def test_a_postgresql_that_goes_and_comes_back_is_waited_for(own_cluster: OwnCluster, place: Installation) -> None:
    shopper = Shopper(place)
    first, second, third = (shopper.fill(shopper.order()) for _ in range(3))
    shopper.insist(first)
    own_cluster.stop()
    try:
        assert place.browser.post(second.path, second.values).status == 503
        assert place.browser.get("/healthz").status == 200
        assert place.browser.get("/readyz").status == 503
        pressing = threading.Thread(target=shopper.insist, args=(third,))
        pressing.start()
        time.sleep(1)
    finally:
        own_cluster.start()
    pressing.join()
    shopper.insist(second)
    settle(place)
    check(shopper)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Eight megabytes of disk."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=False, capture_output=True)
    if done.returncode:
        pytest.skip("mount is not permitted: a full disk is tried on a small file system of its own")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.req("N7", "S40")
@pytest.mark.timeout(120)
def test_a_full_disk_refuses_and_loses_nothing(small_disk: Path) -> None:
    with installed(small_disk, databases.sqlite_database(small_disk)) as place:
        shopper = Shopper(place)
        done, kept = shopper.fill(shopper.order()), shopper.fill(shopper.order())
        shopper.insist(done)
        settle(place)
        ballast = small_disk / "ballast"
        fill_up(ballast)
        assert shopper.press(kept) is False
        assert place.browser.get(f"/orders/{kept.number}").status == 200
        ballast.unlink()
        shopper.insist(kept)
        settle(place)
        check(shopper)


def fill_up(ballast: Path) -> None:
    """To the last byte."""
    with ballast.open("wb", buffering=0) as file:
        for size in (65_536, 1):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue


@pytest.mark.req("N7", "P3")
@pytest.mark.timeout(120)
def test_several_workers_on_one_table_of_jobs_pay_once(place: Installation) -> None:
    shopper = Shopper(place)
    others = [place.run("worker") for _ in range(2)]
    try:
        acts = [shopper.fill(shopper.order()) for _ in range(8)]
        together = [threading.Thread(target=shopper.insist, args=(act,)) for act in acts]
        for press in together:
            press.start()
        for press in together:
            press.join()
        settle(place)
    finally:
        for other in others:
            other.kill()
            other.wait()
    check(shopper)


@pytest.mark.req("N7", "N6", "P12")
@pytest.mark.timeout(180)
def test_what_a_killed_worker_had_in_hand_goes_on_elsewhere_within_a_minute(
    own_cluster: OwnCluster, tmp_path: Path
) -> None:
    """Nobody of its name comes after it, as when its machine is gone: another worker's heartbeat finds out."""
    url = databases.Cluster(own_cluster.folder).create("faults_elsewhere", "template_faults")
    with installed(tmp_path, url, queue="procrastinate", options=["--no-worker"]) as place:
        shopper, others = Shopper(place), [place.run("worker") for _ in range(2)]
        try:
            place.kill_at("worker", "_call", "before")
            shopper.insist(shopper.fill(shopper.order()))
            until = time.monotonic() + 90
            while not any(other.poll() == -signal.SIGKILL for other in others):
                assert time.monotonic() < until, (place.folder / "log").read_text()[-4000:]
                time.sleep(0.05)
            assert settle(place) < 90
        finally:
            for other in others:
                other.kill()
                other.wait()
        assert place.was_killed()
        check(shopper)


@pytest.mark.req("N7", "N6")
@pytest.mark.timeout(120)
def test_a_clock_that_jumps_ahead_and_back_holds_nothing_up(sqlite_place: Installation) -> None:
    shopper = Shopper(sqlite_place)
    for hours in (3, 0, -3, 0):
        sqlite_place.set_clock(hours * 3600)
        sqlite_place.browser.cookies.clear()
        sqlite_place.browser.sign_in()
        act = shopper.fill(shopper.order())
        shopper.insist(act)
        time.sleep(0.5)
    settle(sqlite_place)
    check(shopper)


@pytest.mark.req("S37")
@pytest.mark.timeout(120)
def test_many_presses_at_once_over_http_cancel_once(place: Installation) -> None:
    """Ten of one form, and ten forms of one order: one act, the same answer or the refusal for all others."""
    shopper = Shopper(place)
    act, rival = shopper.fill(shopper.order()), shopper.fill(shopper.order())
    forms = [shopper.fill(rival.number) for _ in range(10)]
    answers: list[int] = []
    threads = [threading.Thread(target=shopper.insist, args=(act,)) for _ in range(10)]
    threads += [threading.Thread(target=lambda form=form: answers.append(status(place, form))) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [303] + [409] * 9
    settle(place)
    check(shopper)


def status(place: Installation, form: Act) -> int:
    while True:
        try:
            answer = place.browser.post(form.path, form.values)
        except NoAnswer:
            continue
        if answer.status != 503:
            return answer.status
