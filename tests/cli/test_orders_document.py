"""docs/orders-in.md: what it says of exports is done, its mapping file is one, its commands run."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from portal.cli.orders import orders
from portal.schemas.mapping import parse_mapping
from tests.support.make import make_shop
from tests.support.workbooks import EXAMPLES, as_typed, rows_of, workbook

pytestmark = pytest.mark.req("P26")
DOCUMENT = (Path(__file__).parents[2] / "docs/orders-in.md").read_text("utf-8")
COMMANDS = re.findall(r"^\$ portal orders (.*)$", DOCUMENT, re.MULTILINE)
TABLES = [tomllib.loads(text) for text in re.findall(r"^```toml\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)]


@pytest.fixture
def run(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command as it is written, in a folder with the files that it names."""
    make_shop(app.extensions["portal"], key="main")
    (tmp_path / "orders_export.csv").write_bytes((EXAMPLES / "shopify_orders_export.csv").read_bytes())
    (tmp_path / "erp.csv").write_bytes((EXAMPLES / "erp_orders.csv").read_text("utf-8").encode("gb18030"))
    (tmp_path / "erp.xlsx").write_bytes(workbook([as_typed(text) for text in row] for row in rows_of("erp_orders.csv")))
    monkeypatch.chdir(tmp_path)

    def invoke(command: str) -> Result:
        return app.test_cli_runner().invoke(orders, shlex.split(command))

    return invoke


def test_the_commands_import_the_exports(run: Any, tmp_path: Path) -> None:
    assert [command.split()[1] for command in COMMANDS] == ["orders_export.csv", "erp.xlsx", "erp.csv"]
    results = [run(command) for command in COMMANDS]
    assert [result.exit_code for result in results] == [0, 0, 0], [result.output for result in results]
    assert [json.loads(result.stdout.splitlines()[-1]) for result in results] == [
        {"read": 11, "created": 10, "updated": 0, "unchanged": 0, "rejected": 1},
        {"read": 9, "created": 6, "updated": 0, "unchanged": 0, "rejected": 3},
        {"read": 9, "created": 0, "updated": 6, "unchanged": 0, "rejected": 3},  # 59.9 is now written 59.90
    ]
    rejects = [json.loads(line) for line in (tmp_path / "erp.ndjson").read_text("utf-8").splitlines()]
    assert [(one["line"], one["field"]) for one in rejects] == [
        (10, "number"),
        (11, "lines.0.sku"),
        (14, "total"),
        (15, ""),
    ]


def test_a_file_that_is_no_workbook_is_said_so_and_the_exit_code_is_1(run: Any, tmp_path: Path) -> None:
    (tmp_path / "old.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))
    result = run("import old.xls --shop main --format xlsx --mapping erp --rejects rejects.ndjson")
    assert result.exit_code == 1
    assert "password" in (tmp_path / "rejects.ndjson").read_text("utf-8")


def test_the_mapping_file_that_is_shown_is_one() -> None:
    mapping = parse_mapping(next(table for table in TABLES if "line" in table))
    assert {"省", "市", "区"} <= mapping.columns()
