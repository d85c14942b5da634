"""What services may expect of every store: in memory, in a directory, in a bucket."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.adapters.store_obstore import BucketStore, FileStore
from portal.config import Settings
from portal.domain.errors import NotFound, ProviderUnavailable
from portal.ports import ObjectStore
from portal.wiring import build_store
from tests.support import needs
from tests.support.fakes import FakeClock, MemoryStore

pytestmark = pytest.mark.req("S20")
DAY = f"{datetime.now(UTC):%Y%m%d}"
WHO = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of something that speaks like S3 and has a bucket `evidence`."""
    needs.need("moto", "the store in a bucket is tested on it", importlib.util.find_spec("moto"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            _make_bucket(f"http://127.0.0.1:{port}")
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


def _make_bucket(address: str) -> None:
    last = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(urllib.request.Request(f"{address}/evidence", method="PUT"), timeout=5).close()
            return
        except OSError:
            if time.monotonic() > last:
                raise
            time.sleep(0.1)


@pytest.fixture(params=["memory", "file", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    if request.param == "memory":
        return MemoryStore(FakeClock(datetime.now(UTC)))
    if request.param == "file":
        return FileStore(tmp_path / "not there yet")
    for name, value in WHO.items():
        monkeypatch.setenv(name, value)
    return BucketStore(f"s3://evidence/{request.node.name[:20]}", request.getfixturevalue("s3"))


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
