"""A worker says that it lives, and how those whom it calls have answered."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from portal.adapters.watch_log import LogWatch
from portal.adapters.watched import watched
from portal.domain.errors import ProviderUnavailable, Undeliverable
from portal.ports import Mail
from portal.processes.worker import run_worker
from portal.repos.signs import SeenCalls
from portal.services.jobs.signs import read_signs, say_alive, worker_begins
from tests.support.world import World

pytestmark = pytest.mark.req("N4", "P12")
MAIL = Mail(to="a@example.com", sender="s@example.com", subject="s", body="b", message_id="notice-1")


class Post:
    def __init__(self) -> None:
        self.problem: Exception | None = None

    def send(self, mail: Mail) -> None:
        if self.problem:
            raise self.problem


def calls(world: World) -> dict[str, SeenCalls]:
    return {call.name: call for call in read_signs(deps=world.deps)[1]}


def test_what_was_called_is_written_down_by_the_next_sign_of_life(world: World) -> None:
    watch, post = LogWatch(), Post()
    world.deps = replace(world.deps, watch=watch, version="v1")
    mailer = watched(post, "mail", watch)
    mailer.send(MAIL)
    post.problem = ProviderUnavailable("mail", "HTTP 503")
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            mailer.send(MAIL)
    say_alive(worker="one", deps=world.deps)
    found = calls(world)["mail"]
    assert (found.succeeded_at, found.failed_at) == (world.clock.now(), world.clock.now())
    assert (found.failures, found.problem) == (2, "HTTP 503")
    say_alive(worker="one", deps=world.deps)
    assert calls(world)["mail"].failures == 2


def test_failures_count_for_a_day(world: World) -> None:
    watch, post = LogWatch(), Post()
    world.deps = replace(world.deps, watch=watch)
    post.problem = Undeliverable("mail", "550")
    for _ in range(3):
        with pytest.raises(Undeliverable):
            watched(post, "mail", watch).send(MAIL)
        say_alive(worker="one", deps=world.deps)
        world.clock.move(hours=10)
    assert calls(world)["mail"].failures == 2
    world.clock.move(days=2)
    assert calls(world)["mail"].failures == 0
    assert calls(world)["mail"].problem == "550"


@pytest.mark.parametrize("words", ["to a@example.com failed", "call 13800000001", "x" * 61, "两行", "a\nb"])
def test_the_words_of_others_are_not_kept(words: str, world: World) -> None:
    watch, post = LogWatch(), Post()
    post.problem = ProviderUnavailable("mail", words)
    with pytest.raises(ProviderUnavailable):
        watched(post, "mail", watch).send(MAIL)
    assert [tally.problem for tally in watch.taken()] == ["ProviderUnavailable"]


def test_what_could_not_be_written_down_is_kept_for_the_next_time(world: World) -> None:
    watch, post = LogWatch(), Post()
    world.deps = replace(world.deps, watch=watch)
    watched(post, "mail", watch).send(MAIL)
    with world.deps.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE call_sign RENAME TO gone")
    with pytest.raises(Exception, match="call_sign"):
        say_alive(worker="one", deps=world.deps)
    assert [(tally.name, tally.succeeded) for tally in watch.taken()] == [("mail", 1)]


def test_a_worker_is_seen_under_its_name_with_its_version_and_begins_anew(world: World) -> None:
    world.deps = replace(world.deps, version="v1")
    worker_begins(worker="one", deps=world.deps)
    world.deps = replace(world.deps, version="v2")
    say_alive(worker="two", deps=world.deps)
    workers, _ = read_signs(deps=world.deps)
    assert [(worker.name, worker.version) for worker in workers] == [("one", "v1"), ("two", "v2")]
    assert all(worker.ago < timedelta(seconds=30) for worker in workers)
    worker_begins(worker="one", deps=world.deps)
    assert [worker.version for worker in read_signs(deps=world.deps)[0]] == ["v2", "v2"]


def test_a_worker_that_runs_is_seen(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_WORKER_NAME", "host:8000")
    stop = threading.Event()
    running = threading.Thread(target=run_worker, kwargs={"deps": world.deps, "stop": stop})
    running.start()
    try:
        for _ in range(1_200):
            if read_signs(deps=world.deps)[0]:
                break
            stop.wait(0.05)
        assert [worker.name for worker in read_signs(deps=world.deps)[0]] == ["host:8000"]
    finally:
        stop.set()
        running.join()
