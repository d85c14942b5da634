"""What `make quick` leaves out: whatever needs more than this process and SQLite, and the long random walks."""

from __future__ import annotations

from pathlib import Path

import pytest

BROWSER = {"browser", "playwright", "screen", "browser_page"}
POSTGRESQL = {"postgresql", "postgresql_url", "postgresql_place", "own_cluster"}

LONG = {"test_state_machine.py", "test_odd_input.py", "test_long_orders.py", "test_everybody_finds_their_own.py"}


def reason_left_out(item: pytest.Item) -> str | None:
    """Why the quick tests do not run `item`; None where they do."""
    fixtures = set(getattr(item, "fixturenames", ()))
    values = getattr(getattr(item, "callspec", None), "params", {}).values()
    if BROWSER & fixtures:
        return "walked in a browser"
    if POSTGRESQL & fixtures or "postgresql" in values:
        return "on PostgreSQL"
    if "redis_url" in fixtures:
        return "on Redis"
    if {"faults", "processes", "deploy"} & set(Path(item.path).parts) or item.path.name == "test_installation.py":
        return "an installation"
    if item.path.name in LONG:
        return "a long walk"
    return None
