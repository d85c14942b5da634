"""Signed heads as files: whole, once, and not to be written over."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from portal.adapters.audit_files import AuditFiles
from portal.domain.errors import ProviderUnavailable


def test_what_was_written_is_read_back_and_names_are_in_order(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path / "audit")
    assert files.names() == ()
    assert files.write("000002-2026-11-21", iter(["b"]))
    assert files.write("000001-2026-11-20", iter(["3 00ff o:1:A 1", "seal"]))
    assert files.names() == ("000001-2026-11-20", "000002-2026-11-21")
    assert list(files.read("000001-2026-11-20")) == ["3 00ff o:1:A 1", "seal"]


def test_a_name_is_written_once_and_the_file_is_read_only(tmp_path: Path) -> None:
    files = AuditFiles(tmp_path)
    assert files.write("a", ["first"]) and not files.write("a", ["second"])
    assert list(files.read("a")) == ["first"]
    assert stat.S_IMODE((tmp_path / "a.heads").stat().st_mode) == 0o444


def test_lines_that_break_off_leave_nothing_behind(tmp_path: Path) -> None:
    def lines():
        yield "first"
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        AuditFiles(tmp_path).write("a", lines())
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_does_not_take_it_is_a_provider_that_does_not_answer(tmp_path: Path) -> None:
    (tmp_path / "audit").write_text("a file where the directory should be")
    with pytest.raises(ProviderUnavailable):
        AuditFiles(tmp_path / "audit").write("a", ["x"])
