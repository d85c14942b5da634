"""What a test may need from the machine. Outside CI its absence skips by name; in CI nothing is skipped."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
SHARED_DATA = "shared data:"


def in_ci() -> bool:
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


def need(tool: str, reason: str, found: object = None) -> str:
    """Where `tool` is: `found`, or on the PATH. Skips where it is nowhere, and fails in CI."""
    if where := found or shutil.which(tool):
        return str(where)
    sentence = f"{tool} is missing: {reason}"
    if in_ci():
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def data_folder() -> Path:
    """Where the data is that is handed out beside the checkout."""
    return Path(os.environ.get("PORTAL_TEST_DATA") or CHECKOUT.parent / "shared" / "data")


def shared_data(name: str) -> Path:
    """A file of that data; its tests are the only ones CI may skip."""
    folder = data_folder()
    if not (folder / name).exists():
        pytest.skip(f"{SHARED_DATA} {name} is not in {folder}")
    return folder / name
