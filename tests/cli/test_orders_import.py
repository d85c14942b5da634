"""`portal orders import`: its files, its last line, its exit code."""

from __future__ import annotations

import gc
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal.cli.orders import orders
from tests.support.feed import fed_order
from tests.support.make import make_shop


@pytest.fixture
def run(app: Flask, tmp_path: Path) -> Any:
    make_shop(app.extensions["portal"])

    def invoke(file: Path | str, *options: str, file_format: str = "ndjson", stdin: bytes | None = None) -> Result:
        command = ["import", str(file), "--shop", "tepai", "--format", file_format, *options]
        return app.test_cli_runner().invoke(orders, command, input=stdin)

    return invoke


def counts(result: Result) -> dict[str, int]:
    found: dict[str, int] = json.loads(result.stdout.splitlines()[-1])
    return found


def written(folder: Path, *lines: object) -> Path:
    file = folder / "orders.ndjson"
    file.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return file


def test_a_file_is_taken_in_and_again_changes_nothing(run: Any, tmp_path: Path) -> None:
    file = written(tmp_path, fed_order(), fed_order(number="F-2"))
    rejects = tmp_path / "rejects.ndjson"
    first = run(file, "--rejects", str(rejects))
    assert first.exit_code == 0
    assert counts(first) == {"read": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0}
    assert counts(run(file)) == {"read": 2, "created": 0, "updated": 0, "unchanged": 2, "rejected": 0}
    assert not rejects.exists()


def test_however_it_ends_the_process_looks_for_rubbish_as_before(run: Any, tmp_path: Path) -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    run(written(tmp_path, fed_order()))
    run(tmp_path / "missing.ndjson")
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_rejects_say_line_order_field_and_reason_and_the_exit_code_stays_0(run: Any, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.ndjson"
    result = run(
        written(tmp_path, fed_order(), "{broken", fed_order(number="F-2", freight="1.00")), "--rejects", str(rejects)
    )
    assert (result.exit_code, counts(result)["rejected"]) == (0, 2)
    broken, wrong = [json.loads(line) for line in rejects.read_text("utf-8").splitlines()]
    assert (broken["line"], broken["order"]) == (2, "")
    assert wrong == {
        "line": 3,
        "order": "F-2",
        "field": "payments",
        "reason": "payments 119.80, order total 120.80, difference -1.00",
    }


def test_standard_input_may_be_packed(run: Any) -> None:
    raw = gzip.compress(json.dumps(fed_order()).encode())
    assert counts(run("-", stdin=raw))["created"] == 1


def test_a_dry_run_keeps_nothing(run: Any, tmp_path: Path) -> None:
    file = written(tmp_path, fed_order())
    assert counts(run(file, "--dry-run"))["created"] == 1
    assert counts(run(file))["created"] == 1


@pytest.mark.parametrize(
    ("content", "file_format", "options"),
    [
        ("rubbish", "ndjson", ()),
        ("a,b\n1,2", "csv", ()),
        ("a,b\n1,2", "csv", ("--mapping", "plain")),
        ("", "ndjson", ()),
    ],
    ids=["rubbish", "no mapping", "wrong mapping", "nothing"],
)
def test_where_nothing_could_be_read_the_exit_code_is_1(
    run: Any, tmp_path: Path, content: str, file_format: str, options: tuple[str, ...]
) -> None:
    assert run(written(tmp_path, content), *options, file_format=file_format).exit_code == 1


def test_a_file_that_is_not_there_is_said_so(run: Any, tmp_path: Path) -> None:
    result = run(tmp_path / "nothing")
    assert result.exit_code == 1
    assert "No such file" in result.output


def test_fields_without_a_meaning_are_counted_on_standard_error(run: Any, tmp_path: Path) -> None:
    result = run(written(tmp_path, fed_order(channel="web")))
    assert "channel 1×" in result.stderr
    assert "channel" not in result.stdout
