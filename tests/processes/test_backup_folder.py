"""Backups have the name of their second: that two are of one must not take either away."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from portal.processes.backup_folder import ABOUT, BackupFolder

NOW = datetime(2026, 11, 30, 2, 30, tzinfo=UTC)

pytestmark = pytest.mark.req("P12")


def whole(folder: BackupFolder, part: Path) -> str:
    (part / ABOUT).write_text("{}")
    return folder.finish(part).name


def test_backups_of_one_second_stand_side_by_side_in_the_order_they_were_begun(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path / "backups")
    first = whole(folder, folder.begin(NOW))
    assert [first, whole(folder, folder.begin(NOW))] == ["20261130T023000Z", "20261130T023000Z-2"]
    assert [path.name for path in folder.moments()] == ["20261130T023000Z", "20261130T023000Z-2"]


def test_one_that_is_being_taken_is_not_written_into(tmp_path: Path) -> None:
    folder = BackupFolder(tmp_path)
    one, other = folder.begin(NOW), folder.begin(NOW)
    assert one != other
    assert {whole(folder, other), whole(folder, one)} == {path.name for path in folder.moments()}


def test_a_folder_of_backups_is_its_owners_alone(tmp_path: Path) -> None:
    BackupFolder(tmp_path / "backups").begin(NOW)
    assert (tmp_path / "backups").stat().st_mode & 0o077 == 0
