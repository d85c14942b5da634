"""Signed heads in memory, as files, in a bucket: whole, once, and not to be written over."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from portal.adapters.audit_bucket import AuditBucket
from portal.adapters.audit_files import AuditFiles
from portal.config import Settings
from portal.domain.errors import ProviderUnavailable
from portal.ports import HeadStore
from portal.wiring import build_heads
from tests.support.fakes import MemoryHeads
from tests.support.s3_server import WHO

pytestmark = pytest.mark.req("N6")


@pytest.fixture(params=["memory", "file", "s3"])
def heads(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> HeadStore:
    if request.param == "memory":
        return MemoryHeads()
    if request.param == "file":
        return AuditFiles(tmp_path / "audit")
    for name, value in WHO.items():
        monkeypatch.setenv(name, value)
    return AuditBucket(f"s3://heads/{tmp_path.name}", request.getfixturevalue("s3_address"))


class TestEveryHeadStore:
    def test_what_was_written_is_read_back_and_names_are_in_order(self, heads: HeadStore) -> None:
        assert heads.names() == ()
        assert heads.write("000002-2026-11-21", iter(["b"]))
        assert heads.write("000001-2026-11-20", iter(["3 00ff o:1:A 1", "第", "seal"]))
        assert heads.names() == ("000001-2026-11-20", "000002-2026-11-21")
        assert list(heads.read("000001-2026-11-20")) == ["3 00ff o:1:A 1", "第", "seal"]

    def test_a_name_is_written_once(self, heads: HeadStore) -> None:
        assert heads.write("a", ["first"]) and not heads.write("a", ["second"])
        assert list(heads.read("a")) == ["first"]

    def test_lines_that_break_off_leave_nothing_behind(self, heads: HeadStore) -> None:
        def lines():
            yield "first"
            raise RuntimeError("the database went away")

        with pytest.raises(RuntimeError):
            heads.write("a", lines())
        assert heads.names() == ()

    def test_a_long_head_comes_back_line_by_line(self, heads: HeadStore) -> None:
        long = [f"{number} {'0f' * 32} o:1:A {number}" for number in range(40_000)]
        assert heads.write("long", iter(long))
        assert list(heads.read("long")) == long


def test_a_file_is_read_only_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    AuditFiles(tmp_path).write("a", ["first"])
    assert [path.name for path in tmp_path.iterdir()] == ["a.heads"]
    assert stat.S_IMODE((tmp_path / "a.heads").stat().st_mode) == 0o444


def test_a_disk_that_does_not_take_it_is_a_provider_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("a file where the directory should be")
    with pytest.raises(ProviderUnavailable):
        AuditFiles(tmp_path / "audit").write("a", ["x"])


def test_a_bucket_that_nobody_serves_or_that_lacks_a_head_is_a_provider_that_does_not_answer(
    s3_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in WHO.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ProviderUnavailable):
        AuditBucket("s3://heads/x", "http://127.0.0.1:9").names()
    with pytest.raises(ProviderUnavailable):
        list(AuditBucket("s3://heads/x", s3_address).read("never"))


def test_the_setting_chooses_where_heads_are_kept(tmp_path: Path) -> None:
    assert type(build_heads(Settings(audit_url=f"file://{tmp_path}"))) is AuditFiles
    assert type(build_heads(Settings(audit_url="s3://heads/prefix"))) is AuditBucket
