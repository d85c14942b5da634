"""What services may expect of every store: in memory, in a directory, in a bucket."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.adapters.places import Places
from portal.adapters.store_obstore import BucketStore, FileStore
from portal.config import Settings
from portal.domain.errors import NotFound, ProviderUnavailable
from portal.ports import ObjectStore
from portal.wiring import build_store
from tests.support.fakes import FakeClock, MemoryStore
from tests.support.s3_server import WHO

pytestmark = pytest.mark.req("S20")
DAY = f"{datetime.now(UTC):%Y%m%d}"


@pytest.fixture(params=["memory", "file", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    if request.param == "memory":
        return MemoryStore(FakeClock(datetime.now(UTC)))
    if request.param == "file":
        return FileStore(tmp_path / "not there yet")
    for name, value in WHO.items():
        monkeypatch.setenv(name, value)
    return BucketStore(f"s3://evidence/{request.node.name[:20]}", request.getfixturevalue("s3_address"))


class TestEveryStore:
    def test_what_was_put_is_got_and_what_was_deleted_is_gone(self, store: ObjectStore) -> None:
        store.put(f"{DAY}/a", b"one")
        store.put(f"{DAY}/a", b"two")
        store.put(f"{DAY}/b", b"")
        assert (store.get(f"{DAY}/a"), store.get(f"{DAY}/b")) == (b"two", b"")
        store.delete([f"{DAY}/a", f"{DAY}/never"])
        with pytest.raises(NotFound):
            store.get(f"{DAY}/a")
        assert store.get(f"{DAY}/b") == b""

    def test_keys_are_listed_by_day_with_their_time(self, store: ObjectStore) -> None:
        for key in (f"{DAY}/a", f"{DAY}/a-small", "19990101/c", f"{DAY}9/d"):
            store.put(key, b"x")
        found = dict(store.keys(DAY))
        assert set(found) == {f"{DAY}/a", f"{DAY}/a-small"}
        assert all(abs(written - datetime.now(UTC)) < timedelta(minutes=5) for written in found.values())
        assert list(store.keys("20000101")) == []


def test_a_directory_that_cannot_be_written_is_a_provider_that_is_away(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ProviderUnavailable):
        FileStore(tmp_path / "file").put("a/b", b"x")


def test_the_setting_chooses_the_store(tmp_path: Path) -> None:
    assert type(build_store(Settings(store_url=f"file://{tmp_path}"))) is FileStore
    assert type(build_store(Settings(store_url="s3://bucket/prefix"))) is BucketStore


def test_nothing_is_made_before_the_first_file(tmp_path: Path) -> None:
    FileStore(tmp_path / "evidence")
    assert not (tmp_path / "evidence").exists()


def test_pages_go_on_while_a_bucket_is_silent_and_the_sender_hears_of_it_in_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in WHO.items():
        monkeypatch.setenv(name, value)
    places = Places(1)
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as sender:
        store = BucketStore("s3://evidence/x", f"http://127.0.0.1:{silent.getsockname()[1]}")

        def send() -> float:
            began = time.monotonic()
            with places.taken(), pytest.raises(ProviderUnavailable):
                store.put("a/b", b"x")
            return time.monotonic() - began

        sending = sender.submit(send)
        with silent.accept()[0], places.taken():
            assert not sending.done()
        assert sending.result() < 25


def test_a_bucket_that_nobody_serves_is_a_provider_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in WHO.items():
        monkeypatch.setenv(name, value)
    began = time.monotonic()
    for act in (lambda store: store.get("a/b"), lambda store: list(store.keys("a"))):
        with pytest.raises(ProviderUnavailable):
            act(BucketStore("s3://evidence/x", "http://127.0.0.1:9"))
    assert time.monotonic() - began < 20
